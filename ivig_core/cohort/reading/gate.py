"""Limits that are looked at before anything is parsed, so that a huge or foreign file costs no time and no memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from ivig_core.cohort.problems import Problem
from ivig_core.cohort.reading.foreign import foreign
from ivig_core.errors import CohortError

Source = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO


@dataclass(frozen=True)
class Limits:
    """How large one file may be, in bytes and in what it means. The defaults are those of the app.

    `max_rows` of one sheet, `max_cells` of all sheets (empty ones inside a sheet's corners count), `max_unzipped` bytes
    of all members of an archive, `max_ratio` how many bytes one byte of an archive may become, `max_members` files in
    it, `max_sheets` sheets or tables that are read, `max_tags` rows, cells and values in the XML of one sheet, empty
    ones included, and `max_empty` of them with nothing in them.
    """

    max_bytes: int = 50_000_000
    max_columns: int = 500
    max_rows: int = 2_000_000
    max_cells: int = 20_000_000
    max_unzipped: int = 500_000_000
    max_ratio: int = 200
    max_members: int = 1_000
    max_sheets: int = 100
    max_tags: int = 8_000_000
    max_empty: int = 500_000


# On the command line the machine is the user's own: a million patients must be readable.
COMMAND_LIMITS = Limits(
    max_bytes=20_000_000_000,
    max_columns=5_000,
    max_rows=1_000_000_000,
    max_cells=500_000_000,
    max_unzipped=50_000_000_000,
    max_ratio=1_000,
    max_members=10_000,
    max_sheets=1_000,
    max_tags=1_000_000_000,
    max_empty=100_000_000,
)
LONGEST_LINE = 1_000_000
"""Bytes of one line of text: more is no table."""


class RefusedError(CohortError):
    """The file is not read at all; carries the one problem that says why."""

    def __init__(self, kind: str, message: str, remedy: str, row: int | None = None) -> None:
        self.problem = Problem("error", kind, message, remedy, row=row)
        super().__init__(f"{message} {remedy}")


def fetch(source: Source, limits: Limits) -> bytes:
    """The bytes of a path, of bytes or of a binary file; `RefusedError` where there are none, too many or no text."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        check_size(len(source), limits)
        data = bytes(source)
    elif isinstance(source, (str, os.PathLike)):
        data = read_path(Path(source), limits)
    else:
        data = _fetch_stream(source, limits)
    return data


def folder_of(source: Source) -> Path | None:
    """The folder that a path names, None where it is none."""
    if not isinstance(source, (str, os.PathLike)):
        return None
    try:
        return Path(source) if Path(source).is_dir() else None
    except (OSError, ValueError):
        return None


def name_of(source: Source) -> str:
    """A short name for the cohort: the file name without its ending."""
    path = source if isinstance(source, (str, os.PathLike)) else getattr(source, "name", None)
    return Path(path).stem if isinstance(path, (str, os.PathLike)) else "cohort"


def check_width(header: str, limits: Limits) -> None:
    """Refuse a first line with more separators than columns are allowed."""
    check_columns(max(header.count(separator) for separator in ",;\t") + 1, 1, limits)


def check_columns(columns: int, row: int, limits: Limits) -> None:
    """Refuse a header, in this row, of more columns than are allowed."""
    if columns > limits.max_columns:
        raise RefusedError(
            "too_wide",
            f"{'The first line' if row == 1 else f'Row {row}'} has {columns:,} columns; at most "
            f"{limits.max_columns:,} are read.",
            "Leave out the columns that the analysis does not need.",
            row=row,
        )


def check_height(data: bytes, limits: Limits) -> None:
    """Refuse a file with more lines than rows are allowed; lines are counted, not parsed."""
    if len(data) <= limits.max_rows:
        return
    rows = max(data.count(b"\n"), 0 if b"\n" in data else data.count(b"\r")) - 1
    if rows > limits.max_rows:
        raise RefusedError(
            "too_long",
            f"The file has about {rows:,} rows; at most {limits.max_rows:,} are read here.",
            "Split the cohort, or use the command line (python -m ivig_core), which reads larger files.",
        )


def read_path(path: Path, limits: Limits) -> bytes:
    """The bytes of a file, whatever they are."""
    try:
        check_size(path.stat().st_size, limits)
        return path.read_bytes()
    except FileNotFoundError:
        raise RefusedError("no_file", f"There is no file {path}.", "Check the path and its spelling.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise RefusedError("no_file", f"{path} cannot be read: {reason}.", "Check that you may open it.") from None


def _fetch_stream(stream: BinaryIO | TextIO, limits: Limits) -> bytes:
    data = stream.read(limits.max_bytes + 1)
    if isinstance(data, str):  # Opened as text, which is taken too.
        data = data.encode("utf-8")
    check_size(len(data), limits)
    return data


def check_size(size: int, limits: Limits) -> None:
    """Refuse a file of more bytes than allowed, or of none."""
    if size > limits.max_bytes:
        raise RefusedError(
            "too_big",
            f"The file is larger than {limits.max_bytes / 1e6:,.0f} MB, the most that is read here.",
            "Leave out what the analysis does not need, or use the command line (python -m ivig_core).",
        )
    if size == 0:
        raise RefusedError("empty", "The file is empty.", "Export the cohort again, with a header in row 1.", row=1)


def check_lines(data: bytes) -> None:
    """Refuse a text with a line of more than `LONGEST_LINE` bytes, which no row of a table has."""
    at = 0
    while len(data) - at > LONGEST_LINE:
        found = max(data.rfind(b"\n", at, at + LONGEST_LINE), data.rfind(b"\r", at, at + LONGEST_LINE))
        if found < 0:
            raise RefusedError(
                "long_line",
                f"A line of the file is longer than {LONGEST_LINE:,} characters, so it is no table.",
                "Export the table again as CSV, with one row on each line.",
            )
        at = found + 1


def check_cells(rows: int, columns: int, where: str, limits: Limits) -> None:
    """Refuse a sheet that means more rows, columns or cells than allowed; `where` names it, as in “The sheet “A””."""
    for count, most, what in (
        (columns, limits.max_columns, "columns"),
        (rows, limits.max_rows, "rows"),
        (rows * columns, limits.max_cells, "cells"),
    ):
        if count > most:
            raise RefusedError(
                {"columns": "too_wide", "rows": "too_long", "cells": "too_many_cells"}[what],
                f"{where} has {count:,} {what}; at most {most:,} are read here.",
                "Leave out what the analysis does not need, and look for a stray entry far below or to the right.",
            )


def check_kind(data: bytes) -> None:
    """Refuse what is no table by its first bytes, and say what it is."""
    if found := foreign(data):
        what, remedy = found
        raise RefusedError("not_text", f"This is {what}, not a text table.", remedy)
