"""Tables of a Cox regression in words. Numbers are only written out here, never computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ivig_core.figures.cox.words import name_of, not_recorded, per, ratio_text, reason_of
from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import ABSENT, CLEAR, count, counted, is_number, listed, lower, p_value
from ivig_core.study.cox.ratios import MULTIVARIABLE, UNIVARIABLE
from ivig_core.study.cox.summary import NUMBER, REFERENCE, CoxSummary
from ivig_core.study.levels import MOST_OWN_LEVELS

ALONE, ADJUSTED, VALUE = "Hazard ratio alone (95 %)", "Adjusted (95 %)", "Value"
WIDTHS = {
    "Variable": 185, VALUE: 105, "Patients": 66, "Events": 58, "Missing": 62, ALONE: 168, "p": 56, ADJUSTED: 178,
    "adjusted p": 78,
}  # fmt: skip
ALL_TOGETHER = "all together"
LIMITS, NOT_ROBUST = ("no_events_exposed", "no_events_reference"), "Wald interval"
FEWEST_EVENTS = 10
"""Events for each coefficient below which a model of several is said to be unstable."""
MOST_NAMED = 8


def cox_table(summary: CoxSummary, only_adjusted: bool = False) -> pd.DataFrame:
    """One line per recorded variable and level: counts of those with a value, the ratio alone, and adjusted where there
    is a model of several; `only_adjusted` leaves out variables that are not in it."""
    rows = summary.rows
    several = rows[(rows["model"] == MULTIVARIABLE).to_numpy()]
    adjusted = {_key(row): row for row in several.to_dict("records")}
    unknown = not_recorded(summary)
    wanted = [
        row for row in rows[(rows["model"] == UNIVARIABLE).to_numpy()].to_dict("records")
        if _key(row) in adjusted or not (only_adjusted or row["variable"] in unknown)
    ]  # fmt: skip
    shown = pd.DataFrame([_line(row, adjusted.get(_key(row)), summary) for row in wanted])
    # A name and what is missing of a variable stand once, at its first line.
    again = pd.Series([row["variable"] for row in wanted], dtype="str").duplicated()
    if len(shown):
        shown.loc[again.to_numpy(), ["Variable", "Missing"]] = ""
    return shown


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["variable"], row["level"]


def _line(row: Mapping[str, Any], adjusted: Mapping[str, Any] | None, summary: CoxSummary) -> dict[str, str]:
    value = per(row["unit"]) if row["kind"] == NUMBER else row["level"]
    line = {
        "Variable": name_of(row["variable"], summary), VALUE: value, "Patients": count(row["patients"]),
        "Events": count(row["events"]), "Missing": count(row["missing"]), ALONE: ratio_words(row), "p": _p(row),
    }  # fmt: skip
    if summary.complete is None:
        return line
    more = {ADJUSTED: "", "adjusted p": ""}
    if adjusted is not None:
        more = {ADJUSTED: ratio_words(adjusted), "adjusted p": _p(adjusted)}
    return line | more


def ratio_words(row: Mapping[str, Any]) -> str:
    """The ratio, "reference", or the sentence that stands in its place."""
    return REFERENCE if row["kind"] == REFERENCE else ratio_text(row) or reason_of(row)


def _p(row: Mapping[str, Any]) -> str:
    return p_value(row["p_value"]) if is_number(row["p_value"]) else ""


def checks_of(summary: CoxSummary) -> pd.DataFrame:
    """Tests of proportional hazards of the model of several, or of each variable alone where there is none."""
    checks = summary.checks
    if summary.complete is not None:
        return checks[(checks["model"] == MULTIVARIABLE).to_numpy()]
    unknown = checks["covariate"].isin(not_recorded(summary))
    return checks[((checks["model"] == UNIVARIABLE) & ~unknown).to_numpy()]


def checks_table(checks: pd.DataFrame, summary: CoxSummary) -> pd.DataFrame:
    """The test of each covariate with a plain verdict."""
    records = checks.to_dict("records")
    return pd.DataFrame(
        {
            "Variable": [
                "All together" if row["covariate"] == ALL_TOGETHER else name_of(row["covariate"], summary)
                for row in records
            ],
            "χ²": [f"{row['chi2']:.2f}" if row["df"] else ABSENT for row in records],
            "df": [str(row["df"]) if row["df"] else ABSENT for row in records],
            "p": [p_value(row["p_value"]) for row in records],
            "Same ratio over time?": [verdict(row) for row in records],
        }
    )


def verdict(row: Mapping[str, Any]) -> str:
    """What the test says, in words."""
    if not row["df"]:
        return f"not tested: {row['note'].removeprefix('not tested ')}"
    return "it changes" if row["p_value"] < CLEAR else "no sign that it changes"


def who_enters(summary: CoxSummary) -> list[str]:
    """Who is in the models and who is not; one sentence each."""
    said = [f"{counted(summary.patients, 'patient')}, {count(summary.events)} with {summary.event}."]
    if summary.said:
        said.append(f"{summary.said}.")
    if unknown := not_recorded(summary):
        said.append(f"Not recorded in any of them: {listed([lower(name_of(name, summary)) for name in unknown])}.")
    if summary.complete is None:
        return said
    if summary.complete == summary.patients:
        return [*said, f"All {counted(summary.patients, 'patient')} have all values of the adjusted model."]
    have = "has" if summary.complete == 1 else "have"
    who = f"{count(summary.complete)} of {counted(summary.patients, 'patient')} {have} all values"
    return [*said, f"{who}: only they are in the adjusted model, with {counted(summary.complete_events, 'event')}."]


def left_out_words(names: Sequence[str], what: str = "Left out") -> list[str]:
    """Which of the user's own columns are not shown alone, and how to see one; nothing where none is left out."""
    if not names:
        return []
    named = [variable_name(name) for name in names[:MOST_NAMED]]
    more = [f"{len(names) - MOST_NAMED:,} more"] if len(names) > MOST_NAMED else []
    return [
        f"{what}: {listed([*named, *more])}. Of your own columns those with the fewest levels "
        f"are shown, up to {MOST_OWN_LEVELS} levels together; choose another under “Adjusted for” to see it."
    ]


def crowded(summary: CoxSummary) -> str:
    """The warning of a model of too many coefficients; empty where there is none to give."""
    events = summary.complete_events
    if events is None or not summary.terms or events >= FEWEST_EVENTS * summary.terms:
        return ""
    return (
        f"{counted(events, 'event')} for {counted(summary.terms, 'coefficient')}: fewer than "
        f"{FEWEST_EVENTS} for each. The adjusted ratios are not stable; choose fewer variables."
    )


def remarks(summary: CoxSummary) -> tuple[list[str], list[str]]:
    """What has to be said of rows, and the names of these: limits without a finite ratio, intervals that could not be
    robust."""
    names, notes = [], []
    for row in summary.rows.to_dict("records"):
        adjusted = "adjusted" if row["model"] == MULTIVARIABLE and summary.complete is not None else ""
        if row["status"] in LIMITS:
            names.append(", ".join(filter(None, (name_of(row["variable"], summary), row["level"], adjusted))))
            notes.append(row["note"])
    plain = {part for note in summary.rows["note"] for part in note.split("; ") if part.endswith(NOT_ROBUST)}
    return [*names, *("Intervals" for _ in plain)], [*notes, *sorted(plain)]
