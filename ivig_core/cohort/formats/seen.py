"""What is seen of a sheet before it is read: how far it goes, what is hidden, merged, or without a stored value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ivig_core.cohort.formats.text import letter
from ivig_core.cohort.reading.gate import Limits, check_cells

KEPT = 1_000
MERGED_ROWS = 30
_REF = re.compile(r"\$?([A-Za-z]{1,7})\$?(\d{1,9})")

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells; rows count from 1, columns from 0."""


@dataclass
class Seen:
    """One sheet. `last_row` (1 is the first) and `width` span its cells with something in them.

    `uncached` names cells whose formula has no stored value, `broken` those that hold an error such as #REF!; both keep
    the first `KEPT`. `merges` keeps those of the first `MERGED_ROWS` rows.
    """

    name: str
    limits: Limits
    first_row: int = 0
    last_row: int = 0
    width: int = 0
    cells: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0
    uncached: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    @property
    def area(self) -> int:
        """Cells between the corners of what is filled."""
        return (self.last_row - self.first_row + 1) * self.width if self.last_row else 0

    def fill(self, row: int, column: int) -> None:
        """Note a cell with something in it; `RefusedError` where the sheet grows larger than it may be."""
        self.cells += 1
        if not self.last_row:
            self.first_row = self.last_row = row
        elif self.first_row <= row <= self.last_row and column < self.width:
            return
        self.first_row, self.last_row = min(self.first_row, row), max(self.last_row, row)
        self.width = max(self.width, column + 1)
        check_cells(self.last_row - self.first_row + 1, self.width, f"The sheet “{self.name[:60]}”", self.limits)

    def note(self, kept: list[str], row: int, column: int) -> None:
        """Name a cell in one of the lists."""
        if len(kept) < KEPT:
            kept.append(f"{self.name}!{letter(column)}{row}")

    def merge(self, reference: str) -> None:
        """Note merged cells by a reference such as C3:D3; what is none is no merge."""
        corners = [place(part) for part in reference.split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            (top, left), (bottom, right) = corners[0], corners[1]
            if top <= MERGED_ROWS and right < self.limits.max_columns and len(self.merges) < KEPT:
                self.merges.append((top, left, bottom, right))


def place(reference: str) -> tuple[int, int] | None:
    """Row (from 1) and column (from 0) of a reference such as B7, None where it is none."""
    match = _REF.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for sign in match[1].upper():
        column = column * 26 + ord(sign) - 64
    return int(match[2]), column - 1
