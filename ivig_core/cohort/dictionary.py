"""The data dictionary, made from the column specs: as rows for a sheet and as Markdown for the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from ivig_core.cohort.column_type import KINDS, Column
from ivig_core.cohort.columns import ANALYTES, COLUMNS

HEADINGS = ("column", "used on", "required on", "type", "unit or range", "allowed values", "meaning", "subgroups")

_TYPES = {
    "id": "text",
    "record": "category",
    "day": "date or study day",
    "number": "number",
    "integer": "whole number",
    "category": "category",
    "grade": "category",
    "unit": "category",
    "text": "text",
}

_INTRODUCTION = """\
# Data dictionary of a cohort file, version 1

Made from `ivig_core/cohort/columns.py` by `python -m ivig_core.cohort.dictionary`; do not edit by hand.

One cohort is one long CSV, one row per dated fact. `record` says what kind of fact a row is; a column that a kind does
not use stays blank. Dates are `YYYY-MM-DD`; instead of dates the whole file may use integer study days. Separators are
comma, semicolon or tab, text is UTF-8. Row numbers in messages are those of a spreadsheet: the header is row 1.

Further columns filled on `patient` rows are kept as your own baseline variables; further columns on other rows are
ignored with a warning. Names, record numbers, dates of birth, telephone numbers, addresses and other identifiers stop
the file; `--drop COLUMN` leaves a column out.
"""


def dictionary_rows() -> list[tuple[str, ...]]:
    """One row per column of a cohort file, under `HEADINGS`."""
    return [_row(column) for column in COLUMNS]


def dictionary_markdown() -> str:
    """The whole dictionary as Markdown, ending in a line end."""
    parts = [_INTRODUCTION, "## Columns\n", _table(HEADINGS, [_marked(row) for row in dictionary_rows()])]
    units = [(f"`{a.name}`", *_analyte(a.name)) for a in ANALYTES]
    parts += ["\n## Laboratory units\n", _table(("analyte", "units", "kept as", "warning outside"), units)]
    return "\n".join(parts)


def _row(column: Column) -> tuple[str, ...]:
    return (
        column.name,
        _kinds(column.records),
        _kinds(column.required),
        _TYPES[column.type],
        _range(column),
        ", ".join(column.allowed),
        column.description,
        ", ".join(band.label for band in column.bands),
    )


def _kinds(kinds: tuple[str, ...]) -> str:
    return "every row" if kinds == KINDS else ", ".join(kinds)


def _range(column: Column) -> str:
    low = f"{column.low:g}" if column.low > float("-inf") else ""
    high = f"{column.high:g}" if column.high < float("inf") else ""
    limits = f"{low} to {high}" if low or high else ""
    return " ".join(part for part in (limits, column.unit) if part)


def _analyte(name: str) -> tuple[str, str, str]:
    spec = next(a for a in ANALYTES if a.name == name)
    return ", ".join(unit for unit, *_ in spec.units), spec.unit, f"{spec.low:g} to {spec.high:g} {spec.unit}"


def _marked(row: tuple[str, ...]) -> tuple[str, ...]:
    return (f"`{row[0]}`", *row[1:])


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(dictionary_markdown(), end="")
