"""The baseline table with missing values imputed, in a box that computes when it is opened."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from ivig_core.figures.groups import group_name, variable_name
from ivig_core.figures.words import ABSENT, count, counted, is_number, listed, lower
from ivig_core.spec import AnalysisSpec
from ivig_core.study.given.baseline_table import GROUPS, NUMBER
from ivig_core.study.given.imputed import BaselineImputed, baseline_imputed
from ivig_core.study.study import Study
from pages.shell import exhibit, say
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard, progress

KEY, OPENS, WORKING = "given_imputed", "If nothing were missing at the start", "Drawing missing values…"
HEADS = {"difference": "Difference: recorded", "imputed_difference": "Difference: imputed"}
VALUE, MISSING = "Value", "Missing"
HELPS = {
    MISSING: "Patients without a value, with IVIG in follow-up and without.",
    **dict.fromkeys(HEADS.values(), "Standardised difference of the two groups."),
}
WIDTHS = {"At the start": 160, VALUE: 66, MISSING: 66, **dict.fromkeys(HEADS.values(), 84)}
MEDIAN, WHOLE = "median", 20
"""From this number on medians are whole: those of imputed values are means of several."""
NOTHING = "Nothing is missing of the variables that could be drawn."
HOW = (
    "Recorded: of patients with a value; of numbers the median and quartiles. Imputed: each missing value is drawn "
    "many times from the group and from what else is known of the same patient; medians, quartiles and percentages are "
    "means over these tables. They are estimates, nobody was counted."
)
AT_RANDOM = (
    "Right where values are missing at random given the group and the other variables; where a value is missing for "
    "what it would have been, neither is."
)


def show(study: Study, spec: AnalysisSpec) -> None:
    """The box, and when it is open the table or why there is none."""
    box = st.expander(escape_markdown(OPENS), key=KEY, on_change="rerun")
    if not box.open:
        return
    with box, guard("the table with missing values imputed"):
        found = _made(study, spec)
        if found.table.empty:
            say.note(NOTHING)
            exhibit.sentences(not_drawn(found))
            return
        exhibit.table("baseline_imputed", baseline_imputed_table(found), found.table, widths=WIDTHS, helps=HELPS)
        exhibit.sentences([*who(found), *not_drawn(found), HOW, AT_RANDOM])


def _made(study: Study, spec: AnalysisSpec) -> BaselineImputed:
    with progress(WORKING) as tick:
        return baseline_imputed(study, spec, tick)


def baseline_imputed_table(found: BaselineImputed) -> pd.DataFrame:
    """One line per variable and level, the groups side by side, recorded and imputed."""
    lines = []
    for (variable, _, level), part in found.table.groupby(["variable", "kind", "level"], sort=False):
        rows = {row["group"]: row for row in part.to_dict("records")}
        first = rows[GROUPS[0]]
        line = {"At the start": variable_name(variable), VALUE: level or MEDIAN}
        line[MISSING] = " / ".join(count(rows[group]["missing"]) for group in GROUPS)
        line |= {head: _difference(first[name]) for name, head in HEADS.items()}
        for group in GROUPS:
            name = group_name("ivig_ever", group, 0)
            line |= {f"{name}: recorded": _cell(rows[group], ""), f"{name}: imputed": _cell(rows[group], "imputed_")}
        lines.append(line)
    shown = pd.DataFrame(lines)
    again = shown["At the start"].eq(shown["At the start"].shift())
    shown.loc[again, ["At the start", MISSING, *HEADS.values()]] = ""
    return shown


def _cell(row: Mapping[str, Any], prefix: str) -> str:
    value = row[prefix.removesuffix("_") or "recorded"]
    if not is_number(value):
        return ABSENT
    if row["kind"] != NUMBER:
        return f"{value:.0f} %"
    return f"{_number(value)} ({_number(row[f'{prefix}q1'])}–{_number(row[f'{prefix}q3'])})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= WHOLE or value == round(value) else f"{value:.1f}"


def _difference(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.2f}" if is_number(value) else ABSENT


def who(found: BaselineImputed) -> list[str]:
    """How many patients have everything, and how often the rest was drawn."""
    have = "has" if found.complete == 1 else "have"
    who = f"{count(found.complete)} of {counted(found.of, 'patient')} {have} all of the variables used"
    return [f"{who}; {found.tables} completed tables."]


def not_drawn(found: BaselineImputed) -> list[str]:
    """Variables that stay as recorded, each with the reason."""
    names = [f"{lower(variable_name(name))} ({why})" for name, why in found.not_drawn.items()]
    return [f"Not imputed: {listed(names)}."] if names else []
