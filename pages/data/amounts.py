"""Questions about amounts: the unit of a laboratory value or of a dose, days between two doses."""

from __future__ import annotations

import streamlit as st

from ivig_core.cohort.columns import ANALYTES
from ivig_core.cohort.mapping import amounts, answer, edit
from ivig_core.cohort.mapping.mapping import CohortMapping, Question
from pages.data.controls import as_it_is, blocks_of, button, choose, leave, settle, sheet_of
from pages.data.texts import form
from pages.data.waiting import Waiting
from pages.shell import say

DOSES: tuple[tuple[str, str, float | None], ...] = (
    ("grams", "dose_g", None),
    ("grams per kg", "dose_g_per_kg", None),
    ("milligrams", "dose_g", 0.001),
    ("milligrams per kg", "dose_g_per_kg", 0.001),
)


_BY_WORDS: dict[str, tuple[str, float | None] | None] = {
    **{words: (target, factor) for words, target, factor in DOSES},
    "mL of a 5 % solution": ("dose_g", 0.05),
    "mL of a 10 % solution": ("dose_g", 0.1),
    "mL of a 20 % solution": ("dose_g", 0.2),
    "vials of 5 g": ("dose_g", 5.0),
    "vials of 10 g": ("dose_g", 10.0),
    "vials of 20 g": ("dose_g", 20.0),
    "nothing that gives grams: doses of unknown grams": None,
}


def units_of_doses(_: Waiting, question: Question, number: int) -> None:
    """In what the doses are written beside which a column of units has these texts."""
    say.small(f"The doses are in {question.beside}.")
    chosen = form(question, number, list(_BY_WORDS))
    if chosen is not None:
        settle(amounts.units_of, question, {text: _BY_WORDS[words] for text, words in chosen.items()})


def frequency(_: Waiting, question: Question, number: int) -> None:
    """How many days lie between two doses of a frequency in words."""
    with st.form(f"often_{number}", border=False):
        days = st.number_input("Days between two doses", 1, 365, None, 1, format="%d", key=f"often_days_{number}",
                               placeholder="28: every 4 weeks")  # fmt: skip
        if st.form_submit_button("Use this") and days is not None:
            settle(amounts.every, question, dict.fromkeys(question.texts, int(days)))
    button("Each row is one dose, on its first day", f"once_{number}", amounts.every, question,
           dict.fromkeys(question.texts))  # fmt: skip


def unit_of_rows(held: Waiting, question: Question, number: int) -> None:
    """In which unit laboratory values are where a column has these texts."""
    named = {
        block.fields["analyte"].constant for block in blocks_of(held.mapping, question.sheet)
        if block.record == "lab" and "analyte" in block.fields
        and set(question.texts) & set(block.when.get(question.column, ()))
    }  # fmt: skip
    with st.container(horizontal=True):
        for at, name in enumerate(_units(named)):
            button(name, f"unit_{number}_{at}", amounts.unit_of_rows, question, name)


def _units(analytes: set[str | None]) -> list[str]:
    """Every unit of some laboratory values; of all where it is not known which they are."""
    known = [analyte for analyte in ANALYTES if analyte.name in analytes or None in analytes or not analytes]
    return list(dict.fromkeys(unit for analyte in known for unit, *_ in analyte.units))


def unit(held: Waiting, question: Question, number: int) -> None:
    """In which unit laboratory values are."""
    blocks = [
        block for block in blocks_of(held.mapping, question.sheet)
        if "value" in block.fields and question.column in block.fields["value"].sources
    ]  # fmt: skip
    named = {block.fields["analyte"].constant for block in blocks if "analyte" in block.fields}
    with st.container(horizontal=True):
        for at, name in enumerate(_units(named)):
            button(name, f"unit_{number}_{at}", answer.unit, question.sheet, question.column, name)
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
