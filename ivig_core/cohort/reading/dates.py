"""Days as people write them: ISO dates, months, study days, and orders of day and month that only the author knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from ivig_core.cohort.reading.raw import RawColumn

DateOrder = Literal["dmy", "mdy"]
Written = Literal["dates", "days"]

# What a cell is. The order is that of `DayTexts.form`.
BLANK, ISO, MONTH, NUMBER, ORDER, IMPOSSIBLE, UNREADABLE = range(7)

_EPOCH = date(1970, 1, 1).toordinal()
_FIRST, _LAST = date(1900, 1, 1).toordinal() - _EPOCH, date(2100, 12, 31).toordinal() - _EPOCH
_MIDDLE_OF_MONTH = 15
FURTHEST_STUDY_DAY = 100_000
_LONGEST = 40

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_NUMBER = re.compile(r"[+-]?\d{1,6}(?:[.,]0+)?")
_MIDNIGHT = re.compile(r"(.*?\d)[T ]+(?:0?0:?00(?::00(?:[.,]0+)?)?(?:Z|[+-]00:?00)?|12:00(?::00)? ?[Aa]\.?[Mm]\.?)")
_TIMED = re.compile(r".*\d[T ]+\d{1,2}:?\d{2}(?:\D.*)?")
_ORDER = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})")


@dataclass(frozen=True)
class DayTexts:
    """The distinct texts of one day column read: what each is (`form`, int8) and its day (`value`, float64, NaN).

    Days are days since 1970-01-01 for dates and the number itself for study days. `midnight`: texts had a time of day,
    all of them 00:00, which was left out.
    """

    form: np.ndarray
    value: np.ndarray
    midnight: bool = False


def read_days(column: RawColumn, order: DateOrder | None) -> DayTexts:
    """Read every distinct text of a day column; a day/month order is applied only if the user has said which."""
    texts = column.stripped
    midnight = only_midnight(texts)
    if midnight:
        texts = [without_midnight(text) for text in texts]
    form = np.empty(len(texts), dtype=np.int8)
    value = np.full(len(texts), np.nan)
    for i, text in enumerate(texts):
        form[i], value[i] = _read(text, order)
    return DayTexts(form, value, midnight)


def _read(text: str, order: DateOrder | None) -> tuple[int, float]:
    # The quick way first: almost every distinct text is an ISO date.
    if len(text) == 10 and text[4] == "-" and text[7] == "-":
        return _day(ISO, text[:4], text[5:7], text[8:])
    if not text:
        return BLANK, np.nan
    if _NUMBER.fullmatch(text):
        number = float(text.replace(",", "."))
        return (NUMBER, number) if abs(number) <= FURTHEST_STUDY_DAY else (IMPOSSIBLE, np.nan)
    if match := _MONTH.fullmatch(text):
        return _day(MONTH, match[1], match[2], str(_MIDDLE_OF_MONTH))
    if match := _ORDER.fullmatch(text):
        return _ordered(match, order)
    return UNREADABLE, np.nan


def _day(form: int, year: str, month: str, day: str) -> tuple[int, float]:
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal()):
        return UNREADABLE, np.nan
    try:
        value = date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        return IMPOSSIBLE, np.nan
    return (form, float(value)) if _FIRST <= value <= _LAST else (IMPOSSIBLE, np.nan)


def _ordered(match: re.Match[str], order: DateOrder | None) -> tuple[int, float]:
    first, _, second, year = match.groups()
    if len(year) == 2:
        # The century is not known either: said at once, not after a question about the order.
        return UNREADABLE, np.nan
    if order is None:
        text = match[0]
        return (ORDER if fits(text, "dmy") or fits(text, "mdy") else IMPOSSIBLE), np.nan
    day, month = (first, second) if order == "dmy" else (second, first)
    return _day(ISO, year, month, day)


def only_midnight(texts: Iterable[str]) -> bool:
    """Whether texts have times of day, all of them midnight: then they are days, written by a program."""
    timed = [text for text in texts if len(text) <= _LONGEST and _TIMED.fullmatch(text)]
    return bool(timed) and all(_MIDNIGHT.fullmatch(text) for text in timed)


def without_midnight(text: str) -> str:
    """A day without 00:00 behind it."""
    found = _MIDNIGHT.fullmatch(text)
    return found[1] if found else text


def fits(text: str, order: DateOrder) -> bool:
    """Whether a text such as 13/04/2020 is a day that exists under an order of day and month."""
    match = _ORDER.fullmatch(without_midnight(text))
    if match is None:
        return False
    first, _, second, year = match.groups()
    day, month = (first, second) if order == "dmy" else (second, first)
    return _day(ISO, year if len(year) == 4 else f"20{year}", month, day)[0] == ISO
