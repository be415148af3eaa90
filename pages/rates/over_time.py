"""Infections per patient over the time spent on IVIG, off it, and without it."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.rates.mean_cumulative import mean_cumulative
from ivig_core.figures.rates.mean_cumulative_words import with_interval
from ivig_core.figures.words import is_number
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.over_time import OverTime, over_time
from ivig_core.study.study import Study
from pages.shell import exhibit, say, session

DESCRIBED = (
    "Patients with many days in a period need not be those with few: the curves describe, they do not compare",
    "the comparison within patients is the rate ratio",
)
TOO_SHORT = "nobody so long"


def show(study: Study, spec: AnalysisSpec) -> None:
    """The curves, how to take them, and their values at three times."""
    result = over_time(study, spec)
    parts = (*session.time_parts(spec), spec.model.population)
    exhibit.figure(
        lambda: mean_cumulative(result, presentation=session.presenting()), "infections_per_patient", parts=parts
    )  # fmt: skip
    if result.curves.empty:
        return
    say.small(say.as_sentence("; ".join(DESCRIBED)))
    exhibit.table("infections_per_patient", _in_words(result), result.at_months)
    exhibit.download("infections_per_patient_curves", result.curves, "Download the curves")


def _in_words(result: OverTime) -> pd.DataFrame:
    table = result.at_months
    return pd.DataFrame(
        {
            "Period": table["label"],
            "After months": table["months"],
            "At risk": table["at_risk"],
            "Infections until then": table["infections"],
            "Per patient (95 % interval)": [
                with_interval(row) if is_number(row["mean"]) else TOO_SHORT for row in table.to_dict("records")
            ],
        }
    )
