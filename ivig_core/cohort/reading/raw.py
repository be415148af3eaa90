"""A file as it came: every cell as text, each distinct text held once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class RawColumn:
    """One column as codes (whole numbers, one a row) into its distinct texts, so that a check looks at each text once.

    If some cells are empty, the last distinct text is the empty one, and `empty` rows have it.
    """

    codes: np.ndarray
    arrow_texts: pa.Array
    empty: int = 0

    @cached_property
    def texts(self) -> list[str]:
        """The distinct texts exactly as in the file."""
        return self.arrow_texts.to_pylist()

    @cached_property
    def stripped(self) -> list[str]:
        """The distinct texts without white space around them."""
        return self.arrow_stripped.to_pylist()

    @cached_property
    def arrow_stripped(self) -> pa.Array:
        """`stripped` as an arrow array."""
        return pc.utf8_trim_whitespace(self.arrow_texts)

    @cached_property
    def blank(self) -> np.ndarray:
        """Which distinct texts are blank (bool)."""
        return pc.equal(self.arrow_stripped, "").to_numpy(zero_copy_only=False)

    def text(self, at: int) -> str:
        """The cell of one row, stripped."""
        return self.arrow_texts[int(self.codes[at])].as_py().strip()

    def filled(self) -> np.ndarray:
        """Which rows have something in the cell (bool)."""
        return ~self.blank[self.codes]

    def filled_count(self) -> int:
        """How many rows have something in the cell."""
        if self.blank.sum() == bool(self.empty):
            return len(self.codes) - self.empty
        return int(np.count_nonzero(~self.blank[self.codes]))


@dataclass(frozen=True)
class RawTable:
    """A whole file: columns by header in file order, and the spreadsheet row of each record (header = row 1).

    `too_long` has the number of cells, by position, of records that are wider than the header of `width` columns.
    """

    columns: dict[str, RawColumn]
    rows: np.ndarray
    width: int = 0
    too_long: dict[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def of_rows(self, keep: np.ndarray) -> RawTable:
        """The rows that are kept (bool); each keeps its spreadsheet row."""
        if keep.all():
            return self
        columns = {}
        for name, column in self.columns.items():
            codes = column.codes[keep]
            empty = int(np.count_nonzero(codes == len(column.arrow_texts) - 1)) if column.empty else 0
            columns[name] = RawColumn(codes, column.arrow_texts, empty)
        return RawTable(columns, self.rows[keep])


def filled_rows(columns: Iterable[RawColumn], rows: int) -> np.ndarray:
    """Which of so many rows have something in any of the columns (bool)."""
    filled = np.zeros(rows, bool)
    for column in columns:
        if not column.blank.any():
            return np.ones(rows, bool)
        filled |= column.filled()
        if filled.all():
            break
    return filled
