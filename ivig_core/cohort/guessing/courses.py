"""Courses of immunoglobulin told in words: how often and how many doses (“q4w x 6”), in a column or a remark."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from ivig_core.cohort.guessing.amounts import course_of, interval_of
from ivig_core.cohort.guessing.draft import Draft, quoted
from ivig_core.cohort.mapping.mapping import Field

_SHOWN = 3
_OFTEN = re.compile(
    r"(?i)\bq ?\d{1,2} ?(?:w|d|wk|weeks?|days?)\b|\b(?:every|alle|cada|toutes les|ogni|elke) \d|"
    r"\b(?:bi)?weekly\b|\bmonthly\b|\b(?:monatlich|mensuel\w*|mensual\w*|maandelijks|mensile|wochentlich|wöchentlich)\b"
)
_SUBCUTANEOUS = re.compile(
    r"(?i)(?<![a-z])(f?scig|sc_?ig|igsc|subcut\w*|subkut\w*|sous-cutan\w*|sottocut\w*|s\.c\.|hizentra|cuvitru|xembify|"
    r"cutaquig|hyqvia|gammanorm|subcuvia|evogam|subgam)(?![a-z])"
)


def course_in_words(draft: Draft, fields: dict[str, Field], lines: np.ndarray) -> None:
    """Interval and last day of the doses of `fields` from a column that tells them in words, where no other column
    does; asked where it tells them for some doses only."""
    start = fields.get("start")
    if start is None or not start.column:
        return
    given = lines[draft.head.column(start.column).filled()[lines]]
    if "end" in fields or "interval_days" in fields:
        _interval_of_courses(draft, fields, lines)
        return
    for name in draft.head.names:
        if name in draft.head.left | draft.head.replaced or name in start.sources:
            continue
        said = draft.head.texts(name, given)
        known = {text: course for text in said if (course := course_of(text))}
        if not known and not any(map(_OFTEN.search, said)):
            continue
        if len(known) < len(said):
            open_ = [text for text in said if text not in known]
            draft.ask(name, f"{quoted(open_)}: how often, and how many doses?",
                      "Say it as “q4w x 6”, or give one row for each dose.", "ivig", "end", open_)  # fmt: skip
        if not known:
            return
        fields["interval_days"] = Field(column=name, values={text: str(days) for text, (days, _) in known.items()})
        fields["end"] = Field(
            column=start.column, dates=start.dates, later_by=name,
            later={text: str(days * (doses - 1)) for text, (days, doses) in known.items()},
        )  # fmt: skip
        shown = ", ".join(f"“{text[:40]}” is {n} doses, one every {days} days" for text, (days, n) in _first(known))
        draft.guess(name, "ivig: end and interval_days", f"{shown}; the last day is counted from the first")
        return


def route_in_words(draft: Draft, fields: dict[str, Field], names: Iterable[str]) -> None:
    """The subcutaneous route where the headers of the doses say it; without a word of it a dose is intravenous."""
    said = [name for name in names if _SUBCUTANEOUS.search(name)]
    if said and "route" not in fields:
        fields["route"] = Field(constant="sc")
        draft.guess(said[0], "ivig: route sc", "its name says that it is given under the skin")


def routes_of_texts(draft: Draft, fields: dict[str, Field], name: str, texts: Iterable[str]) -> None:
    """The route from what a column says of each dose (SCIG, Hizentra), where no column has it."""
    routes = {text: "sc" if _SUBCUTANEOUS.search(text) else "iv" for text in texts}
    if "route" not in fields and "sc" in routes.values():
        fields["route"] = Field(column=name, values=routes)
        shown = [text for text, route in routes.items() if route == "sc"]
        draft.guess(name, "ivig: route", f"{quoted(shown)} is given under the skin")


def _first(known: dict[str, tuple[int, int]]) -> list[tuple[str, tuple[int, int]]]:
    return list(known.items())[:_SHOWN]


def _interval_of_courses(draft: Draft, fields: dict[str, Field], lines: np.ndarray) -> None:
    """Courses without a column of intervals: a column of remarks may say how often, if it says so for every course."""
    start, end = fields.get("start"), fields.get("end")
    if "interval_days" in fields or start is None or end is None or not start.column or not end.column:
        return
    first, last = draft.head.column(start.column), draft.head.column(end.column)
    courses = lines[last.filled()[lines]]
    texts = (np.array(column.stripped, dtype=object)[column.codes[courses]] for column in (first, last))
    courses = courses[np.not_equal(*texts).astype(bool)]
    if not len(courses):
        return
    for name in draft.head.names:
        said = draft.head.texts(name, courses)
        if name in draft.used or not said or not draft.head.column(name).filled()[courses].all():
            continue
        days = {text: interval_of(text) for text in said}
        if all(days.values()):
            other = {text: "" for text in draft.head.texts(name, lines) if text not in days}
            fields["interval_days"] = Field(column=name, values=other | {text: str(n) for text, n in days.items()})
            shown = ", ".join(f"“{text[:40]}” is {n} days" for text, n in list(days.items())[:3])
            draft.guess(name, "ivig: interval_days", f"every course says how often: {shown}")
            return
    draft.ask(end.column, f"{len(courses):,} courses end on a later day than they start: how often was a dose given?",
              "Name a column in the mapping as interval_days, or give its constant (28: every 4 weeks).",
              "ivig", "interval_days")  # fmt: skip
