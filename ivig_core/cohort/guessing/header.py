"""Which row of a sheet names its columns: title rows, comments and blank lines may stand above it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ivig_core.cohort.formats.grid import Grid
from ivig_core.cohort.guessing.names import meaning
from ivig_core.cohort.mapping.cells import day_text
from ivig_core.cohort.mapping.lines import DATA, header_cells, reasons
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.cohort.reading.raw import RawColumn

_FIRST = 25
_CDISC = "USUBJID"
"""No data has this in a cell, and every data set of the CDISC standards in its header."""
_NUMBER = re.compile(r"[<>≤≥]?\s*[+-]?[\d.,]+\s*%?")
_ISO = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_CODES = re.compile(r"(?<![\w.])(\d{1,2})\s*[=:]\s*([^\W\d][\w\- ]*?)(?=\s*(?:[,;/)\]]|\d|$))")
_SAID_UNKNOWN = re.compile(
    r"(?i)(?<![\w.])(-?\d{1,4})\s*[=:]\s*(?:unknown|unbekannt|not known|missing|inconnu|desconocido)"
)
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Head:
    """A sheet with its header: `row` (spreadsheet row), the `names` of its columns, and which lines are data.

    `order` is the order of day and month of the file's dates where it is known; the columns `left` are not looked at; a
    column `replaced` names people and can only be the id, in whose place new study ids come.
    `missing` are further texts (lower case) that mean “not known”.
    """

    grid: Grid
    row: int
    names: tuple[str, ...]
    data: np.ndarray
    order: DateOrder | None = None
    left: frozenset[str] = _NOTHING
    replaced: frozenset[str] = _NOTHING
    missing: frozenset[str] = _NOTHING

    @cached_property
    def place(self) -> dict[str, int]:
        """The position of each column."""
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def said_unknown(self) -> frozenset[str]:
        """Codes that lines above the header explain as “not known”: 99 in “99=unknown”."""
        above = self.grid.head(int(np.searchsorted(self.grid.rows, self.row)))
        return frozenset(code for line in above for cell in line for code in _SAID_UNKNOWN.findall(cell))

    def codes_in_headers(self) -> dict[str, dict[str, str]]:
        """What the codes of a column say where its header explains all of them: “sex (1=male, 2=female)”."""
        found = {name: dict(_CODES.findall(name)) for name in self.names}
        return {
            name: codes for name, codes in found.items() if len(codes) > 1 and set(self.texts(name)) <= codes.keys()
        }

    def column(self, name: str) -> RawColumn:
        """The cells of one column in every line of the sheet."""
        return self.grid.columns[self.place[name]]

    def texts(self, name: str, lines: np.ndarray | None = None) -> list[str]:
        """The distinct texts of one column in its lines of data (or in some `lines`), without blanks, in the order of
        the file's codes."""
        column = self.column(name)
        used = np.zeros(len(column.texts), bool)
        used[column.codes[self.data if lines is None else lines]] = True
        return [
            text for text, here in zip(column.stripped, used, strict=True)
            if here and text and text.lower() not in self.missing
        ]  # fmt: skip

    def lines_with(self, name: str, texts: Collection[str]) -> np.ndarray:
        """The lines of data that have one of some texts in one column."""
        column = self.column(name)
        wanted = np.array([text in texts for text in column.stripped], bool)
        return self.data[wanted[column.codes[self.data]]]

    def filled(self, name: str) -> int:
        """How many lines of data have something in one column."""
        column = self.column(name)
        return int((~column.blank[column.codes[self.data]]).sum())

    def examples(self, name: str, count: int = 3) -> list[str]:
        """The first few different texts of a column."""
        return self.texts(name)[:count]

    def reading(self, order: DateOrder | None, missing: Iterable[str]) -> Head:
        """The same with the order of day and month known, and what else means “not known”."""
        return replace(self, order=order, missing=frozenset(word.strip().lower() for word in missing))

    def without(self, names: frozenset[str]) -> Head:
        """The same with the columns `names`, which hold numbers of people or of their stays, only to be replaced."""
        return replace(self, replaced=names & set(self.names))


def head_of(grid: Grid, left: frozenset[str] = _NOTHING) -> Head | None:
    """The sheet with the header that is most likely, None where it has no two columns with something in them."""
    row = header_row(grid)
    return None if row is None else head_at(grid, row, left)


def head_at(grid: Grid, row: int, left: frozenset[str] = _NOTHING) -> Head:
    """The sheet with the header in a row that is known."""
    return Head(grid, row, header_cells(grid, row), np.flatnonzero(reasons(grid, row) == DATA), left=left)


def header_row(grid: Grid) -> int | None:
    """The spreadsheet row of the header: among the first lines the one with most cells that are names, above data."""
    if grid.header is not None:
        return grid.header if grid.width > 1 else None
    lines = grid.head(_FIRST)
    standard = next((at for at, line in enumerate(lines) if _CDISC in line), None)
    if standard is not None:
        return int(grid.rows[standard])
    widest = max((sum(map(bool, line)) for line in lines), default=0)
    if widest < 2:
        return None
    best, score = None, 0.0
    for at, line in enumerate(lines):
        told = _score(line, widest)
        if told > score:
            best, score = at, told
    if best is None or _is_data(lines[best]):
        return None
    return int(grid.rows[best])


def _is_data(cells: Sequence[str]) -> bool:
    """Whether a line is a line of data, as the first one of a file without header: it has values of its own, and few of
    its cells are names that are known."""
    filled = [cell for cell in cells if cell]
    values = [cell for cell in filled if _is_value(cell) or "@" in cell]
    dated = any("@" in cell or not _NUMBER.fullmatch(cell) for cell in values)
    return (dated or len(values) >= 0.5 * len(filled)) and sum(
        meaning(cell) is not None for cell in filled
    ) <= 0.5 * len(filled)


def _score(cells: Sequence[str], widest: int) -> float:
    """How much a line looks like a header: 0 for titles (few cells), and less for every cell that is a value."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or len(filled) < 0.5 * widest or filled[0].startswith("#"):
        return 0.0
    names = [cell for cell in filled if not _is_value(cell)]
    known = sum(meaning(cell) is not None for cell in names)
    different = len({cell.casefold() for cell in names}) / max(len(names), 1)
    return (len(names) + 2 * known) / len(filled) * different * (len(filled) / widest) ** 0.5


def _is_value(cell: str) -> bool:
    dated = day_text(cell, "dmy", _NOTHING) != cell or day_text(cell, "mdy", _NOTHING) != cell
    return bool(_NUMBER.fullmatch(cell)) or bool(_ISO.fullmatch(cell)) or dated or len(cell) > 120
