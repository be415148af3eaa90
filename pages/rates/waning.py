"""Infections by days since the latest dose: does protection wear off before the next one?"""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.rates.rows import ratio_text, span
from ivig_core.figures.rates.waning import waning as draw
from ivig_core.figures.words import ABSENT, p_value, rate
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.waning import DESCRIPTIVE, REFERENCE_OF_RATIOS, waning
from ivig_core.study.study import Study
from pages.shell import exhibit, session

DAYS_PER_YEAR = 365.25
REACT = (
    "An infection may change when the next dose is given, so that the days late after a dose are not all alike.",
    "Days off IVIG have rates only: together they are what the days on IVIG are compared with in each patient.",
)


def show(study: Study, spec: AnalysisSpec) -> None:
    """The figure, how to take it, and the table."""
    result = waning(study, spec)
    exhibit.figure(
        lambda: draw(result, presentation=session.presenting()), "waning", parts=session.rate_parts(spec)
    )  # fmt: skip
    exhibit.sentences(REACT)
    exhibit.table("waning", _in_words(result.bands), result.bands)
    exhibit.remarks(result.bands["label"].tolist(), result.bands["note"].tolist())


def _in_words(bands: pd.DataFrame) -> pd.DataFrame:
    records = bands.to_dict("records")
    instead = {REFERENCE_OF_RATIOS: "reference", DESCRIPTIVE: "context"}
    return pd.DataFrame(
        {
            "Since the latest dose": bands["label"],
            "Patients": bands["patients"],
            "Infections": bands["infections"],
            "Patient-years": (bands["person_days"] / DAYS_PER_YEAR).round(1),
            "Per patient-year": [rate(row["rate"]) for row in records],
            "95 % interval": [span(row) for row in records],
            "Rate ratio": [ratio_text(row) or instead.get(row["status"], ABSENT) for row in records],
            "p": [p_value(row["p_value"]) for row in records],
        }
    )
