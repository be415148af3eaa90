"""Headers of two rows: “Infection 1” merged over “date” and “grade” names the columns “Infection 1 date”, …"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from ivig_core.cohort.formats.grid import Grid
from ivig_core.cohort.formats.seen import Merge
from ivig_core.cohort.reading.raw import RawColumn

_LOOKED_AT = 25
_VALUE = re.compile(r"[<>≤≥]?\s*[+-]?[\d.,]+\s*%?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*")


def joined_rows(grid: Grid, merges: Sequence[Merge] = ()) -> tuple[Grid, tuple[str, ...]]:
    """The sheet with the names of groups put before the names of their columns, and a note where that was done.

    Done where cells are merged over several columns above a row of names, or where a row of names has the same name
    twice and the row above tells them apart. A title over the whole table is no group.
    """
    lines = grid.head(_LOOKED_AT)
    for at in range(len(lines) - 1):
        upper, lower = lines[at], lines[at + 1]
        if _names(upper) and len({cell.casefold() for cell in upper if cell}) == grid.width:
            # A whole row of different names is the header: what stands below it is data.
            return grid, ()
        if not _names(lower) or not any(upper):
            continue
        row = int(grid.rows[at])
        groups = _merged(upper, lower, row, merges) or _spread(upper, lower)
        if groups is None:
            continue
        texts = [" ".join(filter(None, pair)) for pair in zip(groups, lower, strict=True)]
        note = (
            f"Rows {row} and {row + 1} of “{grid.name}” name its columns together, as in “{_example(groups, texts)}”."
        )
        return _with_line(grid, at + 1, texts), (note,)
    return grid, ()


def _names(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and not any(_VALUE.fullmatch(cell) or len(cell) > 80 for cell in filled)


def _merged(upper: Sequence[str], lower: Sequence[str], row: int, merges: Sequence[Merge]) -> list[str] | None:
    """The group of each column by merged cells in the row above; None where there are no groups."""
    first = next((at for at, cell in enumerate(lower) if cell), 0)
    groups, found = list(upper), False
    for top, left, bottom, right in merges:
        # Merged from the first column on is a title, unless another group stands beside it.
        title = left <= first and sum(map(bool, upper)) < 2
        if top != row or bottom != row or right == left or right >= len(lower) or title:
            continue
        if sum(map(bool, lower[left : right + 1])) > 1:
            groups[left : right + 1] = [upper[left]] * (right + 1 - left)
            found = True
    return groups if found else None


def _spread(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """The same without merged cells: a group goes on over the blanks to its right, if that makes every name its own."""
    filled = [cell.casefold() for cell in lower if cell]
    if len(set(filled)) == len(filled) or not _names([*upper, "a", "b"]):
        return None
    groups, now = [], ""
    for above, name in zip(upper, lower, strict=True):
        now = above or (now if name else "")
        groups.append(now)
    together = [f"{group} {name}".casefold() for group, name in zip(groups, lower, strict=True) if name]
    return groups if len(set(together)) == len(together) else None


def _example(groups: Sequence[str], texts: Sequence[str]) -> str:
    return next((text for group, text in zip(groups, texts, strict=True) if group and text != group), "")


def _with_line(grid: Grid, at: int, texts: Sequence[str]) -> Grid:
    columns = tuple(_with_cell(column, at, text) for column, text in zip(grid.columns, texts, strict=True))
    return replace(grid, columns=columns)


def _with_cell(column: RawColumn, at: int, text: str) -> RawColumn:
    """A column with another text in one cell."""
    if column.text(at) == text:
        return column
    size = len(column.arrow_texts)
    codes = column.codes.astype(np.min_scalar_type(-size - 2))
    was_empty = column.arrow_texts[int(codes[at])].as_py() == ""
    # The new text goes before the others, so that the empty one stays the last.
    codes += 1
    codes[at] = 0
    empty = column.empty - (bool(column.empty) and was_empty)
    texts = pa.concat_arrays([pa.array([text], pa.string()), column.arrow_texts])
    if column.empty and not empty:
        texts = texts.slice(0, size)
    return RawColumn(codes, texts, empty)
