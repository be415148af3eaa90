"""What a clinician is told about a cell that cannot be used: what is wrong with it, and how to mend it."""

from __future__ import annotations

import difflib
import re
from datetime import date, timedelta

from ivig_core.cohort.column_type import Column
from ivig_core.cohort.reading import convert
from ivig_core.cohort.reading.convert import plain_category, plain_unit
from ivig_core.cohort.reading.dates import FURTHEST_STUDY_DAY, Written, fits

KIND_OF_FAULT = {
    convert.NOT_IN_LIST: "not_in_list",
    convert.RESPELLED: "respelled",
    convert.NOT_A_NUMBER: "not_a_number",
    convert.NOT_WHOLE: "not_whole",
    convert.OUT_OF_RANGE: "out_of_range",
    convert.IMPOSSIBLE_DAY: "impossible_date",
    convert.UNREADABLE_DAY: "unreadable_date",
    convert.WHICH_ORDER: "date_order",
    convert.MIXED_DAYS: "mixed_dates",
    convert.MONTH_ONLY: "month_only",
    convert.THOUSANDS: "thousands",
    convert.WHICH_MARK: "thousands_or_decimals",
}

_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{1,2}:\d{2}.*")
_OTHER_SEPARATOR = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_SHORT_YEAR = re.compile(r"\d{1,2}([/.\-])\d{1,2}\1\d{2}")
_SERIAL_TIME = re.compile(r"[2-7]\d{4}[.,]\d+")
_ENDLESS = re.compile(r"(9999|[3-9]\d{3})-|.*[./-](9999|2999|3000)$")
_ROMAN = {"1": "I", "2": "II", "3": "III"}
_TOTALS = {"total", "totals", "sum", "summe", "gesamt", "insgesamt", "totale", "somme", "subtotal", "mean", "average"}
_NOT_GIVEN = {"na", "n/a", "#n/a", "nan", "null", "none", "nil", "unknown", "missing", ".", "-", "?"}


def about(fault: int, column: Column, value: str, written: Written) -> tuple[str, str]:
    """Message and remedy for one cell with a fault."""
    if fault in (convert.IMPOSSIBLE_DAY, convert.UNREADABLE_DAY):
        return _bad_day(fault, value, written)
    if fault == convert.WHICH_ORDER:
        return which_order(value)
    if fault == convert.MIXED_DAYS:
        return _mixed(value, written)
    if fault == convert.MONTH_ONLY:
        return f"“{value}” has no day; it was taken as {value}-15.", "Write the full date if you know it."
    if fault == convert.THOUSANDS:
        plain = value.replace(".", "").replace(",", ".")
        return f"“{value}” was read as {plain}: the file has decimal commas.", f"Write {plain.replace('.', ',')}."
    if fault == convert.WHICH_MARK:
        whole = value.replace(".", "")
        decimal = value.rstrip("0").rstrip(".")
        return f"“{value}”: is this {whole}, or {value} with three decimals?", f"Write {whole}, or {decimal}."
    if fault == convert.RESPELLED:
        return _respelled(column, value)
    if fault == convert.NOT_IN_LIST:
        return not_in_list(column, value)
    return _bad_number(fault, column, value)


def not_in_list(column: Column, value: str) -> tuple[str, str]:
    """A category that is not one of the column's values."""
    allowed = "one of: " + ", ".join(column.allowed)
    message = f"“{value}” is not a value that {column.name} can have."
    if column.type == "record":
        if value.strip().lower() == "record":
            return "This row repeats the header.", "Delete the row."
        if value.strip().lower() in _TOTALS:
            return f"“{value}” looks like a row of totals, not a fact.", "Delete the row."
        message = f"“{value}” is not a kind of record."
    near = _nearest(column, value)
    if near:
        return message, f"Did you mean {near}? Write {allowed}."
    if not column.required and value.lower() in _NOT_GIVEN:
        return message, f'Leave the cell blank when it is not known (in R: write.csv(…, na = "")); else {allowed}.'
    return message, f"Write {allowed}."


def which_order(value: str) -> tuple[str, str]:
    """A date such as 03/04/2020, which is two different days on the two sides of the Atlantic."""
    remedy = "Say which order the file uses, or write dates as YYYY-MM-DD."
    day_first, month_first = fits(value, "dmy"), fits(value, "mdy")
    if day_first and month_first:
        return f"“{value}”: is this day/month/year or month/day/year?", remedy
    only = "day/month/year" if day_first else "month/day/year"
    return f"“{value}”: day/month/year or month/day/year? Only {only} gives a day that exists.", remedy


