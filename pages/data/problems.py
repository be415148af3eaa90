"""What is wrong with a file: the first few, how many, all of them to filter, and a download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from ivig_core.cohort.intake import Intake
from ivig_core.figures.words import counted
from pages.shell import exhibit, say
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.paper import grid

FIRST = 5
FILTERS = {"severity": "Severity", "kind": "Kind", "column": "Column", "patient": "Patient"}
BLANK = ("patient", "column", "value")
HEADS = {
    "severity": "Severity",
    "row": "Row",
    "patient": "Patient",
    "column": "Column",
    "value": "Value",
    "message": "What is wrong",
    "remedy": "How to mend it",
}


def problems(intake: Intake, key: str) -> None:
    """Everything that reading a file found."""
    if not intake.problems:
        say.small("No problem was found in the file.")
        return
    say.line(f"{counted(intake.errors, 'error')}, {counted(intake.warnings, 'warning')}.")
    groups = intake.groups().to_dict("records")
    for severity in ("error", "warning"):
        texts = [_first(group) for group in groups[:FIRST] if group["severity"] == severity]
        if texts:
            say.problems(texts, severity == "error")
    rest = len(groups) - FIRST
    if rest > 0:
        say.small(f"… and {counted(rest, 'more kind')} below.")
    exhibit.download(f"all_problems_{key}", intake.problem_table(), "Download all problems (CSV)", "problems.csv")
    if len(intake.problems) <= FIRST:
        return
    grouped, each = st.tabs(["Grouped", "One by one"])
    with grouped:
        say.bullets([_group(group) for group in groups])
    with each:
        _one_by_one(intake.problem_table(), key)


@st.fragment
def _one_by_one(table: pd.DataFrame, key: str) -> None:
    with guard("the list of problems"):
        chosen = _chosen(table, key)
        say.small(f"{len(chosen):,} of {len(table):,} listed")
        _list(chosen, f"problems_{key}", 340)
        exhibit.download(f"problems_{key}", chosen, "Download this list (CSV)", "problems.csv")


def _chosen(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """The problems that pass every filter; an empty filter passes all."""
    values = {name: sorted(table[name].dropna().unique()) for name in FILTERS}
    for place, (name, label) in zip(st.columns(4), FILTERS.items(), strict=True):
        with place:
            if name == "patient":
                wanted = st.text_input(escape_markdown(label), key=f"filter_{name}_{key}", placeholder="part of an id")
                table = table[_contains(table["patient"], wanted)]
            else:
                picked = st.multiselect(
                    escape_markdown(label), values[name], format_func=_words if name == "kind" else str,
                    key=f"filter_{name}_{key}", placeholder="all",
                )  # fmt: skip
                table = table[table[name].isin(picked)] if picked else table
    return table


def _contains(patients: pd.Series, wanted: str | None) -> pd.Series:
    text = patients.astype("string").fillna("")
    return text.str.contains((wanted or "").strip(), case=False, regex=False).astype(bool)


def _words(name: str) -> str:
    """A kind of problem as it is read."""
    return name.replace("_", " ").replace("followup", "follow-up")


def _list(table: pd.DataFrame, key: str, height: int) -> None:
    # Blank instead of “None” where a problem concerns no row, column or patient.
    texts = {name: table[name].astype("string").fillna("") for name in BLANK if name in table}
    shown = table.drop(columns="kind").assign(**texts).rename(columns=HEADS)
    grid(shown, key, height=height)


def _first(group: Mapping[str, Any]) -> str:
    """What is wrong and how to mend it, said once for all rows of one kind and column."""
    places = [f"{group['rows'][:1].upper()}{group['rows'][1:]}"] if group["rows"] else []
    if isinstance(group["column"], str) and group["count"] > 1:
        places.append(group["column"])
    where = f"{', '.join(places)}: " if places else ""
    return f"{where}{group['message']} {group['remedy']}".rstrip()


def _group(row: Mapping[str, Any]) -> str:
    """One kind of problem in one column: how often, where first, with which values, what and what to do."""
    first = "" if pd.isna(row["first_row"]) else f", first in row {row['first_row']}"
    column = "" if pd.isna(row["column"]) else f", column {row['column']}"
    values = f" ({row['values']})" if row["values"] and row["count"] > 1 else ""
    return f"{counted(row['count'], row['severity'])}{first}{column}{values}: {row['message']} {row['remedy']}".rstrip()
