"""What the controls of questions about a file's columns share."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ivig_core.cohort.guessing.again import read_as
from ivig_core.cohort.mapping import answer, edit
from ivig_core.cohort.mapping.changing import ID
from ivig_core.cohort.mapping.mapping import Block, CohortMapping, Question, SheetMapping
from pages.data.waiting import Waiting, change, columns_shown
from pages.shell import say
from pages.shell.escape import escape_markdown


def button(label: str, key: str, make: Callable[..., CohortMapping], *parts: object) -> None:
    """A button that makes another mapping of the one that is held: `make(mapping, *parts)`."""
    st.button(escape_markdown(label), key=f"map_{key}", on_click=_changed, args=(make, parts))


def _changed(make: Callable[..., CohortMapping], parts: tuple[object, ...]) -> None:
    change(lambda mapping: make(mapping, *parts))


def settle(make: Callable[..., CohortMapping], *parts: object) -> None:
    change(lambda mapping: make(mapping, *parts))
    st.rerun()


def leave(question: Question, number: int) -> None:
    if question.column:
        button("Do not use this column", f"leave_{number}", edit.unused, question.sheet, question.column)


def choose(held: Waiting, question: Question, number: int) -> None:
    """Choose the column of the file."""
    names = columns_shown(held, question.sheet)
    words = [escape_markdown(name) for name in names]
    column = st.selectbox("The column", words, index=None, key=f"column_{number}", placeholder="choose a column")
    if column is not None:
        settle(_chosen, held, question, names[words.index(column)])


def _chosen(mapping: CohortMapping, held: Waiting, question: Question, column: str) -> CohortMapping:
    if question.target == ID:
        return answer.identity(mapping, question.sheet, column)
    item, more = read_as(held.book, mapping, question.sheet, column, question.record, question.target)
    made = answer.fill(mapping, question.sheet, column, question.record, question.target, item,
                       instead=bool(question.column))  # fmt: skip
    return answer.asked(answer.dismissed(made, question), more)


def as_it_is(held: Waiting, question: Question, number: int) -> None:
    say.small(question.remedy)
    mapped = bool(held.mapping.sheets)
    with st.container(horizontal=True):
        leave(question, number)
        # Also what is asked of a sheet that gives nothing must have an end: the others may be all that is needed.
        if question.record or question.target or (mapped and not question.column):
            button("Go on as it is below", f"go_on_{number}", answer.dismissed, question)


def sheet_of(mapping: CohortMapping, name: str) -> SheetMapping | None:
    return next((item for item in mapping.sheets if item.sheet == name), None)


def blocks_of(mapping: CohortMapping, name: str) -> tuple[Block, ...]:
    sheet = sheet_of(mapping, name)
    return () if sheet is None else sheet.blocks
