"""Questions about rows: of which kind of fact those of an instrument are, and which rows are infections."""

from __future__ import annotations

import streamlit as st

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.guessing.again import infections_are, rows_are, texts_of
from ivig_core.cohort.mapping import answer
from ivig_core.cohort.mapping.mapping import CohortMapping, Question
from pages.data.controls import button, settle
from pages.data.waiting import Waiting, columns_shown
from pages.shell import say
from pages.shell.escape import escape_markdown

_MOST_TEXTS = 500


def instrument(held: Waiting, question: Question, number: int) -> None:
    """Of which kind the rows of a repeating instrument are."""
    say.small("Its columns are then looked at as those of that kind; what is not clear is asked.")
    with st.container(horizontal=True):
        for kind in KINDS:
            if kind != "patient":
                button(kind, f"rows_{number}_{kind}", _rows_are, held, question, kind)
        button("Something else: leave these rows out", f"rows_{number}_none", answer.dismissed, question)


def _rows_are(mapping: CohortMapping, held: Waiting, question: Question, kind: str) -> CohortMapping:
    return rows_are(held.book, mapping, question, kind, drop=held.drop, numbers=held.numbers)


def infections(held: Waiting, question: Question, number: int) -> None:
    """Which rows are infections: a column that says it, and which of its texts do."""
    names = columns_shown(held, question.sheet)
    words = [escape_markdown(name) for name in names]
    picked = st.selectbox("The column that says it", words, index=None, key=f"which_{number}", placeholder="choose")
    if picked is not None:
        column = names[words.index(picked)]
        texts = texts_of(held.book, question.sheet, column)
        if len(texts) > _MOST_TEXTS:
            say.small(f"It has {len(texts):,} different texts; the first {_MOST_TEXTS} can be chosen.")
        said = [escape_markdown(text) for text in texts[:_MOST_TEXTS]]
        chosen = st.multiselect("Infections are the rows with", said, key=f"which_texts_{number}", placeholder="choose")
        if st.button("These rows are infections", key=f"which_use_{number}", disabled=not chosen):
            settle(_infections_are, held, question, column, tuple(texts[said.index(text)] for text in chosen))
    button("The file has no infections, and that is right", f"none_{number}", answer.dismissed, question)


def _infections_are(
    mapping: CohortMapping, held: Waiting, question: Question, column: str, texts: tuple[str, ...]
) -> CohortMapping:
    return infections_are(held.book, mapping, question, column, texts, drop=held.drop, numbers=held.numbers)
