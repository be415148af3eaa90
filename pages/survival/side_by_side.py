"""What the answer depends on when it is not known at the start who will be given IVIG."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.survival.side_by_side import side_by_side as draw
from ivig_core.figures.survival.side_by_side_words import LABELS, other_question
from ivig_core.figures.words import ABSENT, estimate, p_value
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from ivig_core.study.survival.side_by_side import side_by_side
from pages.shell import exhibit, say, session
from pages.slides import around

ABOUT = (
    "Who gets IVIG is decided after the start. Four ways to treat that, on the same patients; they answer the same "
    "question only if the choice of when to start has nothing to do with the risk."
)


def show(study: Study, spec: AnalysisSpec) -> None:
    """The curves of the designs, and the four hazard ratios."""
    say.small(ABOUT)
    if text := other_question(forest(study, spec, "overall").iloc[0].to_dict()):
        say.small(text)
        around.said([text])
    result = side_by_side(study, spec)
    part = spec.survival
    parts = (spec.selection.where, spec.exposure, spec.endpoint, part.survival_event, part.landmark_day)
    exhibit.figure(
        lambda: draw(result, part.survival_event, presentation=session.presenting()), "side_by_side", parts=parts
    )
    exhibit.table("side_by_side", _in_words(result.rows), result.rows, widths={"IVIG": 380})
    exhibit.remarks([LABELS[name] for name in result.rows["model"]], _remarks(result.rows))


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    records = rows.to_dict("records")
    return pd.DataFrame(
        {
            "IVIG": [LABELS[row["model"]] for row in records],
            "Patients": rows["patients"],
            "Events": rows["events"],
            "Hazard ratio": [
                estimate(row["status"], row["hr"], row["ci_low"], row["ci_high"]) or ABSENT for row in records
            ],
            "p": [p_value(row["p_value"]) for row in records],
        }
    )


def _remarks(rows: pd.DataFrame) -> list[str]:
    """Why there is no ratio; what an ordinary one compares is in its label."""
    return ["" if row["status"] == "ok" else row["note"] for row in rows.to_dict("records")]
