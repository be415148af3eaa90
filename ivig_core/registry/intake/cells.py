"""Cells of a registry's tables as values: what a column means, and which of its cells cannot be read."""

from __future__ import annotations

from typing import NamedTuple

from ivig_core.cohort.column_type import Column
from ivig_core.cohort.reading import convert
from ivig_core.cohort.reading.dates import Written
from ivig_core.lazy import library
from ivig_core.registry.table import Value

ibis = library("ibis")

ISO = r"^\d{4}-\d{2}-\d{2}([ T]00:00(:00(\.0+)?)?)?$"
STUDY_DAY = r"^[+-]?\d{1,6}(\.0+)?$"
FIRST_DAY, LAST_DAY = -25_567, 47_846
"""1 January 1900 and 31 December 2100 as days since 1970-01-01: what dates of a cohort lie between."""


class Cell(NamedTuple):
    """A column read: `value` is null where a cell is blank or has one of `faults` (fault, where), `text` as written."""

    value: Value
    text: Value
    faults: tuple[tuple[int, Value], ...] = ()


def read(column: Column, raw: Value, written: Written = "dates") -> Cell:
    """A column of the format by its type. `written`: whether the tables hold dates or study days."""
    if column.type == "day":
        return _day(raw, written)
    if column.numeric:
        return _number(column, raw)
    if column.type == "grade":
        return _grade(raw)
    if column.type == "category":
        return _category(column, raw)
    if column.type == "id":
        return _id(raw)
    return Cell(as_text(raw), as_text(raw))


def as_text(raw: Value) -> Value:
    """A cell as text without white space around it, null where that is empty."""
    kind = raw.type()
    if kind.is_null():
        return ibis.literal(None, "string")
    text = raw if kind.is_string() else raw.cast("string")
    return text.strip().nullif("") if kind.is_string() else text


def _id(raw: Value) -> Cell:
    """Ids as they are written: taken as they stand in the file, an engine can leave out what it need not read."""
    kind = raw.type()
    if kind.is_null():
        return Cell(as_text(raw), as_text(raw))
    if kind.is_string():
        return Cell(raw, raw.nullif(""))
    text = (raw.cast("int64") if kind.is_floating() else raw).cast("string")
    return Cell(text, text)


def is_dates(raw: Value) -> bool | None:
    """Whether a column of days holds dates; None where it holds text, and only its cells can tell."""
    kind = raw.type()
    return None if kind.is_string() else bool(kind.is_date() or kind.is_timestamp())


def _since_1970(date: Value) -> Value:
    return date.delta(ibis.date("1970-01-01"), unit="day").cast("int64")


def _day(raw: Value, written: Written) -> Cell:
    """Days since 1970-01-01, or study days."""
    kind, text = raw.type(), as_text(raw)
    nothing = ibis.literal(None, "int64")
    if kind.is_null():
        return Cell(nothing, text)
    if kind.is_string():
        date, number = text.re_search(ISO), text.re_search(STUDY_DAY)
        dates = ibis.ifelse(date, _since_1970(text.substr(0, 10).try_cast("date")), nothing)
        days = ibis.ifelse(number, text.try_cast("float64").cast("int64"), nothing)
    elif kind.is_date() or kind.is_timestamp():
        date, number = raw.notnull(), ibis.literal(False)
        dates, days = _since_1970(raw.cast("date")), nothing
    else:
        date, number = ibis.literal(False), raw.notnull()
        dates, days = nothing, raw.cast("int64")
    value, mixed = (dates, number) if written == "dates" else (days, date)
    if written == "dates":
        value = ibis.ifelse(value.between(FIRST_DAY, LAST_DAY), value, nothing)
    unreadable = text.notnull() & value.isnull() & ~mixed
    return Cell(value, text, ((convert.MIXED_DAYS, text.notnull() & mixed), (convert.UNREADABLE_DAY, unreadable)))


def _number(column: Column, raw: Value) -> Cell:
    kind, text = raw.type(), as_text(raw)
    if kind.is_null():
        return Cell(ibis.literal(None, "float64"), text)
    number = text.try_cast("float64") if kind.is_string() else raw.cast("float64")
    if kind.is_floating():
        # pandas writes what is missing as a number that is none.
        number, text = (ibis.ifelse(raw.isnan(), ibis.null(), part) for part in (number, text))
    outside = (number < column.low) | (number > column.high)
    broken = number.notnull() & (number != number.floor()) if column.type == "integer" else ibis.literal(False)
    value = ibis.ifelse(outside | broken, ibis.null(), number)
    return Cell(
        value,
        text,
        (
            (convert.NOT_A_NUMBER, text.notnull() & number.isnull()),
            (convert.OUT_OF_RANGE, outside),
            (convert.NOT_WHOLE, broken & ~outside),
        ),
    )


def _grade(raw: Value) -> Cell:
    text = as_text(raw)
    known = text.re_search(r"^[1-5](\.0)?$")
    value = ibis.ifelse(known, text.substr(0, 1).try_cast("int32"), ibis.literal(None, "int32"))
    return Cell(value, text, ((convert.NOT_IN_LIST, text.notnull() & ~known & (text.lower() != "unknown")),))


def _category(column: Column, raw: Value) -> Cell:
    text = as_text(raw)
    return Cell(text, text, ((convert.NOT_IN_LIST, text.notnull() & ~text.isin(column.allowed)),))
