"""One column looked at again, because a person said what it is: how its cells are read, and what of them is open."""

from __future__ import annotations

from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.guess import proven_order
from ivig_core.cohort.guessing.header import head_at
from ivig_core.cohort.mapping.mapping import CohortMapping, Field, Question
from ivig_core.cohort.reading.dates import DateOrder


def read_as(
    book: Book, mapping: CohortMapping, sheet: str, column: str, record: str, target: str
) -> tuple[Field, tuple[Question, ...]]:
    """How the cells of a column are read as `target` of a kind of fact: the same as when it is guessed.

    `LookupError` where the file has no such sheet or column.
    """
    grid = next((grid for grid in book.grids if grid.name == sheet), None)
    settled = next((item for item in mapping.sheets if item.sheet == sheet), None)
    if grid is None or settled is None:
        raise LookupError(sheet)
    head = head_at(grid, settled.header_row)
    draft = Draft(head.reading(_order(mapping) or proven_order([head]), mapping.missing))
    item = draft.field(column, target, record=record)
    return item, tuple(draft.questions)


def _order(mapping: CohortMapping) -> DateOrder | None:
    """The order of day and month that the mapping reads dates with."""
    blocks = (block for sheet in mapping.sheets for block in sheet.blocks)
    return next((item.dates for block in blocks for item in block.fields.values() if item.dates), None)
