"""What the columns of a hospital's own file mean: what was guessed and why, what is open, and what it would become."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.header import head_of
from ivig_core.cohort.intake import Intake
from ivig_core.cohort.mapping import edit
from ivig_core.cohort.mapping.cells import is_ordered
from ivig_core.cohort.mapping.mapping import CohortMapping, Question, SheetMapping
from ivig_core.cohort.mapping.mapping_json import as_json
from ivig_core.cohort.reading.dates import DateOrder
from ivig_core.figures.words import counted
from pages.data.problems import problems
from pages.data.waiting import Waiting, change, discard, in_order, keep, preview, waiting
from pages.shell import exhibit, say
from pages.shell.escape import escape_markdown

ORDERS: tuple[tuple[DateOrder, str], ...] = (
    ("dmy", "Day first: 03/04 is 3 April"),
    ("mdy", "Month first: 03/04 is March 4"),
)
NOTHING, OWN, LEAVE_BLANK = "not used", "a variable of your own", "(leave blank)"
SURE = {"exact": "our own name", "likely": "likely", "unsure": "please check"}
_EXAMPLES, _MOST_TEXTS = 3, 30


def meaning_panel(use: Callable[[Intake], None]) -> None:
    """Everything about the file that waits; `use` takes what it became when the user says so."""
    held = waiting()
    if held is None:
        return
    _introduction(held)
    _questions(held)
    _columns(held)
    _change_one(held)
    _outcome(held, use)


def _introduction(held: Waiting) -> None:
    sizes = ", ".join(f"{grid.name}: {len(grid):,} rows" for grid in held.book.grids[:5])
    say.line(f"{held.name} is in a shape of its own ({sizes}). Below is what its columns are taken for.")
    if held.reused:
        say.note(f"The columns are those of {held.reused}: what was settled there is used again. Check it below.")
    else:
        say.small("Nothing is used before you say so. Each guess says why it was made and how sure it is.")


def _questions(held: Waiting) -> None:
    asked = held.mapping.questions
    unsure = [guess for guess in held.mapping.guesses if guess.sure == "unsure"]
    if not asked and not unsure:
        return
    say.strong(f"To settle first: {counted(len(asked) + len(unsure), 'point')}")
    for number, question in enumerate(asked):
        with st.container(border=True):
            where = f"{question.column}: " if question.column else ""
            say.line(f"{where}{question.message}")
            _answer(held, question, number)
    for number, guess in enumerate(unsure):
        with st.container(border=True):
            say.line(f"{guess.column} is probably {guess.means}: {guess.why}.")
            with st.container(horizontal=True):
                _button("That is right", f"confirm_{number}", edit.confirmed, held, guess.sheet, guess.column)
                _button("Do not use it", f"unuse_{number}", edit.unused, held, guess.sheet, guess.column)


def _button(label: str, key: str, make: Callable[..., CohortMapping], held: Waiting, *parts: str) -> None:
    st.button(escape_markdown(label), key=f"map_{key}", on_click=lambda: change(make(held.mapping, *parts)))


def _answer(held: Waiting, question: Question, number: int) -> None:
    """The control that fits a question."""
    if question.texts and all(map(is_ordered, question.texts)):
        with st.container(horizontal=True):
            for order, words in ORDERS:
                st.button(words, key=f"map_order_{order}_{number}", on_click=in_order, args=(order,))
    elif question.texts and question.target:
        _values(held, question, number)
    elif question.target in ("start", "end") and not question.column:
        _day(held, question, number)
    else:
        say.small(question.remedy)
        if question.column:
            _button("Do not use this column", f"leave_{number}", edit.unused, held, question.sheet, question.column)


def _values(held: Waiting, question: Question, number: int) -> None:
    """What each text of a column means."""
    allowed = BY_NAME[question.target].allowed
    with st.form(f"values_{number}", border=False):
        chosen = {}
        for at, text in enumerate(question.texts[:_MOST_TEXTS]):
            label = escape_markdown(f"“{text}” means")
            if allowed:
                chosen[text] = st.selectbox(label, [*allowed, LEAVE_BLANK], index=None, key=f"value_{number}_{at}",
                                            placeholder="choose")  # fmt: skip
            else:
                chosen[text] = st.text_input(label, key=f"value_{number}_{at}", placeholder="blank: leave it out")
        if not st.form_submit_button("Use these"):
            return
    if any(value is None for value in chosen.values()):
        say.warning("Choose a meaning for each of them.")
        return
    values = {text: "" if value == LEAVE_BLANK else str(value) for text, value in chosen.items()}
    change(edit.with_values(held.mapping, question.sheet, question.column, question.target, values))
    st.rerun()


def _day(held: Waiting, question: Question, number: int) -> None:
    """A column of days, or one last day for all."""
    say.small(question.remedy)
    sheet = next((item for item in held.mapping.sheets if item.sheet == question.sheet), None)
    if sheet is None:
        return
    at = next((place for place, block in enumerate(sheet.blocks) if block.record == question.record), None)
    if at is None:
        return
    names = held.mapping.headers.get(question.sheet, ())
    words = [escape_markdown(name) for name in names]
    column = st.selectbox("The column", words, index=None, key=f"day_column_{number}", placeholder="choose a column")
    if column is not None:
        name = names[words.index(column)]
        change(edit.means(held.mapping, question.sheet, name, at, question.target))
        st.rerun()
    if question.target == "end":
        day = st.date_input("or one last day for all patients (data cut-off)", value=None, key=f"day_constant_{number}")
        if day is not None:
            change(edit.constant(held.mapping, question.sheet, question.record, "end", day.isoformat()))
            st.rerun()


def column_table(held: Waiting) -> pd.DataFrame:
    """One row per column of the file: three of its values, what it is taken for, why, and how sure that is."""
    rows = []
    several = len(held.book.grids) > 1
    for grid in held.book.grids:
        head = head_of(grid)
        if head is None:
            continue
        sheet = next((item for item in held.mapping.sheets if item.sheet == grid.name), None)
        for name in head.names:
            examples = " · ".join(head.examples(name, _EXAMPLES))
            means, why, sure = _taken_for(held.mapping, sheet, grid.name, name)
            row = {"In your file": name, "For example": examples, "Is taken for": means, "Why": why, "How sure": sure}
            rows.append({"Sheet": grid.name, **row} if several else row)
    return pd.DataFrame(rows)


def _taken_for(mapping: CohortMapping, sheet: SheetMapping | None, grid: str, name: str) -> tuple[str, str, str]:
    told = [guess for guess in mapping.guesses if (guess.sheet, guess.column) == (grid, name)]
    used = [] if sheet is None else edit.uses(sheet, name)
    when = sheet is not None and any(name in block.when for block in sheet.blocks)
    if not used and not when:
        return NOTHING, "", ""
    names = () if sheet is None else edit.labels(sheet)
    means = dict.fromkeys(
        target if target == edit.ID else OWN if target not in BY_NAME else f"{names[block]}: {target}"
        for block, target in used
    )
    said = [*means, *(["which kind of fact a row is"] if when else [])]
    shown = "; ".join(said[:4]) + (f" and {len(said) - 4} more" if len(said) > 4 else "")
    return shown, "; ".join(dict.fromkeys(guess.why for guess in told)), _sure(told)


def _sure(told: list) -> str:  # type: ignore[type-arg]
    order = ("unsure", "likely", "exact")
    found = [sure for sure in order if any(guess.sure == sure for guess in told)]
    return SURE[found[0]] if found else "you said so"


def _columns(held: Waiting) -> None:
    table = column_table(held)
    unused = int((table["Is taken for"] == NOTHING).sum()) if len(table) else 0
    say.strong(f"{counted(len(table), 'column')}, {unused:,} not used")
    exhibit.table("columns_of_file", table, height="content" if len(table) <= 14 else 540)


def _change_one(held: Waiting) -> None:
    """Say of one column what it is instead."""
    with st.expander("Change what a column means"):
        sheets = {sheet.sheet: sheet for sheet in held.mapping.sheets}
        places = [(name, column) for name in sheets for column in held.mapping.headers.get(name, ())]
        words = [escape_markdown(column if len(sheets) == 1 else f"{name}: {column}") for name, column in places]
        picked = st.selectbox("Column", words, index=None, key="map_column", placeholder="choose a column")
        if picked is None:
            return
        name, column = places[words.index(picked)]
        sheet = sheets[name]
        blocks = [*edit.labels(sheet)]
        more = [f"a new fact of kind {kind}" for kind in KINDS if kind != "patient" or "patient" not in blocks]
        kind = st.selectbox("It belongs to", [NOTHING, OWN, *blocks, *more], index=None, key="map_kind",
                            placeholder="choose")  # fmt: skip
        if kind is None:
            return
        target = None
        if kind not in (NOTHING, OWN):
            record = kind.rsplit(" ", 1)[-1] if kind in more else sheet.blocks[blocks.index(kind)].record
            target = st.selectbox("as", edit.targets(record), index=None, key="map_target", placeholder="choose",
                                  format_func=lambda item: f"{item}: {BY_NAME[item].label}")  # fmt: skip
        ready = kind in (NOTHING, OWN) or target is not None
        st.button("Change it", key="map_change", disabled=not ready, on_click=_changed,
                  args=(held, name, column, kind, target, blocks, more))  # fmt: skip


def _changed(
    held: Waiting, name: str, column: str, kind: str, target: str | None, blocks: list[str], more: list[str]
) -> None:
    mapping = held.mapping
    if kind == NOTHING:
        change(edit.unused(mapping, name, column))
    elif kind == OWN:
        change(edit.own(mapping, name, column))
    elif target is not None:
        at = len(blocks) if kind in more else blocks.index(kind)
        if kind in more:
            mapping = edit.new_block(mapping, name, kind.rsplit(" ", 1)[-1])
        change(edit.means(mapping, name, column, at, target))


def _outcome(held: Waiting, use: Callable[[Intake], None]) -> None:
    """What the file would become, and the buttons that end it."""
    shown = preview()
    if shown is None:
        return
    say.strong("What it would become")
    if shown.cohort is not None:
        cohort = shown.cohort
        facts = f"{counted(len(cohort.infection), 'infection')}, {counted(len(cohort.ivig), 'IVIG row')}"
        say.line(f"{counted(len(cohort), 'patient')}, {facts}, {counted(len(cohort.lab), 'laboratory value')}.")
    if shown.ledger is not None:
        exhibit.sentences(shown.ledger.sentences())
        if len(shown.ledger.left_out):
            exhibit.download("left_out", shown.ledger.left_out, "Download what was left out (CSV)", "left-out.csv")
    problems(shown, "waiting")
    open_ = bool(held.mapping.questions) or any(guess.sure == "unsure" for guess in held.mapping.guesses)
    with st.container(horizontal=True):
        st.button("Use it like this", key="map_use", type="primary", disabled=open_ or shown.cohort is None,
                  on_click=_use, args=(shown, use))  # fmt: skip
        st.download_button(
            "Save this mapping (JSON)", lambda: as_json(held.mapping).encode(), "mapping.json", "application/json",
            key="map_save", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        st.button("Let the file go", key="map_discard", on_click=discard)
    if open_:
        say.small("Settle the points above first.")


def _use(shown: Intake, use: Callable[[Intake], None]) -> None:
    keep()
    use(shown)
    discard()