def _nearest(column: Column, value: str) -> str | None:
    if column.name in ("iss", "r_iss", "grade"):
        stripped = value.lower().removeprefix("stage").removeprefix("grade").strip()
        by_number = _ROMAN.get(stripped) if column.name != "grade" else stripped
        return by_number if by_number in column.allowed else None
    spell = plain_unit if column.type == "unit" else plain_category
    plain = {spell(name): name for name in column.allowed}
    if column.type == "category" and len(value) == 1:
        starts = [name for name in column.allowed if name.lower().startswith(value.lower())]
        return starts[0] if len(starts) == 1 else None
    found = difflib.get_close_matches(spell(value), plain, n=1, cutoff=0.6)
    return plain[found[0]] if found else None


def _respelled(column: Column, value: str) -> tuple[str, str]:
    if column.type == "grade":
        proper = "unknown"
    else:
        spell = plain_unit if column.type == "unit" else plain_category
        proper = next(name for name in column.allowed if spell(name) == spell(value))
    if value == proper:
        return f"“{value}” has spaces around it; it was read as {proper}.", f"Write {proper}, without spaces."
    return f"“{value}” was read as {proper}.", f"Write {proper}."


def _bad_number(fault: int, column: Column, value: str) -> tuple[str, str]:
    unit = f" {column.unit}" if column.unit else ""
    if fault == convert.OUT_OF_RANGE:
        return (
            f"{column.name} {value} is outside {column.low:g} to {column.high:g}{unit}.",
            f"Check the number and its unit, or leave the cell blank.{_wrong_unit(column)}",
        )
    if fault == convert.NOT_WHOLE:
        return f"{column.name} must be a whole number, not {value}.", "Write a whole number, or leave the cell blank."
    if value.startswith(("<", ">", "≤", "≥")):
        return (
            f"“{value}” is not a number.",
            "Write the number alone, for instance the limit of detection, without the sign.",
        )
    if "," in value:
        return (
            f"“{value}” is not a number here.",
            "Write a decimal point and no separators for thousands, as in 1234.5.",
        )
    blank = "" if column.required else ", or leave the cell blank when it is not known"
    return f"“{value}” is not a number.", f"Write a number only, without unit or comment{blank}."


def _wrong_unit(column: Column) -> str:
    if column.name == "dose_g_per_kg":
        return " Doses in mg/kg are to be divided by 1000; grams belong in dose_g."
    if column.name in ("anc", "alc"):
        return " Counts per µL are to be divided by 1000."
    return ""


def _bad_day(fault: int, value: str, written: Written) -> tuple[str, str]:
    if match := _EIGHT_DIGITS.fullmatch(value):
        return f"“{value}” cannot be read as a date.", f"Write it as {'-'.join(match.groups())}."
    if match := _WITH_TIME.fullmatch(value):
        return f"“{value}” has a time of day.", f"Write the day only: {match[1]}."
    if match := _OTHER_SEPARATOR.fullmatch(value):
        return f"“{value}” cannot be read as a date.", f"Write it as {match[1]}-{match[2]:>02}-{match[3]:>02}."
    if _SHORT_YEAR.fullmatch(value) and fault == convert.UNREADABLE_DAY:
        return (
            f"“{value}” has a year of two digits: neither the century nor the order of day and month is certain.",
            "Write the date as YYYY-MM-DD.",
        )
    if _SERIAL_TIME.fullmatch(value):
        day = date(1899, 12, 30) + timedelta(days=int(float(value.replace(",", "."))))
        return (
            f"“{value}” looks like Excel's number for a date with a time of day ({day.isoformat()}).",
            "Format the date columns as YYYY-MM-DD, without the time, before saving the CSV.",
        )
    if _ENDLESS.match(value):
        return (
            f"“{value}” stands for “no end” and is not a day.",
            "Leave the cell blank where it is still going on; on a patient row write the last day observed.",
        )
    if value.lower() in _NOT_GIVEN:
        return f"“{value}” is not a date.", "Leave the cell blank when it is not known."
    if written == "days":
        return f"“{value}” is not a study day.", f"Write a whole number of days, at most {FURTHEST_STUDY_DAY:,}."
    if fault == convert.IMPOSSIBLE_DAY:
        return f"“{value}” is not a day that exists between 1900 and 2100.", "Check the day; write it as YYYY-MM-DD."
    return f"“{value}” cannot be read as a date.", "Write dates as YYYY-MM-DD, for example 2024-03-31."


def _mixed(value: str, written: Written) -> tuple[str, str]:
    if written == "days":
        return (
            f"“{value}” is a date, but the rest of the file is in study days.",
            "Use one of the two in the whole file: write the study day.",
        )
    hint = ""
    if value.isdecimal() and 20_000 <= int(value) <= 80_000:
        hint = " It may be Excel's number for a date: format the column as YYYY-MM-DD before saving."
    elif value.isdecimal() and 1900 <= int(value) <= 2100:
        hint = " A year alone is not enough."
    return (
        f"“{value}” is a number (a study day), but the rest of the file is in dates.",
        f"Use one of the two in the whole file: write the date as YYYY-MM-DD.{hint}",
    )
