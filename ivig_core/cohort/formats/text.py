"""A text table (CSV and its kin) as a sheet of cells, before its header is known."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace

from ivig_core.cohort.formats.csv_long import read_records
from ivig_core.cohort.formats.grid import Book, Grid
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.encoding import TextTable, decode
from ivig_core.cohort.reading.gate import Limits, RefusedError, check_height, check_lines
from ivig_core.cohort.reading.lines import account

_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE = 60


def read_text(data: bytes, name: str, limits: Limits, findings: Findings) -> Book:
    """The one sheet of a text table; `RefusedError` where it is none within the limits.

    Every line of the file is accounted for, as in a file of ours.
    """
    data, notes = decode(data)
    check_height(data, limits)
    separator = separator_of(data)
    text = _as_table(data, separator, notes, limits)
    check_lines(data)
    records = read_records(text)
    if records.too_long:
        width = max(records.too_long.values())
        _check_width(width, limits)
        text = replace(text, header=_letters(width))
        records = read_records(text)
    lines = account(text, records, findings)
    grid = Grid(name, tuple(records.columns), records.rows, lines)
    return Book("text", (grid,), text.notes)


def separator_of(data: bytes) -> str:
    """The character that separates cells: the one under which most of the first lines have the same number of cells."""
    lines = _first_lines(data)

    def fit(separator: str) -> tuple[int, int]:
        widths = Counter(len(cells) for cells in _parsed(lines, separator))
        width, times = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        return (times if width > 1 else 0), width

    return max(_SEPARATORS, key=fit)


def _as_table(data: bytes, separator: str, notes: tuple[str, ...], limits: Limits) -> TextTable:
    width = max((len(cells) for cells in _parsed(_first_lines(data), separator)), default=1)
    _check_width(width, limits)
    return TextTable(data, _letters(max(width, 1)), separator, 0, 0, notes)


def _parsed(lines: str, separator: str) -> list[list[str]]:
    try:
        return [cells for cells in csv.reader(io.StringIO(lines), delimiter=separator) if any(cells)][:_SAMPLE]
    except csv.Error:
        return []


def _first_lines(data: bytes) -> str:
    """The beginning of a file: enough lines to see its shape, whole characters only."""
    end = 0
    for _ in range(_SAMPLE):
        found = data.find(b"\n", end)
        if found < 0 or found > 1_000_000:
            end = end or min(len(data), 1_000_000)
            break
        end = found + 1
    return data[:end].decode("utf-8", errors="ignore").replace("\r\n", "\n").replace("\r", "\n")


def _letters(width: int) -> list[str]:
    return [letter(at) for at in range(width)]


def letter(at: int) -> str:
    """The name of a column in a spreadsheet: A, B, …, Z, AA; `at` counts from 0."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def _check_width(width: int, limits: Limits) -> None:
    if width > limits.max_columns:
        raise RefusedError(
            "too_wide",
            f"The file has {width:,} columns; at most {limits.max_columns:,} are read.",
            "Leave out the columns that the analysis does not need.",
        )
