"""What a file probably is and means: its mapping with reasons, how sure each is, and what only a person can answer."""

from __future__ import annotations

from collections.abc import Iterable

from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.header import Head, head_of
from ivig_core.cohort.guessing.tables import guess_table
from ivig_core.cohort.mapping.cells import order_of
from ivig_core.cohort.mapping.mapping import CohortMapping, Question
from ivig_core.cohort.reading.dates import DateOrder


def guess(book: Book, *, drop: Iterable[str] = (), order: DateOrder | None = None) -> CohortMapping:
    """The mapping of `book` that is most likely, with nothing applied.

    `drop` names columns that are not looked at; `order` says how dates such as 03/04/2020 are meant.
    """
    heads = [head for grid in book.grids if (head := head_of(grid)) is not None]
    left = frozenset(drop)
    order = order or proven_order(heads)
    drafts = [Draft(head, order) for head in heads]
    for draft in drafts:
        draft.used.update(left & set(draft.head.names))
        guess_table(draft)
    return joined(drafts, heads)


def joined(drafts: list[Draft], heads: list[Head]) -> CohortMapping:
    """One mapping of the drafts of all sheets; what no sheet settles is asked once."""
    sheets = tuple(draft.sheet() for draft in drafts if draft.blocks)
    questions = [question for draft in drafts for question in draft.questions]
    if not any(block.record == "patient" for sheet in sheets for block in sheet.blocks):
        questions.append(
            Question("", "", "No rows were recognised that tell each patient's first and last day at risk.",
                     "Add a table of patients with these two days, or name the columns in the mapping.")
        )  # fmt: skip
    return CohortMapping(
        sheets,
        {head.grid.name: head.names for head in heads},
        guesses=tuple(guess for draft in drafts for guess in draft.guesses),
        questions=tuple(questions),
    )


def proven_order(heads: Iterable[Head]) -> DateOrder | None:
    """The order of day and month that some date of the file proves and none speaks against."""
    proven = {order_of(text) for head in heads for name in head.names for text in head.texts(name)} - {None}
    return proven.pop() if len(proven) == 1 else None
