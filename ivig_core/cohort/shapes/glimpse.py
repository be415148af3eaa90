"""The first rows of a table, and where its header is: enough to tell which shape it has, never more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ivig_core.cohort.columns import REQUIRED_HEADERS
from ivig_core.cohort.reading.headers import plain
from ivig_core.cohort.shapes.words import DATE_WORDS, is_date, is_id_name, is_number, is_total

HEADER_WITHIN = 30
"""A header is looked for in so many rows with content."""
_ENOUGH, _LONGEST_NAME = 0.6, 80


@dataclass(frozen=True)
class Numbered:
    """One row with content: its number in the spreadsheet (the first is 1) and its cells, stripped."""

    row: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> list[str]:
        """Cells with something in them."""
        return [cell for cell in self.cells if cell]


@dataclass(frozen=True)
class Glimpse:
    """A table as far as it was looked at: `above` the header, the header itself and the rows `below`.

    `named` is False where no row looks like one of names; the first is then taken as header and never repeated.
    """

    above: tuple[Numbered, ...]
    header: Numbered
    below: tuple[Numbered, ...]
    named: bool

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The header without differences of spelling."""
        return tuple(plain(cell) for cell in self.header.cells)

    @cached_property
    def facts(self) -> tuple[Numbered, ...]:
        """Rows below the header without those of totals."""
        return tuple(row for row in self.below if not is_total(row.filled[0]))

    def column(self, at: int) -> list[str]:
        """The filled cells of one column."""
        return [row.cells[at] for row in self.facts if at < len(row.cells) and row.cells[at]]

    @cached_property
    def date_columns(self) -> tuple[int, ...]:
        """Columns at least half of whose filled cells are dates."""
        columns = ((at, self.column(at)) for at in range(len(self.names)))
        return tuple(at for at, cells in columns if cells and sum(map(is_date, cells)) * 2 >= len(cells))

    @cached_property
    def dated(self) -> bool:
        """Whether any column holds days, by its cells or by its name."""
        named = any(set(name.split("_")) & DATE_WORDS for name in self.names)
        return named or bool(self.date_columns)

    @cached_property
    def id_column(self) -> int:
        """The column of patients: by its name, else the first."""
        return next((at for at, name in enumerate(self.header.cells) if is_id_name(name)), 0)

    @cached_property
    def _ids(self) -> list[str]:
        return [row.cells[self.id_column] if self.id_column < len(row.cells) else "" for row in self.facts]

    @property
    def ids_repeat(self) -> bool:
        """Whether a patient has several rows."""
        ids = [name for name in self._ids if name]
        return len(ids) > len(set(ids))

    @property
    def ids_stand_once(self) -> bool:
        """Whether the id stands only in the first of the rows of each patient."""
        return bool(self._ids) and bool(self._ids[0]) and self._ids.count("") * 3 > len(self._ids)

    @property
    def one_row_each(self) -> bool:
        """Whether every patient has one row."""
        return not self.ids_repeat and not self.ids_stand_once


def glimpse(rows: Sequence[Numbered]) -> Glimpse | None:
    """Find the header among the first rows with content; None where there is nothing below it."""
    rows = [row for row in rows if row.filled]
    if len(rows) < 2:
        return None
    at = _header(rows)
    first = 0 if at is None else at
    return Glimpse(tuple(rows[:first]), rows[first], tuple(rows[first + 1 :]), at is not None)


def _header(rows: list[Numbered]) -> int | None:
    near = rows[:HEADER_WITHIN]
    for at, row in enumerate(near):
        if len({plain(cell) for cell in row.cells} & set(REQUIRED_HEADERS)) >= len(REQUIRED_HEADERS) - 1:
            return at
    widths = Counter(len(row.cells) for row in near if len(row.filled) > 1)
    usual = widths.most_common(1)[0][0] if widths else 1
    most = max(len(row.filled) for row in near)
    for at, row in enumerate(near[:-1]):
        enough = len(row.filled) >= max(2, _ENOUGH * min(most, usual))
        if enough and not row.cells[0].startswith("#") and _names(row):
            return at
    return None


def _names(row: Numbered) -> bool:
    return not any(len(cell) > _LONGEST_NAME or is_date(cell) or is_number(cell) for cell in row.filled)
