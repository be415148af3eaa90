"""What a clinician is told about a cell that cannot be used: what is wrong with it, and how to mend it."""

from __future__ import annotations

import re

from ivig_core.cohort.checks.kin import pathogen_of, site_of, suggestion
from ivig_core.cohort.checks.say_day import bad_day, which_order
from ivig_core.cohort.column_type import Column
from ivig_core.cohort.reading import convert
from ivig_core.cohort.reading.dates import Written
from ivig_core.cohort.reading.missing import may_be_not_known
from ivig_core.cohort.reading.spellings import grade_of, value_of

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

_RANGE = re.compile(r".*\d\s*(?:-|–|/|to|bis|or|oder)\s*\d.*")


def about(fault: int, column: Column, value: str, written: Written) -> tuple[str, str]:
    """Message and remedy for one cell with a fault."""
    if fault in (convert.IMPOSSIBLE_DAY, convert.UNREADABLE_DAY):
        return bad_day(fault, column, value, written)
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
    if column.type == "record":
        message = f"“{value}” is not a kind of record."
    else:
        message = f"“{value}” is not a value that {column.name} can have."
    if column.type == "grade" and (about_grade := _odd_grade(value)):
        return message, about_grade
    if column.type != "record" and may_be_not_known(value):
        if column.required:
            return message, f"Write {allowed}."
        return message, f'Leave the cell blank when it is not known (in R: write.csv(…, na = "")); else {allowed}.'
    near = suggestion(column, value)
    more = _elsewhere(column, value)
    if near:
        return message, f"Did you mean {near}?{more} Write {allowed}."
    return message, f"Write {allowed}.{more}"


def _odd_grade(value: str) -> str:
    if value.strip() == "0":
        return "Grade 0 is no infection: delete the row. Else write the CTCAE grade 1–5, or unknown."
    if may_be_not_known(value):
        return "Write unknown where the grade is not known; else the CTCAE grade 1–5."
    if _RANGE.fullmatch(value):
        return "Write one grade, 1–5; where it is not certain which, write unknown."
    return ""


def _elsewhere(column: Column, value: str) -> str:
    """What is to be said of a germ among the sites, or of a site among the germs."""
    if column.name == "site" and (germ := pathogen_of(value)) not in (None, "negative"):
        return f" It names a pathogen: write {germ} in pathogen and {value} in organism."
    if column.name == "pathogen" and pathogen_of(value) is None and (site := site_of(value)):
        return f" It names a site: write {site} in site, and leave pathogen blank where none was found or sought."
    if column.name == "pathogen" and pathogen_of(value) is not None:
        return " The name of the germ belongs in organism."
    return ""


def _respelled(column: Column, value: str) -> tuple[str, str]:
    proper = str(grade_of(value)[0] or "unknown") if column.type == "grade" else value_of(column, value) or value
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
    if column.name == "interval_days":
        return (
            f"“{value}” is not a number of days.",
            "Write whole days between doses: every 4 weeks is 28. Where it changes, write the usual interval, or each "
            "dose on a row of its own without interval_days.",
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
