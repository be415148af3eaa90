"""Which patients: filters on what was known at the start, built by choosing, never by typing a formula."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.figures.groups import variable_name
from ivig_core.persontime.baseline import baseline_columns, baseline_values
from ivig_core.spec import Condition, ExposureSpec
from ivig_core.spec.words import help_line
from pages.shell import say, session
from pages.shell.controls import IN_FORCE, Desk
from pages.shell.escape import escape_markdown
from pages.shell.words import condition_text

COLUMN, VALUES, SIGN, NUMBER = "filter_column", "filter_values", "filter_sign", "filter_number"
SIGNS = (">=", "<", "=")
MOST_VALUES = 200


def patient_filter(held: session.Held, desk: Desk = IN_FORCE) -> None:
    """A popover with the conditions of the settings on `desk`, and one more to choose."""
    where = desk.spec().selection.where
    shown = " and ".join(map(condition_text, where)) or "all"
    with st.popover(escape_markdown(f"Patients: {_short(shown)}"), width="stretch", help=escape_markdown(_help())):
        for item in where:
            st.button(
                escape_markdown(f"{condition_text(item)}  ✕"),
                key=_key(desk, f"remove_{item}"),
                on_click=_remove,
                args=(desk, item),
                width="stretch",
            )
        _add(held, desk)


def _key(desk: Desk, name: str) -> str:
    return name if desk is IN_FORCE else f"{desk.key}_{name}"


def _add(held: session.Held, desk: Desk) -> None:
    exposure = desk.spec().exposure
    # A file may have hundreds of columns: they are looked through once a cohort, not at every setting.
    read = exposure.igg_blank_heavy_chain
    choices = held.study.once("filters", read, make=lambda: _choices(held, exposure))
    if not choices:
        say.small("This cohort records nothing about patients at the start.")
        return
    column = st.selectbox(
        "Only patients with", list(choices), None, format_func=variable_name, key=_key(desk, COLUMN),
        placeholder="choose …",
    )  # fmt: skip
    if column is None:
        return
    offered = choices[column]
    if isinstance(offered, float):
        _number(desk, column, offered)
        return
    st.multiselect("is any of", offered, key=_key(desk, f"{VALUES}_{column}"))
    st.button("Add", on_click=_add_values, args=(desk, column), type="primary", key=_key(desk, "filter_add"))


def _choices(held: session.Held, exposure: ExposureSpec) -> dict[str, list[str] | float]:
    """What can be chosen of each variable with a known value: its values, or the median of a number."""
    known = {name: baseline_values(held.cohort, name, exposure).dropna() for name in baseline_columns(held.cohort)}
    return {
        name: float(values.median()) if pd.api.types.is_numeric_dtype(values) else sorted(values.unique())[:MOST_VALUES]
        for name, values in known.items()
        if len(values)
    }


def _number(desk: Desk, column: str, middle: float) -> None:
    sign, number = st.columns([1, 2])
    sign.selectbox("is", SIGNS, key=_key(desk, SIGN), format_func=lambda sign: sign.replace(">=", "≥"))
    number.number_input("value", value=middle, key=_key(desk, f"{NUMBER}_{column}"))
    st.button("Add", on_click=_add_number, args=(desk, column), type="primary", key=_key(desk, "filter_add"))


def _add_values(desk: Desk, column: str) -> None:
    chosen = st.session_state.get(_key(desk, f"{VALUES}_{column}")) or []
    if chosen:
        _append(desk, Condition(column, "=", tuple(chosen)))


def _add_number(desk: Desk, column: str) -> None:
    number = st.session_state[_key(desk, f"{NUMBER}_{column}")]
    _append(desk, Condition(column, st.session_state[_key(desk, SIGN)], (f"{number:g}",)))


def _append(desk: Desk, item: Condition) -> None:
    desk.change(where=tuple(dict.fromkeys((*desk.spec().selection.where, item))))
    st.session_state[_key(desk, COLUMN)] = None


def _remove(desk: Desk, item: Condition) -> None:
    desk.change(where=tuple(other for other in desk.spec().selection.where if other != item))


def _short(text: str, longest: int = 30) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _help() -> str:
    return help_line("where")
