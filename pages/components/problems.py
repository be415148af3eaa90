"""What is wrong with a file: the first few, how many, all of them to filter, and a download."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.cohort.intake import Intake
from ivig_core.cohort.problems import Problem
from ivig_core.figures.words import counted
from pages.components import exhibit, say
from pages.components.panel import guard

FIRST = 5
BLANK = ("first_row", "patient", "column", "value")
HEADS = {
    "severity": "Severity",
    "row": "Row",
    "patient": "Patient",
    "column": "Column",
    "value": "Value",
    "message": "What is wrong",
    "remedy": "How to mend it",
    "count": "How often",
    "first_row": "First row",
}


def problems(intake: Intake, key: str) -> None:
    """Everything that reading a file found."""
    if not intake.problems:
        say.small("No problem was found in the file.")
        return
    say.line(f"{counted(intake.errors, 'error')}, {counted(intake.warnings, 'warning')}.")
    first = intake.problems[:FIRST]
    for severity in ("error", "warning"):
        texts = [_text(problem) for problem in first if problem.severity == severity]
        if texts:
            say.problems(texts, severity == "error")
    rest = len(intake.problems) - FIRST
    if rest > 0:
        say.small(f"… and {rest:,} more below.")
    grouped, each = st.tabs(["Grouped", "One by one"])
    with grouped:
        _list(intake.groups(), f"groups_{key}", "content")
    with each:
        _one_by_one(intake.problem_table(), key)


@st.fragment
def _one_by_one(table: pd.DataFrame, key: str) -> None:
    with guard("the list of problems"):
        one, two = st.columns(2)
        chosen = _filtered(
            table, "severity", one.multiselect("Severity", _values(table, "severity"), **_widget(key, "s"))
        )
        chosen = _filtered(chosen, "column", two.multiselect("Column", _values(table, "column"), **_widget(key, "c")))
        say.small(f"{len(chosen):,} of {len(table):,} listed")
        _list(chosen, f"problems_{key}", 340)
        exhibit.download(f"problems_{key}", table, "Download all problems (CSV)", "problems.csv")


def _list(table: pd.DataFrame, key: str, height: int | str) -> None:
    # Blank instead of “None” where a problem concerns no row, column or patient.
    texts = {name: table[name].astype("string").fillna("") for name in BLANK if name in table}
    shown = table.drop(columns="kind").assign(**texts).rename(columns=HEADS)
    st.dataframe(shown, hide_index=True, height=height, key=key)


def _widget(key: str, what: str) -> dict[str, str]:
    return {"key": f"filter_{what}_{key}", "placeholder": "all"}


def _values(table: pd.DataFrame, name: str) -> list[str]:
    return sorted(table[name].dropna().unique())


def _filtered(table: pd.DataFrame, name: str, chosen: list[str]) -> pd.DataFrame:
    return table[table[name].isin(chosen)] if chosen else table


def _text(problem: Problem) -> str:
    where = f"Row {problem.row}: " if problem.row else ""
    return f"{where}{problem.message} {problem.remedy}"
