"""A cell of a hospital's file as a cell of ours: each distinct text once, by the `Field` that says what it means."""

from __future__ import annotations

import re
from datetime import date, datetime

from ivig_core.cohort.column_type import Column
from ivig_core.cohort.mapping.mapping import Field
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.cohort.reading.missing import NOT_KNOWN

_ISO_TIME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:?\d{2}.*)?")
_SLASHED_ISO = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:\s+\d{1,2}:?\d{2}.*)?")
_ORDERED = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|(?<!-)\d{2})(?:[ T,]+\d{1,2}:?\d{2}.*)?")
_LAST_TWO_DIGITS = 68
# A month is not exact as it is: “about” before it says no more.
_ABOUT = r"(?:(?:~|≈|ca\.?|circa|approx\.?|about|around|env\.?|um)\s*)?"
_MONTH_YEAR = re.compile(_ABOUT + r"(\d{1,2})[/.\-](\d{4})", re.IGNORECASE)
_YEAR_MONTH = re.compile(_ABOUT + r"(\d{4})-(\d{1,2})", re.IGNORECASE)
_NAMED_MONTH = re.compile(_ABOUT + r"([^\W\d]{3,9})\.?[-/, ]*(\d{4})", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(r"(\d{1,2})[-. /]?([^\W\d]{3,9})\.?[-, /]*(\d{4})(?:[ :].*)?")
_NAMED_US = re.compile(r"([^\W\d]{3,9})\.? (\d{1,2}),? (\d{4})(?:[ :].*)?")
_SERIAL = re.compile(r"([2-6]\d{4})(?:[.,]\d+)?")
_BOUND = re.compile(r"([<>≤≥]=?|under|over|unter|über)\s*(?=[\d.,])", re.IGNORECASE)
_MARKS = re.compile(r"[*†‡#hHlL]+$")
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_EPOCH = date(1899, 12, 30).toordinal()
_MONTHS = {
    word[:3]: number
    for number, words in enumerate(
        ("january janvier januar enero gennaio", "february février fevrier februar febrero", "march mars märz marz mrz",
         "april avril abril", "may mai mayo maggio mei", "june juin juni junio giugno",
         "july juillet juli julio luglio",
         "august aout août agosto", "september septembre setiembre", "october octobre oktober octubre ottobre",
         "november novembre noviembre", "december décembre decembre dezember diciembre dicembre"), 1)
    for word in words.split()
}  # fmt: skip
_MONTHS["jui"] = 0  # Juin or juillet: three letters do not tell.
_ENDLESS = {"ongoing", "current", "present", "continues", "continuing", "continued", "laufend", "andauernd", "en cours",
            "en curso", "heute", "today", "in corso", "now", "→"}  # fmt: skip


def is_missing(text: str, missing: frozenset[str]) -> bool:
    """Whether a cell says that a value is not known."""
    return text.lower() in missing


def is_endless(text: str) -> bool:
    """Whether a cell of a day says that something is still going on."""
    return " ".join(text.split()).lower() in _ENDLESS


def missing_words(further: tuple[str, ...]) -> frozenset[str]:
    """Every text that means “not known”, lower case: our own list and what the mapping names."""
    return (
        NOT_KNOWN
        | {"nask", "asku", "ni", "unknown", "not done", "n.d.", "nicht bekannt", "unbekannt", "none given"}
        | {word.strip().lower() for word in further}
    )


def cell(text: str, item: Field, column: Column | None, missing: frozenset[str], comma: bool | None) -> str:
    """One cell as ours. What cannot be read is handed on as it is, so that the checks name it with its row.

    `column` is the column of ours (None for a variable of the user's own), `comma` whether numbers have decimal commas
    (None: not known, so that 1,020 stays a question).
    """
    if text in item.values:
        return item.values[text]
    if not text:
        return text
    if column is None and not item.times and not item.limits:
        # A variable of the user's own: a number is written as ours, so that it stays one; a text stays as it is.
        return text.replace(",", ".") if comma and _COMMA_NUMBER.fullmatch(text) else text
    if column is None or column.numeric:
        return "" if is_missing(text, missing) else number_text(text, item, comma)
    if column.type == "day":
        return day_text(text, item.dates, missing)
    if column.type == "id":
        return text
    if is_missing(text, missing) and "unknown" not in column.allowed:
        return ""
    return "unknown" if is_missing(text, missing) and column.type == "grade" else text


def number_text(text: str, item: Field, comma: bool | None) -> str:
    """A number without marks of thousands, footnote signs and bounds, times the factor of the field."""
    plain = _MARKS.sub("", text.strip()).strip()
    bound = _BOUND.match(plain)
    if bound:
        if item.limits is None:
            return text
        if item.limits == "blank":
            return ""
        plain = plain[bound.end() :].strip()
    if comma:
        if re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain):
            plain = plain.replace(".", "")
        plain = plain.replace(",", ".") if plain.count(",") == 1 else plain
    elif comma is False and _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return text
    if item.times is None:
        return plain
    return format(round(float(plain) * item.times, 9), ".12g")


