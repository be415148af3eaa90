"""A file of another shape that waits for a person to say what its columns mean: held in this session, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import streamlit as st

from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.formats.open_book import open_book
from ivig_core.cohort.guessing.guess import guess
from ivig_core.cohort.guessing.header import head_of
from ivig_core.cohort.importing import headers_of, import_book
from ivig_core.cohort.intake import Intake
from ivig_core.cohort.mapping.fitting import fitted
from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.read import APP_LIMITS
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.cohort.reading.gate import RefusedError
from pages.shell.session import WAITING

KEPT = "kept_mappings"
_MOST_KEPT = 10


@dataclass(frozen=True, eq=False)
class Waiting:
    """The cells of the file, what they are taken for so far, and where that comes from (empty: guessed now).

    `drop` are columns that are left out, `numbers` those with the numbers of people: one of them may be replaced by
    new study ids. Nothing of either is shown.
    """

    name: str
    book: Book
    mapping: CohortMapping
    reused: str = ""
    drop: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    size: int = 0
    previews: dict[int, Intake] = field(default_factory=dict)

    @property
    def hidden(self) -> frozenset[str]:
        """Columns of which nothing is shown or offered."""
        return self.numbers | frozenset(self.drop)


def waiting() -> Waiting | None:
    """The file that waits in this session."""
    return st.session_state.get(WAITING)


def begin(
    name: str, data: bytes, drop: tuple[str, ...], order: DateOrder | None, numbers: frozenset[str] = frozenset()
) -> None:
    """Hold a file with a mapping of this session that fits its columns, or with what is guessed.

    Its bytes are not kept. Identifiers have been looked for before: nothing is shown of a file that may have some.
    """
    try:
        book = open_book(data, name, APP_LIMITS, Findings())
    except RefusedError:
        return
    headers = headers_of(book)
    hidden = numbers | frozenset(drop)
    mapping, reused = None, ""
    for source, given in reversed(_kept()):
        kept = fitted(given, _rows(book))
        if kept.fits(headers) and not hidden & names_shown(kept):
            mapping, reused = kept, source
            break
    if mapping is not None:
        mapping = replace(mapping, headers=headers)
    chosen = mapping or guess(book, drop=drop, order=order, numbers=numbers)
    st.session_state[WAITING] = Waiting(name, book, chosen, reused, drop, numbers, len(data))


def names_shown(mapping: CohortMapping) -> frozenset[str]:
    """The columns that a mapping uses as they are: without those that it replaces by new study ids."""
    blocks = [block for sheet in mapping.sheets for block in sheet.blocks]
    plain = (item for block in blocks for item in block.fields.values() if not item.new_ids)
    return frozenset(name for item in plain for name in item.sources) | {
        name for block in blocks for name in block.when
    }


def load(mapping: CohortMapping, source: str) -> str:
    """Take a mapping from its file for the file that waits; what stands against it, empty where nothing does."""
    held = waiting()
    if held is None:
        return ""
    headers = headers_of(held.book)
    mapping = fitted(mapping, _rows(held.book))
    lacking = [
        name for sheet in mapping.sheets for name in sheet.sources if name not in headers.get(sheet.sheet, ())
    ]  # fmt: skip
    if lacking:
        named = ", ".join(dict.fromkeys(lacking[:5]))
        return f"{source} does not fit: it uses columns that {held.name} does not have ({named})."
    people = sorted(held.hidden & names_shown(mapping))
    if people:
        return f"{source} is not used: it shows columns that may identify people ({', '.join(people)})."
    st.session_state[WAITING] = replace(held, mapping=replace(mapping, headers=headers), reused=source, previews={})
    return ""


def change(make: Callable[[CohortMapping], CohortMapping]) -> None:
    """Another answer for the file that waits."""
    held = waiting()
    if held is not None:
        st.session_state[WAITING] = replace(held, mapping=make(held.mapping), previews={})


def columns_shown(held: Waiting, sheet: str) -> tuple[str, ...]:
    """The columns of a sheet that may be shown and chosen."""
    return tuple(name for name in held.mapping.headers.get(sheet, ()) if name not in held.hidden)


def preview() -> Intake | None:
    """What the file would become now: its cohort and problems, also while questions are open."""
    held = waiting()
    if held is None:
        return None
    key = id(held.mapping)
    if key not in held.previews:
        findings = Findings()
        made = import_book(
            held.book,
            findings,
            mapping=held.mapping.settled(),
            drop=held.drop,
            name=held.name.rsplit(".", 1)[0],
            limits=APP_LIMITS,
        )
        held.previews[key] = Intake.of(made.cohort, findings, ledger=made.ledger, mapping=held.mapping)
    return held.previews[key]


def keep() -> None:
    """Remember the mapping for files with the same columns, for as long as this session lasts."""
    held = waiting()
    if held is not None:
        st.session_state[KEPT] = [*_kept(), (held.name, held.mapping.settled())][-_MOST_KEPT:]


def discard() -> None:
    """Let the file go."""
    st.session_state.pop(WAITING, None)


def _rows(book: Book) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {grid.name: (head.row, head.names) for grid in book.grids if (head := head_of(grid)) is not None}


def _kept() -> list[tuple[str, CohortMapping]]:
    return st.session_state.setdefault(KEPT, [])
