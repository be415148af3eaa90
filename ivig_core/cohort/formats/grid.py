"""A file before anybody has said what its columns mean: sheets of cells as text, title rows and headers included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from ivig_core.cohort.reading.lines import Lines
from ivig_core.cohort.reading.raw import RawColumn

BookKind = Literal["text", "workbook", "archive", "sas", "parquet"]


@dataclass(frozen=True)
class Grid:
    """One sheet (or one file of an archive): its name, columns of equal length, and the spreadsheet row of each line.

    Nothing is left out: blank lines, titles, units and totals are lines too. `columns` may be empty.
    `labels`: what the file itself says of a column beside its name, by header cell (SAS).
    `header`: the row that names the columns, where the format of the file says it.
    """

    name: str
    columns: tuple[RawColumn, ...]
    rows: np.ndarray
    lines: Lines | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    header: int | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)

    def line(self, at: int) -> list[str]:
        """The cells of one line (its position, not its spreadsheet row), stripped."""
        return [column.text(at) for column in self.columns]

    def head(self, count: int) -> list[list[str]]:
        """The first lines."""
        return [self.line(at) for at in range(min(count, len(self)))]

    def filled(self) -> np.ndarray:
        """How many cells of each line have something in them (int64)."""
        cells = np.zeros(len(self), np.int64)
        for column in self.columns:
            cells += column.filled()
        return cells

    @classmethod
    def of_rows(cls, name: str, lines: Sequence[Sequence[str]], rows: np.ndarray | None = None) -> Grid:
        """A grid of lines of cells; short lines end in blanks. `rows` as in `Grid`, by default 1, 2, …"""
        width = max(map(len, lines), default=0)
        columns = tuple(column_of([line[at] if at < len(line) else "" for line in lines]) for at in range(width))
        return cls(name, columns, np.arange(1, len(lines) + 1) if rows is None else rows)


@dataclass(frozen=True)
class SetAside:
    """Rows of a table that are no facts and were never made lines of a sheet: how many, and why."""

    table: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Book:
    """A whole file: its sheets, what kind of file it is, and notes on how it was read.

    `decimal_comma`: whether a comma inside a number can be a decimal comma. `uncached` names the cells whose formula
    has no stored value, as “Sheet!B7”. `set_aside` counts rows that were left out while the file was read, because
    there can be too many to hold them.
    """

    kind: BookKind
    grids: tuple[Grid, ...]
    notes: tuple[str, ...] = ()
    decimal_comma: bool = True
    uncached: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    def grid(self, name: str) -> Grid | None:
        """The sheet of a name."""
        return next((grid for grid in self.grids if grid.name == name), None)

    def with_notes(self, notes: Iterable[str]) -> Book:
        """The same with more notes."""
        return replace(self, notes=(*self.notes, *notes))


def column_of(cells: Sequence[str]) -> RawColumn:
    """Cells as codes into their distinct texts, the empty one last as `RawColumn` asks."""
    codes, texts = pd.factorize(np.asarray(cells, dtype=object))
    return coded(codes, list(texts))


def coded(codes: np.ndarray, texts: Sequence[str]) -> RawColumn:
    """Codes into texts, of which several may be the same, as a column that has each text once, the empty one last."""
    place = {text: at for at, text in enumerate(dict.fromkeys(text for text in texts if text))}
    distinct, last = list(place), len(place)
    of = np.array([place.get(text, last) for text in texts], np.int64)
    final = of[codes] if len(of) else np.zeros(len(codes), np.int64)
    empty = int((final == last).sum())
    if empty:
        distinct.append("")
    return RawColumn(final.astype(np.min_scalar_type(-len(distinct) - 1)), pa.array(distinct, pa.string()), empty)
