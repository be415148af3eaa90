"""Hazard ratios with missing values imputed, beside those of complete cases; computed when the tab is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.figures.cox.words import name_of, per, ratio_text, reason_of
from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import ABSENT, count, counted, is_number, listed, lower, p_value, percent
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.imputed import CoxImputed, cox_imputed
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.cox.ratios import MULTIVARIABLE, UNIVARIABLE
from ivig_core.study.cox.summary import NUMBER, REFERENCE, cox_summary
from ivig_core.study.study import Study
from pages.shell import exhibit, say
from pages.shell.panel import progress

TAB, WORKING = "Missing values", "Drawing missing values and fitting each completed table…"
CASES, FILLED, LOST = "Adjusted, complete cases", "Adjusted, imputed", "Lost"
ALONE_CASES, ALONE_FILLED = "Alone, complete cases", "Alone, imputed"
HELPS = {
    LOST: "Share of the information on the imputed ratio that the missing values take away. Above a half, the ratio "
    "rests more on the drawn values than on recorded ones.",
    ALONE_FILLED: "Only of variables that somebody lacks: of the others it is the same ratio.",
}
WIDTHS = {"Variable": 185, "Value": 105, "Missing": 62, CASES: 165, FILLED: 165, LOST: 56, ALONE_CASES: 165}
HOW = (
    "Imputed: each missing value is drawn many times from what is known of the same patient, the event and its time "
    "among it, so that nobody is left out; the ratios are put together by Rubin's rules."
)
AT_RANDOM = (
    "This is right where values are missing at random, given what else is in the model: a stage that was not looked "
    "for because the patient was old, not because it was high. Where a value is missing for what it would have been, "
    "neither column is right. Counts of patients are of recorded values only."
)


def show(study: Study, spec: AnalysisSpec, asked: CoxQuestion, key: str) -> None:
    """The table of both, or why nothing was imputed."""
    found = _made(study, spec, asked)
    if found.why_not:
        say.note(say.as_sentence(f"Nothing was imputed: {_named(found.why_not, found)}"))
        return
    names = {name: name_of(name, cox_summary(study, spec, asked)) for name in found.rows["variable"]}
    exhibit.table(f"{key}_imputed", imputed_table(found, names), found.rows, widths=WIDTHS, helps=HELPS)
    notes = found.rows[(found.rows["imputed_note"] != "").to_numpy()]
    exhibit.remarks([_whose(row, names) for row in notes.to_dict("records")], notes["imputed_note"].tolist())
    exhibit.sentences([*who(found), HOW, AT_RANDOM])


def _made(study: Study, spec: AnalysisSpec, asked: CoxQuestion) -> CoxImputed:
    with progress(WORKING) as tick:
        return cox_imputed(study, spec, asked, tick)


def imputed_table(found: CoxImputed, names: Mapping[str, str]) -> pd.DataFrame:
    """One line per variable and level of the model of several; `names`: what variables are called."""
    alone = {_key(row): row for row in found.rows.to_dict("records") if row["model"] == UNIVARIABLE}
    together = [row for row in found.rows.to_dict("records") if row["model"] == MULTIVARIABLE]
    shown = pd.DataFrame([_line(row, alone[_key(row)], found, names) for row in together])
    again = pd.Series([row["variable"] for row in together], dtype="str").duplicated()
    shown.loc[again.to_numpy(), ["Variable", "Missing"]] = ""
    return shown


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["variable"], row["level"]


def _line(
    row: Mapping[str, Any], alone: Mapping[str, Any], found: CoxImputed, names: Mapping[str, str]
) -> dict[str, str]:
    lost = row["imputed_missing_information"]
    return {
        "Variable": names[row["variable"]],
        "Value": per(row["unit"]) if row["kind"] == NUMBER else row["level"],
        "Missing": count(found.lacking.get(row["variable"], 0)),
        CASES: _ratio(row),
        FILLED: _imputed(row),
        "p, imputed": p_value(row["imputed_p_value"]) if is_number(row["imputed_p_value"]) else "",
        LOST: percent(lost) if is_number(lost) else "",
        ALONE_CASES: _ratio(alone),
        ALONE_FILLED: _imputed(alone),
    }


def _ratio(row: Mapping[str, Any]) -> str:
    return REFERENCE if row["kind"] == REFERENCE else ratio_text(row) or reason_of(row)


def _imputed(row: Mapping[str, Any]) -> str:
    if not row["imputed_status"]:
        return ""
    names = ("hr", "ci_low", "ci_high")
    return ratio_text({"status": row["imputed_status"], **{name: row[f"imputed_{name}"] for name in names}}) or ABSENT


def _whose(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    adjusted = "adjusted" if row["model"] == MULTIVARIABLE else "alone"
    return ", ".join(filter(None, (names[row["variable"]], row["level"], adjusted)))


def who(found: CoxImputed) -> list[str]:
    """How many patients either column is of, and what was drawn how often."""
    gaps = [f"{lower(variable_name(name))} of {count(number)}" for name, number in found.lacking.items()]
    said = [
        f"Complete cases: {count(found.complete)} of {counted(found.patients, 'patient')}. Imputed: all of them, in "
        f"{found.tables} completed tables, with {listed(gaps)} drawn."
    ]
    if found.left_out:
        names = [f"{lower(variable_name(name))} ({why})" for name, why in found.left_out.items()]
        said.append(f"In neither: {listed(names)}.")
    return said


def _named(text: str, found: CoxImputed) -> str:
    """A reason that begins with the name of a column, with the variable's name instead."""
    name = next((name for name in found.lacking if text.startswith(f"{name} ")), "")
    return text.replace(name, lower(variable_name(name)), 1) if name else text
