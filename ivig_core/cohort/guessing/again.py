"""Columns and rows looked at again, because a person said what they are: how cells are read, and what is open then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.guessing.adam.events import infections
from ivig_core.cohort.guessing.adam.names import Adam
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.guess import proven_order
from ivig_core.cohort.guessing.header import Head, head_at, head_of
from ivig_core.cohort.guessing.redcap.recognise import instrument_as
from ivig_core.cohort.mapping.mapping import CohortMapping, Field, Question, SheetMapping
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


def rows_are(
    book: Book, mapping: CohortMapping, question: Question, kind: str, *, drop: Iterable[str] = (),
    numbers: frozenset[str] = frozenset(),
) -> CohortMapping:  # fmt: skip
    """The rows of the repeating instrument that `question` is about are facts of a kind: its columns are recognised as
    those of that kind. `drop` and `numbers` are the columns of which nothing is shown."""
    head = _head(book, mapping, question.sheet, drop, numbers)
    sheet = next((item for item in mapping.sheets if item.sheet == question.sheet), None)
    draft = instrument_as(book, head, sheet.blocks if sheet else (), question.texts[0], kind)
    return _joined(mapping, question, draft)


def infections_are(
    book: Book, mapping: CohortMapping, question: Question, column: str, texts: tuple[str, ...],
    *, drop: Iterable[str] = (), numbers: frozenset[str] = frozenset(),
) -> CohortMapping:  # fmt: skip
    """The adverse events of ADaM in which a column has one of some texts are infections."""
    draft = Draft(_head(book, mapping, question.sheet, drop, numbers))
    infections(Adam(draft), column, texts)
    draft.guesses = [item for item in draft.guesses if item.column != column]
    return _joined(mapping, question, draft)


def texts_of(book: Book, sheet: str, column: str) -> tuple[str, ...]:
    """The distinct texts of a column."""
    grid = next(grid for grid in book.grids if grid.name == sheet)
    head = head_of(grid)
    return tuple(head.texts(column)) if head is not None else ()


def _head(book: Book, mapping: CohortMapping, sheet: str, drop: Iterable[str], numbers: frozenset[str]) -> Head:
    grid = next((grid for grid in book.grids if grid.name == sheet), None)
    settled = next((item for item in mapping.sheets if item.sheet == sheet), None)
    if grid is None:
        raise LookupError(sheet)
    left = frozenset(drop)
    head = head_of(grid, left) if settled is None else head_at(grid, settled.header_row, left)
    if head is None:
        raise LookupError(sheet)
    return head.reading(_order(mapping) or proven_order([head]), mapping.missing).without(numbers)


def _joined(mapping: CohortMapping, question: Question, draft: Draft) -> CohortMapping:
    """The mapping with what was made of more rows of a sheet, and without the question, nor that these facts lack."""
    made = draft.sheet()

    def with_blocks(sheet: SheetMapping) -> SheetMapping:
        names = {name for block in made.blocks for name in block.sources}
        kept = tuple(name for name in sheet.ignored if name not in names)
        return replace(sheet, blocks=(*sheet.blocks, *made.blocks), ignored=kept)

    known = any(item.sheet == made.sheet for item in mapping.sheets)
    sheets = tuple(with_blocks(item) if item.sheet == made.sheet else item for item in mapping.sheets)
    kinds = {block.record for block in made.blocks}

    def open_(item: Question) -> bool:
        lacking = item.sheet == made.sheet and item.record in kinds and not item.target
        return item != question and not lacking

    questions = tuple(filter(open_, mapping.questions))
    return replace(
        mapping, sheets=sheets if known else (*sheets, made), guesses=(*mapping.guesses, *draft.guesses),
        questions=tuple(dict.fromkeys((*questions, *draft.questions))),
    )  # fmt: skip


def _order(mapping: CohortMapping) -> DateOrder | None:
    """The order of day and month that the mapping reads dates with."""
    blocks = (block for sheet in mapping.sheets for block in sheet.blocks)
    return next((item.dates for block in blocks for item in block.fields.values() if item.dates), None)
