"""Rows of a specification curve in the order in which they are drawn, and its words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ivig_core.evidence.specifications import SPECIFICATIONS, Specification
from ivig_core.figures.words import NO_ESTIMATE, count, counted, escape, estimate, is_number, p_phrase, percent, ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.whatif.curve.against import Against
from ivig_core.study.whatif.curve.choices import Before
from ivig_core.study.whatif.curve.curve import Curve
from ivig_core.study.whatif.curve.sentences import GROUPS, choice_words, known, ratios, shares

HEADS = {
    "window_days": "Window",
    "before": "First dose",
    "dose_day": "Dose day",
    "episode_gap_days": "Joined",
    "min_grade": "Grade",
    "adjust_for": "Adjusted",
}
WITHOUT_EFFECT = (
    "Where IVIG is begun after infections, more than half of them can lie below 1 although it does nothing: “If IVIG "
    "did nothing”, beneath the curve, tells how many."
)
NOT_INDEPENDENT = (
    "All rows use the same patients and infections: they are not independent, and a share of rows is no p-value."
)
PALE = "a check speaks against"


@dataclass(frozen=True, eq=False)
class View:
    """A curve with what is marked on it: the settings in force, the published analyses, and what checks speak against
    (nothing where these rows are not to be drawn pale)."""

    curve: Curve
    spec: AnalysisSpec
    against: Sequence[Against] = ()

    @cached_property
    def order(self) -> np.ndarray:
        """Numbers of the rows as drawn: by ratio, 0 first and ∞ last, then those without an estimate."""
        return np.argsort(ratios(self.curve), kind="stable")

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The rows of the table, one by one."""
        return self.curve.table.to_dict("records")

    @cached_property
    def in_force(self) -> int | None:
        """The row of the settings in force."""
        return self.curve.row_of(self.spec)

    @cached_property
    def papers(self) -> dict[int, list[Specification]]:
        """Published analyses by row; none of one that adjusts for what changes nothing here."""
        found: dict[int, list[Specification]] = {}
        for item in SPECIFICATIONS:
            spec = item.spec(self.spec.model.ci_method)
            row = None if set(spec.model.adjust_for) & set(self.curve.unused) else self.curve.row_of(spec)
            if row is not None:
                found.setdefault(row, []).append(item)
        return found

    @cached_property
    def pale(self) -> np.ndarray:
        """Which rows a check speaks against (bool)."""
        return np.logical_or.reduce([np.zeros(len(self.curve.table), bool), *(item.rows for item in self.against)])


def before_of(view: View) -> list[Before]:
    """What each row does about the time before the first dose."""
    table = view.curve.table
    return list(zip(table["pre_exposure_days"].tolist(), table["from_first_dose"].tolist(), strict=True))


def matrix(view: View) -> tuple[list[str], np.ndarray]:
    """Labels of all values of all choices, and which of them each row has (values × rows); choices with one value, and
    values that no row has, are left out."""
    labels, lines = [], []
    for group in GROUPS:
        head, found = HEADS[group], _of_group(view, group)
        for value, has in found if len(found) > 1 or group == "adjust_for" else ():
            label = escape(_short(value) if group == "before" else choice_words(group, value))
            labels.append(f"<b>{head}</b>  {label}" if head else label)
            lines.append(has)
            head = ""
    return labels, np.array(lines, bool).reshape(len(labels), len(view.curve.table))


def _short(value: object) -> str:
    """What is done about the time before the first dose, beside the head that names it."""
    days, from_first = value if isinstance(value, tuple) else (0, False)
    if from_first:
        return "only days from it on"
    return f"{days} days before apart" if days else "all days count"


def _of_group(view: View, group: str) -> list[tuple[object, np.ndarray]]:
    table, choices = view.curve.table, view.curve.choices
    if group == "adjust_for":
        values: Sequence[object] = [name for name in choices.adjusters if name not in view.curve.unused]
        rows = [np.array([value in names for names in table[group]], bool) for value in values]
    elif group == "before":
        values, mine = choices.before, before_of(view)
        rows = [np.array([item == value for item in mine], bool) for value in values]
    else:
        values = getattr(choices, group)
        rows = [(table[group] == value).to_numpy(bool) for value in values]
    return [(value, has) for value, has in zip(values, rows, strict=True) if has.any()]


