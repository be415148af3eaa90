"""Questions about texts of a column: what each means, which kind of fact it is, day or month first."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.mapping import answer
from ivig_core.cohort.mapping.mapping import Question
from ivig_core.cohort.reading.dates import DateOrder
from pages.data.controls import blocks_of, button, settle
from pages.data.waiting import Waiting
from pages.shell import say
from pages.shell.escape import escape_markdown

ORDERS: tuple[tuple[DateOrder, str], ...] = (
    ("dmy", "Day first: 03/04 is 3 April"),
    ("mdy", "Month first: 03/04 is March 4"),
)
LEAVE_BLANK = "(leave blank)"
NO_FACT = "none: leave these rows out"
_MOST_TEXTS = 30


def order_of_days(_: Waiting, question: Question, number: int) -> None:
    with st.container(horizontal=True):
        for order, words in ORDERS:
            button(words, f"order_{order}_{number}", answer.ordered, order)


def kinds(held: Waiting, question: Question, number: int) -> None:
    """Which kind of fact rows with a text are."""
    kinds = sorted({
        block.record for block in blocks_of(held.mapping, question.sheet) if question.column in block.when
    })  # fmt: skip
    chosen = form(question, number, [*kinds, NO_FACT])
    if chosen is not None:
        told = {text: "" if kind == NO_FACT else kind for text, kind in chosen.items()}
        settle(answer.kinds_of, question.sheet, question.column, told)


def values(held: Waiting, question: Question, number: int) -> None:
    """What each text of a column means."""
    allowed = BY_NAME[question.target].allowed
    chosen = form(question, number, [*allowed, LEAVE_BLANK] if allowed else None, BY_NAME[question.target].type,
                  called_boxes(held, question))  # fmt: skip
    if chosen is None:
        return
    wrong = [text for text in chosen.values() if not allowed and not _fits(question.target, text)]
    if wrong:
        say.warning(f"“{wrong[0]}” is no {_expected(question.target)}. Leave it empty where none is known.")
        return
    values = {text: "" if value == LEAVE_BLANK else value for text, value in chosen.items()}
    settle(answer.with_values, question.sheet, question.column, question.target, values)


def called_boxes(held: Waiting, question: Question) -> dict[str, str]:
    """What the boxes are called that a text is the code or the label of."""
    labels = next((grid.labels for grid in held.book.grids if grid.name == question.sheet), {})
    called: dict[str, str] = {}
    for block in blocks_of(held.mapping, question.sheet):
        item = block.fields.get(question.target)
        if item is not None and question.column in item.boxes:
            called |= {text: labels.get(box, box) for box, text in item.boxes.items()}
    return called


def form(
    question: Question, number: int, options: list[str] | None, kind: str = "", called: Mapping[str, str] | None = None
) -> dict[str, str] | None:
    """One control for each text, and what was chosen once all are; None before that. `called` says more of a text."""
    hint = {"day": "2024-06-30", "number": "a number", "integer": "a number"}.get(kind, "in your own words")
    chosen: dict[str, str | None] = {}
    with st.form(f"values_{number}", border=False):
        for at, text in enumerate(question.texts[:_MOST_TEXTS]):
            more = f" ({called[text]})" if called and called.get(text, text) != text else ""
            label = f"“{text or '(blank)'}”{more} means{_in_what(question.target) if options is None else ''}"
            key = f"value_{number}_{at}"
            if options is None:
                chosen[text] = st.text_input(
                    escape_markdown(label), key=key, placeholder=f"{hint}; empty: leave it out"
                ).strip()
            else:
                chosen[text] = st.selectbox(escape_markdown(label), options, index=None, key=key, placeholder="choose")
        if len(question.texts) > _MOST_TEXTS:
            say.small(f"The first {_MOST_TEXTS} of {len(question.texts):,}; the others follow.")
        if not st.form_submit_button("Use these"):
            return None
    if any(value is None for value in chosen.values()):
        say.warning("Choose a meaning for each of them.")
        return None
    return {text: str(value) for text, value in chosen.items()}


def _in_what(target: str) -> str:
    """In what a number is written, whatever the file's own unit: what is said here is final."""
    ours = BY_NAME.get(target)
    if ours is None or not ours.numeric:
        return ""
    return f" ({ours.label or ours.name}, in {ours.unit})" if ours.unit else f" ({ours.label or ours.name})"


def _fits(target: str, text: str) -> bool:
    ours = BY_NAME[target]
    if not text or ours.type == "text":
        return True
    if ours.numeric:
        try:
            return ours.low <= float(text) <= ours.high
        except ValueError:
            return False
    digits = text.replace("-", "")
    return digits.isdecimal() and ((len(text) == 10 and text[4] == "-" == text[7]) or text == digits)


def _expected(target: str) -> str:
    ours = BY_NAME[target]
    return f"number from {ours.low:g} to {ours.high:g}" if ours.numeric else "date like 2024-06-30, or study day"
