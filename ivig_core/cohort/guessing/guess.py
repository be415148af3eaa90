"""What a file probably is and means: its mapping with reasons, how sure each is, and what only a person can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ivig_core.cohort.dictionary import HEADINGS
from ivig_core.cohort.formats.grid import Book, Grid
from ivig_core.cohort.guessing.adam.recognise import recognise_adam
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.header import Head, head_of
from ivig_core.cohort.guessing.hopeless import infections_are_there
from ivig_core.cohort.guessing.omop import recognise_omop
from ivig_core.cohort.guessing.redcap.dictionary import LOOKED_AT, is_dictionary
from ivig_core.cohort.guessing.redcap.recognise import recognise_redcap
from ivig_core.cohort.guessing.tables import recognise_tables
from ivig_core.cohort.mapping.cells import order_of
from ivig_core.cohort.mapping.mapping import CohortMapping, Question
from ivig_core.cohort.reading.dates import DateOrder

Recogniser = Callable[[Book, list[Head]], list[Draft] | None]
"""Drafts of the sheets of a file of one known kind; None where it is not of that kind.

A `Head` knows the order of day and month and the columns that are left out; `Draft(head)` takes both from there."""

RECOGNISERS: tuple[Recogniser, ...] = (recognise_omop, recognise_adam, recognise_redcap, recognise_tables)
"""In this order, the first that knows the file has it: what data systems export before tables as people keep them."""


def guess(
    book: Book,
    *,
    drop: Iterable[str] = (),
    order: DateOrder | None = None,
    numbers: frozenset[str] = frozenset(),
    missing: Iterable[str] = (),
) -> CohortMapping:
    """The mapping of `book` that is most likely, with nothing applied.

    `drop` names columns that are not looked at; `order` says how dates such as 03/04/2020 are meant.
    `numbers` are columns with the numbers of people or of their stays: one of them may be replaced by new study ids,
    nothing else is made of them. `missing` are further texts that mean “not known”.
    """
    left = frozenset(drop)
    found = [head for grid in book.grids if not explains(grid) and (head := head_of(grid, left)) is not None]
    order = order or proven_order(found)
    heads = [head.reading(order, missing).without(numbers) for head in found]
    drafts = next((drafts for known in RECOGNISERS if (drafts := known(book, heads)) is not None), [])
    infections_are_there(drafts)
    return joined(drafts, heads)


def explains(grid: Grid) -> bool:
    """Whether a sheet is about the columns of the others and no patient is in it: the data dictionary of our template,
    or that of a REDCap project."""
    return any(tuple(cells[: len(HEADINGS)]) == HEADINGS or is_dictionary(cells) for cells in grid.head(LOOKED_AT))


def joined(drafts: list[Draft], heads: list[Head]) -> CohortMapping:
    """One mapping of the drafts of all sheets; what no sheet settles is asked once."""
    sheets = tuple(draft.sheet() for draft in drafts if draft.blocks)
    questions = [question for draft in drafts for question in draft.questions]
    hopeless = any(draft.hopeless for draft in drafts)
    if not hopeless and not any(block.record == "patient" for sheet in sheets for block in sheet.blocks):
        questions.append(
            Question("", "", "No rows were recognised that tell each patient's first and last day at risk.",
                     "Add a table of patients with these two days, or name the columns in the mapping.")
        )  # fmt: skip
    return CohortMapping(
        sheets,
        {head.grid.name: head.names for head in heads},
        shape=", ".join(dict.fromkeys(draft.shape for draft in drafts if draft.shape)),
        guesses=tuple(guess for draft in drafts for guess in draft.guesses),
        questions=tuple(questions),
    )


def proven_order(heads: Iterable[Head]) -> DateOrder | None:
    """The order of day and month that some date of the file proves and none speaks against."""
    proven = {order_of(text) for head in heads for name in head.names for text in head.texts(name)} - {None}
    return proven.pop() if len(proven) == 1 else None