def row_words(view: View, row: int) -> str:
    """All choices of a row in words."""
    settings = view.records[row]
    before = (settings["pre_exposure_days"], settings["from_first_dose"])
    adjusted = ", ".join(choice_words("adjust_for", name) for name in settings["adjust_for"]) or "nothing"
    gap = settings["episode_gap_days"]
    return "; ".join(
        [
            f"window {settings['window_days']} days",
            choice_words("before", before),
            f"dose day {choice_words('dose_day', settings['dose_day'])}",
            f"infections within {gap} days joined" if gap else "every infection counts",
            choice_words("min_grade", settings["min_grade"]).lower(),
            f"adjusted for {adjusted}",
        ]
    )


def ratio_words(view: View, row: int) -> str:
    """The ratio of a row with its interval, or why there is none."""
    record = view.records[row]
    text = estimate(record["status"], record["irr"], record["ci_low"], record["ci_high"])
    return text or f"no estimate: {NO_ESTIMATE.get(record['status'], record['note'])}"


def hover(view: View) -> list[str]:
    """What each row is, in the order in which rows are drawn; escaped."""
    reasons = [(item.short, item.rows) for item in view.against]
    return [_hover(view, row, [reason for reason, rows in reasons if rows[row]]) for row in view.order.tolist()]


def _hover(view: View, row: int, reasons: list[str]) -> str:
    p = view.records[row]["p_value"]
    head = f"<b>{escape(ratio_words(view, row))}</b>{f', {escape(p_phrase(p))}' if is_number(p) else ''}"
    choices = row_words(view, row).split("; ")
    lines = [head, *("; ".join(choices[at : at + 3]) for at in range(0, len(choices), 3))]
    lines = [lines[0], *map(escape, lines[1:])]
    if row == view.in_force:
        lines.append("◆ settings in force")
    lines += [f"★ {escape(paper_words(item))}" for item in view.papers.get(row, ())]
    return "<br>".join([*lines, *(f"pale: {escape(reason)}" for reason in reasons)])


def paper_words(item: Specification) -> str:
    """A published analysis with its ratio as printed."""
    printed = item.result
    return f"{item.paper}, {item.words}: printed {printed.estimate} ({printed.ci_low}–{printed.ci_high})"


def finding(view: View) -> str:
    """From where to where the ratios reach, and how many of them and of their intervals are below 1."""
    mine = shares(view.curve)
    total = counted(len(view.curve.table), "definition")
    if not mine.rows:
        status = view.curve.table["status"].mode()
        why = NO_ESTIMATE.get(str(status.iloc[0]), "it cannot be estimated") if len(status) else "nobody is analysed"
        return f"No rate ratio under any of {total}: {why}"
    span = ratios(view.curve)
    low, high = (_ratio(float(limit)) for limit in (np.nanmin(span), np.nanmax(span)))
    reach = low if low == high else f"{low} to {high}"
    parts = [
        f"below 1 in {percent(mine.below / mine.rows)}",
        f"the interval below 1 in {percent(mine.clear / mine.rows)}",
    ]
    if mine.above:
        parts.append(f"the interval above 1 in {percent(mine.above / mine.rows)}")
    return f"Rate ratio {reach} under {counted(mine.rows, 'definition')}: {', '.join(parts)}"


def _ratio(value: float) -> str:
    return "∞" if math.isinf(value) else ratio(value)


def detail(view: View) -> str:
    """The settings in force, rows without an estimate, and how the rows lie that no check speaks against."""
    parts = []
    if view.in_force is not None:
        parts.append(f"◆ settings in force {ratio_words(view, view.in_force)}")
    without = int((~known(view.curve)).sum())
    if without:
        parts.append(f"{counted(without, 'definition')} without an estimate at the right")
    if view.pale.any():
        parts.append(f"{count(int(view.pale.sum()))} pale, because {PALE} them")
        rest = shares(view.curve, ~view.pale)
        if rest.rows:
            below, clear = percent(rest.below / rest.rows), percent(rest.clear / rest.rows)
            parts.append(f"of the other {count(rest.rows)}, {below} below 1 and {clear} with their interval")
    return "; ".join([*parts, "95 % intervals"])


def small_print() -> str:
    """Why shares are no test, and where it is told what they would be without effect."""
    return f"{NOT_INDEPENDENT} {WITHOUT_EFFECT}"


def alt(view: View) -> str:
    """The figure in words."""
    head = "Specification curve: ratios in rising order above, the choices that each was made with below."
    return f"{head} {finding(view)}. {detail(view)}."
