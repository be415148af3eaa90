"""What a clinician is told about a cell that should be a day and is none: how to write what was meant."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ivig_core.cohort.column_type import Column
from ivig_core.cohort.reading import convert
from ivig_core.cohort.reading.dates import FURTHEST_STUDY_DAY, Written, fits
from ivig_core.cohort.reading.missing import may_be_not_known

_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = r"[T ]+\d{1,2}:?\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?:Z|[+-]\d{2}:?\d{2})?"
_WITH_TIME = re.compile(rf"(.*?\d){_TIME}")
_OTHER_SEPARATOR = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHORT_YEAR = re.compile(r"\d{1,2}([/.\-])\d{1,2}\1\d{2}")
_SERIAL_TIME = re.compile(r"[2-7]\d{4}[.,]\d+")
_ENDLESS = re.compile(r"(9999|[3-9]\d{3})-|.*[./-](9999|2999|3000)$")
_ONGOING = re.compile(
    r"on[- ]?going|continu\w*|present|current\w*|laufend|andauernd|fortlaufend|open|until now|to date|bis heute|"
    r"en cours|heute|today|now",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OTHER_MONTHS = {"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "fév": 2,
                 "avr": 4, "aoû": 8, "déc": 12, "gen": 1, "mag": 5, "giu": 6, "lug": 7, "set": 9, "ott": 10,
                 }  # fmt: skip
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.\- ](\d{4})|(\d{4})[/.\- ](\d{1,2})|([^\W\d_]{3,9})[/.\- ']*(\d{4}|\d{2})")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})\.?[/\- ]?([^\W\d_]{3,9})\.?[/\-, ]*(\d{4})")
_MONTH_DAY_YEAR = re.compile(r"([^\W\d_]{3,9})\.? (\d{1,2}),? (\d{4})")


def bad_day(fault: int, column: Column, value: str, written: Written) -> tuple[str, str]:
    """Message and remedy for a cell that is not a day that exists."""
    if match := _EIGHT_DIGITS.fullmatch(value):
        return f"“{value}” cannot be read as a date.", f"Write it as {'-'.join(match.groups())}."
    if _SHORT_YEAR.fullmatch(value) and fault == convert.UNREADABLE_DAY:
        return (
            f"“{value}” has a year of two digits: neither the century nor the order of day and month is certain.",
            "Write the date as YYYY-MM-DD.",
        )
    if _ENDLESS.match(value) or _ONGOING.fullmatch(value):
        return (
            f"“{value}” stands for “no end” and is not a day.",
            "Leave the cell blank where it is still going on; on a patient row write the last day observed.",
        )
    if _SERIAL_TIME.fullmatch(value):
        day = (date(1899, 12, 30) + timedelta(days=int(float(value.replace(",", "."))))).isoformat()
        return (
            f"“{value}” looks like Excel's number for a date with a time of day ({day}).",
            "Format the date columns as YYYY-MM-DD, without the time, before saving the CSV.",
        )
    if may_be_not_known(value):
        return f"“{value}” is not a date.", _when_not_known(column)
    if written == "days":
        return f"“{value}” is not a study day.", f"Write a whole number of days, at most {FURTHEST_STUDY_DAY:,}."
    return _bad_date(fault, value)


def _bad_date(fault: int, value: str) -> tuple[str, str]:
    unread = f"“{value}” cannot be read as a date."
    if match := _WITH_TIME.fullmatch(value):
        day = match[1] if _ISO.fullmatch(match[1]) else _whole_date(match[1])
        return f"“{value}” has a time of day.", f"Write the day only: {day or 'YYYY-MM-DD'}."
    if day := _whole_date(value):
        return unread, f"Write it as {day}."
    if month := _month(value):
        return (
            f"“{value}” has no day.",
            f"Write the full date; where only the month is known, write {month}: it is taken as the 15th.",
        )
    if fault == convert.IMPOSSIBLE_DAY:
        return f"“{value}” is not a day that exists between 1900 and 2100.", "Check the day; write it as YYYY-MM-DD."
    return unread, "Write dates as YYYY-MM-DD, for example 2024-03-31."


def which_order(value: str) -> tuple[str, str]:
    """A date such as 03/04/2020, which is two different days on the two sides of the Atlantic."""
    remedy = "Say which order the file uses (command line: --date-order dmy or mdy), or write dates as YYYY-MM-DD."
    day_first, month_first = fits(value, "dmy"), fits(value, "mdy")
    if day_first and month_first:
        return f"“{value}”: is this day/month/year or month/day/year?", remedy
    only = "day/month/year" if day_first else "month/day/year"
    return f"“{value}”: day/month/year or month/day/year? Only {only} gives a day that exists.", remedy


def _when_not_known(column: Column) -> str:
    if column.name == "start":
        return (
            "Write the day (YYYY-MM where only the month is known); a fact without any cannot be used: delete its row."
        )
    if column.name == "end":
        return "Leave the cell blank when it is not known; on a patient row write the last day observed."
    return "Leave the cell blank when it is not known."


def _whole_date(value: str) -> str | None:
    """A date whose order is certain, as YYYY-MM-DD: the year first, or the month as a word."""
    if match := _OTHER_SEPARATOR.fullmatch(value):
        return _iso(*match.groups())
    if match := _DAY_MONTH_YEAR.fullmatch(value):
        return _iso(match[3], _number(match[2]), match[1])
    if match := _MONTH_DAY_YEAR.fullmatch(value):
        return _iso(match[3], _number(match[1]), match[2])
    return None


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month or 0), int(day)).isoformat()
    except ValueError:
        return None


def _month(value: str) -> str | None:
    """A month and its year as YYYY-MM."""
    match = _MONTH_YEAR.fullmatch(value)
    if match is None:
        return None
    year = match[2] or match[3] or match[6]
    month = match[1] or match[4] or _number(match[5])
    year = f"20{year}" if len(year) == 2 else year
    return f"{year}-{int(month):02}" if month and 1 <= int(month) <= 12 and 1900 <= int(year) <= 2100 else None


def _number(word: str) -> str:
    """The number of a month of this name; empty for none."""
    begin = word.lower()[:3]
    if begin in _MONTHS:
        return str(_MONTHS.index(begin) + 1)
    return str(_OTHER_MONTHS.get(begin, ""))
