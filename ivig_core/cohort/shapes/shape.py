"""Which shape a table has where it is not ours: seen, named with its reason and its remedy, never read by a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ivig_core.cohort.columns import REQUIRED_HEADERS
from ivig_core.cohort.shapes.advice import TEMPLATE
from ivig_core.cohort.shapes.glimpse import Glimpse, Numbered
from ivig_core.cohort.shapes.rules import RULES
from ivig_core.cohort.shapes.words import is_date, is_description, is_number

Kind = Literal[
    "header_below", "no_header", "units_row", "redcap_raw", "redcap_labels", "adam", "omop", "own_names", "medication",
    "counts", "wide", "free_text", "transposed", "visits", "one_kind", "one_row_each", "other",
]  # fmt: skip
"""What a table can be seen to be; the first three stand beside one of the others."""


@dataclass(frozen=True)
class Shape:
    """What a table seems to be: `kind`, by what that was told (`why`) and what is to be done (`remedy`).

    `row` is the spreadsheet row that it is about, where it is about one.
    """

    kind: Kind
    what: str
    why: str
    remedy: str
    row: int | None = None

    @property
    def message(self) -> str:
        """The shape and its reason as one sentence."""
        return f"{self.what}: {self.why}."


def is_ours(names: Sequence[str]) -> bool:
    """Whether a header (plain names) is that of a cohort file, perhaps without its `end`."""
    return set(REQUIRED_HEADERS[:-1]) <= set(names)


def shapes_of(seen: Glimpse) -> tuple[Shape, ...]:
    """What is not ours in a table, in the order in which it is to be mended; empty for a cohort file.

    Which table it is (one of `RULES`, else "other") stands first, then where the header is and a row of units.
    """
    beside = [*_header(seen), *units_row(seen)]
    if is_ours(seen.names):
        return tuple(beside)
    if not seen.named and any(is_date(cell) or is_number(cell) for cell in seen.header.filled):
        return (_no_header(seen),)
    for kind, rule in RULES if seen.named else ():
        if found := rule(seen):
            return (Shape(kind, *found, row=seen.header.row), *beside)
    other = Shape(
        "other",
        "This table is not in the shape that is read here",
        f"the header (row {seen.header.row}) does not have the columns patient_id, record and start",
        f"Write one row per dated fact. {TEMPLATE}",
        seen.header.row,
    )
    return (other, *beside)


def _header(seen: Glimpse) -> list[Shape]:
    if not seen.above:
        return []
    first, last = seen.above[0].row, seen.header.row - 1
    rows = f"row {first}" if first == last else f"rows {first} to {last}"
    hold = (
        "holds a title, a comment or names of groups" if first == last else "hold titles, comments or names of groups"
    )
    return [
        Shape(
            "header_below",
            f"The header seems to be row {seen.header.row}",
            f"{rows} above it {hold}",
            f"Delete {rows}, so that the names of the columns are row 1.",
            seen.header.row,
        )
    ]


def units_row(seen: Glimpse) -> list[Shape]:
    """A row below the header that says in what each column is written."""
    row = seen.below[0]
    cells = row.filled
    if len(cells) < 2 or sum(map(is_description, cells)) < 0.8 * len(cells):
        return []
    return [
        Shape(
            "units_row",
            f"Row {row.row} seems to be a row of units or formats below the header",
            "its cells say in what the columns are written, and it is no fact",
            f"Delete row {row.row}.",
            row.row,
        )
    ]


def _no_header(seen: Glimpse) -> Shape:
    return Shape(
        "no_header",
        "The table seems to have no header",
        f"row {seen.header.row} holds dates or numbers, not names of columns",
        f"Put the names of the columns into row 1. {TEMPLATE}",
        seen.header.row,
    )


def rows_of(table: Sequence[Sequence[object]]) -> list[Numbered]:
    """The cells of a sheet as text, numbered from 1: what `glimpse` takes."""
    return [
        Numbered(row, tuple("" if cell is None else str(cell).strip() for cell in cells))
        for row, cells in enumerate(table, start=1)
    ]
