"""A file of another shape that waits for a person to say what its columns mean: held in this session, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import streamlit as st

from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.formats.open_book import open_book
from ivig_core.cohort.guessing.guess import guess
from ivig_core.cohort.importing import headers_of, import_book
from ivig_core.cohort.intake import Intake
from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.read import APP_LIMITS
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.cohort.reading.gate import RefusedError

WAITING, KEPT = "waiting_file", "kept_mappings"
_MOST_KEPT = 10


@dataclass(frozen=True, eq=False)
class Waiting:
    """The cells of the file, what they are taken for so far, and where that comes from (empty: guessed now)."""

    name: str
    book: Book
    mapping: CohortMapping
    reused: str = ""
    drop: tuple[str, ...] = ()
    size: int = 0
    previews: dict[int, Intake] = field(default_factory=dict)


def waiting() -> Waiting | None:
    """The file that waits in this session."""
    return st.session_state.get(WAITING)


def begin(name: str, data: bytes, drop: tuple[str, ...], order: DateOrder | None, given: CohortMapping | None) -> None:
    """Hold a file with `given`, with a mapping of this session that fits its columns, or with what is guessed.

    Identifiers have been looked for before: nothing is shown of a file that may have some.
    """
    try:
        book = open_book(data, name, APP_LIMITS, Findings())
    except RefusedError:
        return
    headers = headers_of(book)
    reused = "" if given is None else "the mapping that you loaded"
    mapping = given
    if mapping is None:
        for source, kept in reversed(_kept()):
            if kept.fits(headers):
                mapping, reused = kept, source
                break
    st.session_state[WAITING] = Waiting(
        name, book, mapping or guess(book, drop=drop, order=order), reused, drop, len(data)
    )


def change(mapping: CohortMapping) -> None:
    """Another answer for the file that waits."""
    held = waiting()
    if held is not None:
        st.session_state[WAITING] = replace(held, mapping=mapping, previews={})


def in_order(order: DateOrder) -> None:
    """Guess again, now that it is known whether the day or the month comes first."""
    held = waiting()
    if held is not None:
        st.session_state[WAITING] = replace(held, mapping=guess(held.book, drop=held.drop, order=order), previews={})


def preview() -> Intake | None:
    """What the file would become now: its cohort and problems, also while questions are open."""
    held = waiting()
    if held is None:
        return None
    key = id(held.mapping)
    if key not in held.previews:
        findings = Findings()
        made = import_book(
            held.book, findings, mapping=held.mapping.settled(), drop=held.drop, name=held.name.rsplit(".", 1)[0]
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


def _kept() -> list[tuple[str, CohortMapping]]:
    return st.session_state.setdefault(KEPT, [])
