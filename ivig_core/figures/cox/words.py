"""Lines and words of the forest plot of hazard ratios, from `study.cox_summary`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ivig_core.figures.forest_parts.rows import Row
from ivig_core.figures.frame import GLUE
from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import (
    count,
    counted,
    escape,
    estimate,
    is_number,
    listed,
    lower,
    p_phrase,
    p_value,
    shorten,
    shorten_apart,
)
from ivig_core.study.cox.ratios import MULTIVARIABLE, UNIVARIABLE
from ivig_core.study.cox.summary import IVIG, LEVEL, NOTHING, NUMBER, REFERENCE, CoxSummary
from ivig_core.terms import ON

LABEL_CHARS, HEADING_CHARS, REASON_CHARS = 24, 30, 66
NO_ESTIMATE = "no estimate"
HEADING = "heading"
MOST_ROWS = 60
"""Rows of variables alone that are drawn; what comes after them is in the table."""
ALONE, ADJUSTED = "alone", "adjusted"


@dataclass(frozen=True)
class Line:
    """A line of the plot: its texts (escaped), and a mark for each model; `reason` where none of them has one.

    `nested`: it belongs to the variable that is named above it.
    """

    kind: str
    label: str
    behind: str
    marks: tuple[Row, ...]
    nested: bool = False
    reason: str = ""
    hover: str = ""


def shown(summary: CoxSummary) -> pd.DataFrame:
    """The rows that are drawn: variables of the model of several where there is one, else all that are recorded, as far
    as they fit."""
    rows = summary.rows
    chosen = rows.loc[(rows["model"] == MULTIVARIABLE).to_numpy(), "variable"].unique()
    if len(chosen):
        return rows[rows["variable"].isin(chosen).to_numpy()]
    rows = rows[~rows["variable"].isin(not_recorded(summary)).to_numpy()]
    reach = rows.groupby("variable", sort=False).size().cumsum()
    return rows[rows["variable"].isin(reach.index[reach <= MOST_ROWS]).to_numpy()]


def not_recorded(summary: CoxSummary) -> list[str]:
    """Variables of which no patient has a value."""
    rows = summary.rows
    return list(rows.loc[((rows["kind"] == NOTHING) & (rows["patients"] == 0)).to_numpy(), "variable"].unique())


def lines(summary: CoxSummary) -> list[Line]:
    """Lines in the order of the variables; a variable of levels has a heading and its reference level first."""
    rows = shown(summary)
    models = (UNIVARIABLE, MULTIVARIABLE) if summary.complete is not None else (UNIVARIABLE,)
    by_model = {
        model: {_key(row): row for row in rows[(rows["model"] == model).to_numpy()].to_dict("records")}
        for model in models
    }
    blank = tuple(Row(HEADING, "") for _ in models)
    made = []
    for key, first in by_model[UNIVARIABLE].items():
        if _headed(first, summary):
            made.append(Line(HEADING, _bold(_variable(first, summary, HEADING_CHARS)), "", blank))
        made.append(_line(first, [by_model[model].get(key) for model in models], summary))
    return made


def _headed(row: Mapping[str, Any], summary: CoxSummary) -> bool:
    """Whether the name of the variable stands above the row: before its first level, or where it needs a line."""
    return row["kind"] == REFERENCE or (row["kind"] == NUMBER and not _fits(row, summary))


def _fits(row: Mapping[str, Any], summary: CoxSummary) -> bool:
    return len(name_of(row["variable"], summary)) + len(_per(row)) < LABEL_CHARS


def _per(row: Mapping[str, Any]) -> str:
    return f"({per(row['unit'])})" if row["unit"] not in ("", "1") else ""


def per(unit: str) -> str:
    """`per 5 years`, `per 1 more`: what the ratio of a number is per."""
    return f"per {unit} more" if unit.replace(".", "").isdigit() else f"per {unit}"


def _bold(name: str) -> str:
    return f"<b>{escape(name)}</b>"


def _variable(row: Mapping[str, Any], summary: CoxSummary, length: int) -> str:
    """The name of a variable in so many characters, unlike that of any other."""
    variables = list(dict.fromkeys(summary.rows["variable"]))
    names = shorten_apart((name_of(variable, summary) for variable in variables), length)
    return names[variables.index(row["variable"])]


def _level(row: Mapping[str, Any], summary: CoxSummary, length: int) -> str:
    """A level in so many characters, unlike any other level of its variable."""
    levels = summary.rows.loc[summary.rows["variable"] == row["variable"], "level"].tolist()
    return shorten_apart(levels, length)[levels.index(row["level"])]


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["variable"], row["level"]


def _line(first: Mapping[str, Any], records: list[Mapping[str, Any] | None], summary: CoxSummary) -> Line:
    marks = tuple(_mark(row, name, summary) for row, name in zip(records, (ALONE, ADJUSTED), strict=False))
    behind = f"{count(first['patients'])} / {count(first['events'])}"
    reason = ""
    if first["kind"] != REFERENCE and not any(mark.drawn for mark in marks):
        reason = escape(shorten(reason_of(first), REASON_CHARS))
        marks = tuple(Row(HEADING, "", reason=reason) for _ in marks)
    hover = "<br>".join([_title(first, summary), *(_hover(row) for row in records if row)])
    nested = first["kind"] in (REFERENCE, LEVEL, IVIG) or _headed(first, summary)
    return Line(first["kind"], _label(first, summary), escape(behind), marks, nested, reason, hover)


def _mark(row: Mapping[str, Any] | None, name: str, summary: CoxSummary) -> Row:
    if row is None or row["kind"] == REFERENCE:
        return Row(REFERENCE, name, ratio="reference" if row is not None else "")
    text = ratio_text(row)
    numbers = [float(row[key]) if is_number(row[key]) else None for key in ("hr", "ci_low", "ci_high")]
    return Row(
        "level", name, ratio=escape(text or NO_ESTIMATE), p=escape(p_value(row["p_value"])) if text else "",
        irr=numbers[0], low=numbers[1], high=numbers[2], drawn=bool(text),
        hover="<br>".join([_title(row, summary), f"{name}: {_hover(row)}"]),
    )  # fmt: skip


def name_of(variable: str, summary: CoxSummary) -> str:
    """What a variable is called; the one about IVIG by how it enters (not escaped)."""
    if variable in summary.ivig_variables:
        return {ON: "On IVIG, day by day", "ever_ivig": "IVIG, from the first dose on"}.get(
            variable, f"IVIG by day {summary.origin_day}"
        )
    return variable_name(variable)


def _label(row: Mapping[str, Any], summary: CoxSummary) -> str:
    if row["kind"] == NUMBER and not _fits(row, summary):
        return escape(per(row["unit"]))
    if row["kind"] in (NUMBER, NOTHING):
        name = _variable(row, summary, LABEL_CHARS)
        return f"<b>{escape(name)}</b>{GLUE if row['unit'] not in ('', '1') else ''}{escape(_per(row))}"
    if row["kind"] == REFERENCE:
        return escape(f"{_level(row, summary, LABEL_CHARS - 12)} (reference)")
    return escape(_level(row, summary, LABEL_CHARS))


def _title(row: Mapping[str, Any], summary: CoxSummary) -> str:
    level = f": {row['level']}" if row["level"] else f", {per(row['unit'])}" if row["unit"] else ""
    return f"<b>{escape(name_of(row['variable'], summary))}{escape(level)}</b>"


def _hover(row: Mapping[str, Any]) -> str:
    parts = [f"{counted(row['patients'], 'patient')}, {counted(row['events'], 'event')}"]
    if text := ratio_text(row):
        parts.append(f"hazard ratio {text}")
        if is_number(row["p_value"]):
            parts.append(p_phrase(row["p_value"]))
    if row["note"]:
        parts.append(row["note"])
    return "<br>".join(map(escape, parts))


def ratio_text(row: Mapping[str, Any]) -> str:
    """`0.57 (0.40–0.83)`, also where it is 0 or ∞ with a limit; empty without an estimate."""
    return estimate(row["status"], row["hr"], row["ci_low"], row["ci_high"])


def reason_of(row: Mapping[str, Any]) -> str:
    """Why there is no estimate, without what is said of the whole model."""
    return row["note"].split("; ")[0] or "cannot be estimated"


def without_terms(note: str, names: Mapping[str, str]) -> str:
    """A note on terms that only together tell apart who has the event, with their `names` in the place of terms."""
    start, with_others, rest = note.partition("together with ")
    others, tell, end = rest.partition(" it tells apart ")
    if start or not tell:
        return note
    return f"{with_others}{', '.join(names.get(term, term) for term in others.split(', '))}{tell}{end}"


def finding(summary: CoxSummary) -> str:
    """The hazard ratio of IVIG where it is asked for, else how many ratios exclude 1."""
    rows = _fitted(summary)
    mine = rows[(rows["kind"] == IVIG).to_numpy()]
    if len(mine):
        return _of_ivig(mine.iloc[0], summary)
    known = rows[[bool(ratio_text(row)) for row in rows.to_dict("records")]]
    if known.empty:
        return "No hazard ratio can be estimated"
    apart = known[((known["ci_low"] > 1) | (known["ci_high"] < 1)).to_numpy()]
    adjusted = " after adjustment" if summary.complete is not None else ""
    if apart.empty:
        return f"None of {counted(len(known), 'hazard ratio')} excludes 1{adjusted}"
    names = list(dict.fromkeys(lower(name_of(name, summary)) for name in apart["variable"]))
    which = listed(names) if len(names) < 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"
    verb = "excludes" if len(apart) == 1 else "exclude"
    return f"{len(apart)} of {counted(len(known), 'hazard ratio')} {verb} 1{adjusted}: {which}"


def _fitted(summary: CoxSummary) -> pd.DataFrame:
    """Rows with or without estimate of the model that the finding is about."""
    model = UNIVARIABLE if summary.complete is None else MULTIVARIABLE
    return summary.rows[((summary.rows["model"] == model) & (summary.rows["kind"] != REFERENCE)).to_numpy()]


def _of_ivig(row: pd.Series, summary: CoxSummary) -> str:
    name = {ON: "on IVIG", "ever_ivig": "after a first dose of IVIG"}.get(
        row["variable"], f"with IVIG by day {summary.origin_day}"
    )
    text = ratio_text(row)
    if not text:
        return f"No hazard ratio {name}: {reason_of(row)}"
    head = f"No clear difference {name}"
    if is_number(row["ci_high"]) and row["ci_high"] < 1:
        head = f"Lower hazard {name}"
    elif is_number(row["ci_low"]) and row["ci_low"] > 1:
        head = f"Higher hazard {name}"
    fitted = _fitted(summary)
    others = fitted.loc[(fitted["kind"] != NOTHING).to_numpy(), "variable"].nunique() - 1
    others = others if summary.complete is not None else 0
    adjusted = f", adjusted for {counted(others, 'variable')}" if others else ""
    return f"{head}: hazard ratio {text}{adjusted}"


def nothing(summary: CoxSummary) -> str:
    """That there is no hazard ratio at all, and why where the reason is one for all rows."""
    if not summary.patients:
        return "No hazard ratio can be estimated: no patient is left to compare."
    if not summary.events:
        return f"No hazard ratio can be estimated: no patient had {summary.event}."
    rows = shown(summary)
    reasons = {reason_of(row) for row in rows[(rows["kind"] != REFERENCE).to_numpy()].to_dict("records")}
    return f"No hazard ratio can be estimated: {reasons.pop() if len(reasons) == 1 else 'the table says why'}."


def detail(summary: CoxSummary) -> str:
    """Patients and events behind the plot."""
    text = f"{counted(summary.patients, 'patient')}, {count(summary.events)} with {summary.event}"
    if summary.complete is not None:
        text += f"; adjusted: {count(summary.complete)} with all values, {counted(summary.complete_events, 'event')}"
    left = len(set(summary.rows["variable"]) - set(shown(summary)["variable"]) - set(not_recorded(summary)))
    text += f"; {counted(left, 'more variable')} in the table" if left and summary.complete is None else ""
    return f"{text}; 95 % intervals"


def alt(summary: CoxSummary, made: list[Line]) -> str:
    """The plot in words."""
    ratios = [line for line in made if line.kind not in (HEADING, REFERENCE)]
    without = sum(bool(line.reason) for line in ratios)
    text = f"Forest plot of hazard ratios of {summary.event} in {counted(len(ratios), 'row')}. {finding(summary)}."
    return text + (f" {counted(without, 'row')} without an estimate." if without else "")
