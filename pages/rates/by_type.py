"""Infection rates by type of infection: on IVIG, off it, and of patients who never had it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from ivig_core.figures.forest_parts.rows import level_name
from ivig_core.figures.groups import variable_name
from ivig_core.figures.rates.by_type import rates_by as draw
from ivig_core.figures.rates.rows import ratio_text, span
from ivig_core.figures.words import ABSENT, counted, rate
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.by_type import ALL, rates_by
from ivig_core.study.rates.factors import INFECTION_FACTORS
from ivig_core.study.study import Study
from ivig_core.terms import FACTORS, ON, label
from pages.shell import exhibit, session
from pages.shell.escape import escape_markdown
from pages.shell.presentation import places

FACTOR = "rates_by_type_factor"
DAYS_PER_YEAR = 365.25
NOUNS = {"grade": "grade", "pathogen": "pathogen", "site": "site"}
BY_CHANCE = "Types are exploratory: of 20 comparisons one looks significant by chance."


def show(study: Study, spec: AnalysisSpec) -> None:
    """The choice of what types are, the figure, what it leaves out, and the table."""
    asked, shown = places()
    with asked:
        factor = st.segmented_control(
            "Infections by", INFECTION_FACTORS, default=INFECTION_FACTORS[0], required=True, key=FACTOR,
            persist_state="session", format_func=lambda name: escape_markdown(variable_name(name)),
        )  # fmt: skip
    table = rates_by(study, spec, factor)
    with shown:
        parts = (*session.rate_parts(spec), factor)
        exhibit.figure(lambda: draw(table, presentation=session.presenting()), "rates_by_type", parts=parts)
    exhibit.sentences(_remarks(table, factor))
    exhibit.table(f"rates_by_{factor}", _in_words(table), table)
    levels = table.drop_duplicates("level")
    exhibit.remarks([_name(row) for row in levels.to_dict("records")], levels["note"].tolist())


def _remarks(table: pd.DataFrame, factor: str) -> list[str]:
    """What a reader must know of these types."""
    counts = table.groupby("level", sort=False)["infections"].sum()
    untyped = int(counts[ALL] - counts.drop(ALL).sum())
    missing = f"{counted(untyped, 'infection')} without a recorded {NOUNS[factor]} counted only in the first row"
    own = [FACTORS["pathogen"].help] if factor == "pathogen" else []
    return [*own, *([missing] if untyped else []), *([BY_CHANCE] if len(counts) > 1 else [])]


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    records = table.to_dict("records")
    return pd.DataFrame(
        {
            "Infections": [_name(row) for row in records],
            "Period": [label(row["period"]) for row in records],
            "Patients": table["patients"],
            "Number": table["infections"],
            "Patient-years": (table["person_days"] / DAYS_PER_YEAR).round(1),
            "Per patient-year": [rate(row["rate"]) for row in records],
            "95 % interval": [span(row) for row in records],
            "Rate ratio on / off": [(ratio_text(row) or ABSENT) if row["period"] == ON else "" for row in records],
        }
    )


def _name(row: Mapping[str, Any]) -> str:
    return "All" if row["level"] == ALL else level_name(str(row["factor"]), str(row["level"]))
