"""The control that fits each question about a file's columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import streamlit as st

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.header import head_of
from ivig_core.cohort.mapping import answer, edit
from ivig_core.cohort.mapping.changing import ID
from ivig_core.cohort.mapping.mapping import CohortMapping, Question
from pages.data.amounts import dose, frequency, interval, unit, unit_of_rows, units_of_doses
from pages.data.controls import as_it_is, blocks_of, button, choose, leave, settle
from pages.data.rows import infections, instrument
from pages.data.texts import kinds, order_of_days, values
from pages.data.waiting import Waiting, columns_shown
from pages.shell import say
from pages.shell.escape import escape_markdown

_REMEDIES: Mapping[tuple[str, str], str] = {
    ("patient", "end"): "It is never taken from the last event: who had none would look short.",
    ("infection", "grade"): "Without grades only analyses of all infections can be made.",
}


def control(held: Waiting, question: Question, number: int) -> None:
    """What answers a question of the file that waits."""
    for fits, draw in _CONTROLS:
        if fits(held.mapping, question):
            draw(held, question, number)
            return


def _required(held: Waiting, question: Question, number: int) -> None:
    """A column of ours that no column was recognised as: which one it is, or the same for all where that can be."""
    say.small(_REMEDIES.get((question.record, question.target), question.remedy))
    if (question.record, question.target) == ("infection", "grade"):
        button("No grade is known", f"no_grade_{number}", answer.constant, question.sheet, "infection", "grade",
               "unknown")  # fmt: skip
    if question.column:
        button(f"It is {question.column}", f"it_is_{number}", answer.dismissed, question)
    choose(held, question, number)
    if (question.record, question.target) == ("patient", "end"):
        with st.form(f"day_for_all_{number}", border=False):
            day = st.date_input(
                "or one last day for all patients (data cut-off)", value=None, min_value=date(1950, 1, 1),
                key=f"day_constant_{number}", format="YYYY-MM-DD",
            )  # fmt: skip
            if st.form_submit_button("Use this day for all") and day is not None:
                settle(answer.constant, question.sheet, "patient", "end", day.isoformat())
    if question.column:
        leave(question, number)


def _patients(held: Waiting, question: Question, number: int) -> None:
    """Rows that tell patients: from which column of which sheet."""
    say.small(question.remedy)
    target = "start" if not question.sheet else ID
    places = [(grid.name, name) for grid in held.book.grids if question.sheet in ("", grid.name)
              for name in columns_shown(held, grid.name)]  # fmt: skip
    words = [escape_markdown(f"{sheet}: {name}" if len(held.book.grids) > 1 else name) for sheet, name in places]
    what = "first day at risk" if target == "start" else "study id"
    label = f"The column with the patient's {what}"
    picked = st.selectbox(
        escape_markdown(label), words, index=None, key=f"patients_{number}", placeholder="choose a column"
    )
    if picked is None:
        return
    sheet, column = places[words.index(picked)]
    head = next((head for grid in held.book.grids if grid.name == sheet and (head := head_of(grid))), None)
    if head is not None:
        settle(edit.observed, sheet, head.row, column, target)


def _none_there(_: Waiting, question: Question, number: int) -> None:
    say.small("Name their columns under “Change what a column means”; or add one row for each infection to the file.")
    button("The file has no infections, and that is right", f"none_{number}", answer.dismissed, question)


def _gate(_: Waiting, question: Question, number: int) -> None:
    say.small(question.remedy)
    button(f"Each row with a day is {question.record}", f"gate_{number}", answer.ungated, question.sheet,
           question.column, question.record)  # fmt: skip


def _has_blocks(mapping: CohortMapping, question: Question) -> bool:
    """Whether there are facts of the kind that the question is about."""
    kinds = {block.record for block in blocks_of(mapping, question.sheet)}
    return question.record in kinds or (question.target == ID and bool(kinds))


def _is_source(mapping: CohortMapping, question: Question) -> bool:
    """Whether what is asked about is taken from the column."""
    items = (block.fields.get(question.target) for block in blocks_of(mapping, question.sheet))
    return any(item is not None and question.column in item.sources for item in items)


def _is_gate(mapping: CohortMapping, question: Question) -> bool:
    """Whether a question is about a column that says which rows are facts of its kind."""
    gates = (block.when for block in blocks_of(mapping, question.sheet) if block.record == question.record)
    return any(question.column in when for when in gates)


_CONTROLS: tuple[tuple[Callable[[CohortMapping, Question], bool], Callable[[Waiting, Question, int], None]], ...] = (
    (lambda _, asked: answer.asks_order(asked), order_of_days),
    (lambda _, asked: asked.target == "record" and bool(asked.texts and asked.beside), instrument),
    (lambda _, asked: asked.target == "record" and asked.record == "infection" and not asked.column, infections),
    (lambda _, asked: asked.target == "record" and bool(asked.texts), kinds),
    (lambda _, asked: asked.target == "dose_g" and bool(asked.texts and asked.beside), units_of_doses),
    (lambda mapping, asked: asked.target == "interval_days" and _is_gate(mapping, asked), frequency),
    (lambda mapping, asked: asked.target == "unit" and _is_gate(mapping, asked), unit_of_rows),
    (lambda _, asked: asked.target in BY_NAME and bool(asked.texts), values),
    (lambda _, asked: asked.target == "unit" and bool(asked.column), unit),
    (lambda _, asked: asked.target == "dose_g" and bool(asked.column), dose),
    (lambda _, asked: asked.target == "interval_days", interval),
    (
        lambda mapping, asked: bool(asked.column) and asked.target in BY_NAME and not _is_source(mapping, asked),
        as_it_is,
    ),
    (lambda mapping, asked: asked.target in BY_NAME and _has_blocks(mapping, asked), _required),
    (
        lambda _, asked: asked.record == "infection" and not asked.target and asked.message.startswith("No "),
        _none_there,
    ),
    (lambda mapping, asked: not asked.target and _is_gate(mapping, asked), _gate),
    (lambda _, asked: asked.target == ID or not (asked.sheet or asked.column), _patients),
    (lambda _, asked: True, as_it_is),
)