def day_text(text: str, order: DateOrder | None, missing: frozenset[str]) -> str:
    """A day as ISO date where the text can mean one day only (or `order` says which); else the text as it is.

    Times of day are left out. “ongoing” and the like are blank: still going on.
    """
    if len(text) == 10 and text[4] == "-" == text[7] and (text[:4] + text[5:7] + text[8:]).isdecimal():
        # The quick way first: almost every distinct text of a large file is one of these.
        return _iso(text[:4], text[5:7], text[8:]) or text
    plain = " ".join(text.split())
    if is_missing(plain, missing) or is_endless(plain):
        return ""
    if match := _ISO_TIME.fullmatch(plain) or _SLASHED_ISO.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _iso(match[1], match[2], match[3]) or text
    if match := _ORDERED.fullmatch(plain):
        day, month = (match[1], match[3]) if (order or order_of(plain)) != "mdy" else (match[3], match[1])
        return text if order is None and order_of(plain) is None else _iso(match[4], month, day) or text
    if month := _month_text(plain):
        return month
    if match := _NAMED.fullmatch(plain):
        return _iso(match[3], str(month_number(match[2])), match[1]) or text
    if match := _NAMED_US.fullmatch(plain):
        return _iso(match[3], str(month_number(match[1])), match[2]) or text
    if match := _SERIAL.fullmatch(plain):
        return date.fromordinal(_EPOCH + int(match[1])).isoformat()
    return text


def _month_text(plain: str) -> str:
    """A month as ISO text where a text says one without a day; empty where it does not."""
    if match := _MONTH_YEAR.fullmatch(plain):
        year, month = match[2], int(match[1])
    elif match := _YEAR_MONTH.fullmatch(plain):
        year, month = match[1], int(match[2])
    elif match := _NAMED_MONTH.fullmatch(plain):
        year, month = match[2], month_number(match[1])
    else:
        return ""
    return f"{year}-{month:02d}" if 1 <= month <= 12 else ""


def order_of(text: str) -> DateOrder | None:
    """Which order of day and month a date such as 16/01/2023 can have; None where it can have both, or neither."""
    match = _ORDERED.fullmatch(" ".join(text.split()))
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    if match[2] == "." and second <= 12:
        return "dmy"
    if first > 12 >= second:
        return "dmy"
    return "mdy" if second > 12 >= first else None


def is_ordered(text: str) -> bool:
    """Whether a text is a date whose order of day and month has to be known."""
    return _ORDERED.fullmatch(" ".join(text.split())) is not None


def month_number(word: str) -> int:
    """The number of a month from its name in a large European language; 0 where it is none."""
    return _MONTHS.get(word.lower()[:3], 0)


def has_short_year(text: str) -> bool:
    """Whether a date is written with two digits of its year."""
    match = _ORDERED.fullmatch(" ".join(text.split()))
    return match is not None and len(match[4]) == 2


def _iso(year: str, month: str, day: str) -> str:
    if len(year) == 2:
        year = f"20{year}" if int(year) <= _LAST_TWO_DIGITS else f"19{year}"
    try:
        return datetime(int(year), int(month), int(day)).date().isoformat()
    except ValueError:
        return ""
