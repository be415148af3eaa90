"""Questions about amounts: the unit of a laboratory value or of a dose, days between two doses."""

from __future__ import annotations

import streamlit as st

from ivig_core.cohort.columns import ANALYTES
from ivig_core.cohort.mapping import answer, edit
from ivig_core.cohort.mapping.mapping import CohortMapping, Question
from pages.data.controls import as_it_is, blocks_of, button, choose, leave, settle, sheet_of
from pages.data.waiting import Waiting

DOSES: tuple[tuple[str, str, float | None], ...] = (
    ("grams", "dose_g", None),
    ("grams per kg", "dose_g_per_kg", None),
    ("milligrams", "dose_g", 0.001),
    ("milligrams per kg", "dose_g_per_kg", 0.001),
)


def unit(held: Waiting, question: Question, number: int) -> None:
    """In which unit laboratory values are."""
    blocks = [
        block for block in blocks_of(held.mapping, question.sheet)
        if "value" in block.fields and question.column in block.fields["value"].sources
    ]  # fmt: skip
    named = {block.fields["analyte"].constant for block in blocks if "analyte" in block.fields}
    units = dict.fromkeys(
        unit for analyte in ANALYTES if analyte.name in named or None in named or not named
        for unit, *_ in analyte.units
    )  # fmt: skip
    with st.container(horizontal=True):
        for at, unit in enumerate(units):
            button(unit, f"unit_{number}_{at}", answer.unit, question.sheet, question.column, unit)
        leave(question, number)


def dose(held: Waiting, question: Question, number: int) -> None:
    """In what a dose is written, and of which rows where there are several."""
    sheet = sheet_of(held.mapping, question.sheet)
    names = {} if sheet is None else {
        words: at for at, (words, block) in enumerate(zip(edit.labels(sheet), sheet.blocks, strict=True))
        if block.record == "ivig"
    }  # fmt: skip
    if not names:
        as_it_is(held, question, number)
        return
    chosen: str | None = next(iter(names))
    if len(names) > 1:
        chosen = st.selectbox("Dose of", list(names), index=None, key=f"dose_of_{number}", placeholder="choose")
    with st.container(horizontal=True):
        if chosen is not None:
            for at, (words, target, factor) in enumerate(DOSES):
                button(words, f"dose_{number}_{at}", _dosed, question, names[chosen], target, factor)
        leave(question, number)


def _dosed(mapping: CohortMapping, question: Question, block: int, target: str, factor: float | None) -> CohortMapping:
    given = edit.means(mapping, question.sheet, question.column, block, target)
    return answer.times(given, question.sheet, question.column, target, factor) if factor else given


def interval(held: Waiting, question: Question, number: int) -> None:
    """Days or weeks of a column; else a column of intervals, or the same number of days for all."""
    blocks = blocks_of(held.mapping, question.sheet)
    used = any("interval_days" in block.fields and question.column in block.fields["interval_days"].sources
               for block in blocks)  # fmt: skip
    if used:
        with st.container(horizontal=True):
            for words, factor in (("weeks", 7.0), ("days", None)):
                button(words, f"interval_{number}_{words}", answer.times, question.sheet, question.column,
                       "interval_days", factor)  # fmt: skip
        return
    with st.form(f"every_{number}", border=False):
        days = st.number_input("Days between two doses, the same for all courses", 1, 365, None, 1, format="%d",
                               key=f"interval_days_{number}", placeholder="28: every 4 weeks")  # fmt: skip
        if st.form_submit_button("Use this for all") and days is not None:
            settle(_every, question, str(days))
    choose(held, question, number)


def _every(mapping: CohortMapping, question: Question, days: str) -> CohortMapping:
    made = answer.constant(mapping, question.sheet, "ivig", "interval_days", days)
    return answer.dismissed(made, question)
