"""Which patients: filters on what was known at the start, built by choosing, never by typing a formula."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.figures.groups import variable_name
from ivig_core.persontime.baseline import baseline_columns, baseline_values
from ivig_core.spec import Condition, ExposureSpec
from ivig_core.spec.words import help_line
from pages.shell import say, session
from pages.shell.escape import escape_markdown
from pages.shell.words import condition_text

COLUMN, VALUES, SIGN, NUMBER = "filter_column", "filter_values", "filter_sign", "filter_number"
SIGNS = (">=", "<", "=")
MOST_VALUES = 200


def patient_filter(held: session.Held) -> None:
    """The popover of the sidebar: conditions in force, and one more."""
    where = session.spec().selection.where
    shown = " and ".join(map(condition_text, where)) or "all"
    with st.popover(escape_markdown(f"Patients: {_short(shown)}"), width="stretch", help=escape_markdown(_help())):
        for item in where:
            st.button(
                escape_markdown(f"{condition_text(item)}  ✕"),
                key=f"remove_{item}",
                on_click=_remove,
                args=(item,),
                width="stretch",
            )
        _add(held)


def _add(held: session.Held) -> None:
    exposure = session.spec().exposure
    # A file may have hundreds of columns: they are looked through once a cohort, not at every setting.
    read = exposure.igg_blank_heavy_chain
    choices = held.study.once("filters", read, make=lambda: _choices(held, exposure))
    if not choices:
        say.small("This cohort records nothing about patients at the start.")
        return
    column = st.selectbox(
        "Only patients with", list(choices), None, format_func=variable_name, key=COLUMN, placeholder="choose …"
    )
    if column is None:
        return
    offered = choices[column]
    if isinstance(offered, float):
        _number(column, offered)
        return
    st.multiselect("is any of", offered, key=f"{VALUES}_{column}")
    st.button("Add", on_click=_add_values, args=(column,), type="primary")


def _choices(held: session.Held, exposure: ExposureSpec) -> dict[str, list[str] | float]:
    """What can be chosen of each variable with a known value: its values, or the median of a number."""
    known = {name: baseline_values(held.cohort, name, exposure).dropna() for name in baseline_columns(held.cohort)}
    return {
        name: float(values.median()) if pd.api.types.is_numeric_dtype(values) else sorted(values.unique())[:MOST_VALUES]
        for name, values in known.items()
        if len(values)
    }


def _number(column: str, middle: float) -> None:
    sign, number = st.columns([1, 2])
    sign.selectbox("is", SIGNS, key=SIGN, format_func=lambda sign: sign.replace(">=", "≥"))
    number.number_input("value", value=middle, key=f"{NUMBER}_{column}")
    st.button("Add", on_click=_add_number, args=(column,), type="primary")


def _add_values(column: str) -> None:
    chosen = st.session_state.get(f"{VALUES}_{column}") or []
    if chosen:
        _append(Condition(column, "=", tuple(chosen)))


def _add_number(column: str) -> None:
    number = st.session_state[f"{NUMBER}_{column}"]
    _append(Condition(column, st.session_state[SIGN], (f"{number:g}",)))


def _append(item: Condition) -> None:
    session.change(where=tuple(dict.fromkeys((*session.spec().selection.where, item))))
    st.session_state[COLUMN] = None


def _remove(item: Condition) -> None:
    session.change(where=tuple(other for other in session.spec().selection.where if other != item))


def _short(text: str, longest: int = 30) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _help() -> str:
    return help_line("where")
