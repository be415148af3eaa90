"""One widget per setting, made from what the setting is; the spec is the truth, a widget only shows it."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from ivig_core.spec import SETTINGS, DayFilter
from ivig_core.spec.settings import Choice, Choices, Flag, RisingWholes, Whole
from ivig_core.spec.words import WORDS, help_line, value_words
from pages.components import session
from pages.components.escape import escape_markdown

GRADES = (1, 2, 3, 4, 5)
EMPTY = {"adjust_for": "nothing", "within": "all days"}


def control(name: str) -> None:
    """The widget of a setting."""
    kind = SETTINGS[name].metadata["kind"]
    if name in {"min_grade", "max_grade"}:
        _select(name, GRADES if name == "min_grade" else (None, *GRADES))
    elif name == "within":
        _multiselect(name, day_filters())
    elif isinstance(kind, Flag):
        st.toggle(**_common(name, session.spec().get(name)))
    elif isinstance(kind, Choice):
        _select(name, (None, *kind.options) if kind.optional else kind.options)
    elif isinstance(kind, Choices):
        _multiselect(name, kind.options)
    elif isinstance(kind, Whole):
        st.number_input(min_value=kind.low, max_value=kind.high, step=1, **_common(name, session.spec().get(name)))
    elif isinstance(kind, RisingWholes):
        text = ", ".join(str(item) for item in session.spec().get(name))
        st.text_input(placeholder="none", **_common(name, text))
    else:
        raise TypeError(f"no widget for {name}")


def choice(name: str, options: tuple[Any, ...]) -> None:
    """A setting whose options depend on the cohort, as one of a list."""
    value = session.spec().get(name)
    _select(name, options if value in options else (*options, value))


def day_filters() -> tuple[DayFilter, ...]:
    """Filters on days that can be chosen: disease phase, and functional IgG at the cut-offs in force."""
    phases = [DayFilter("phase", value) for value in ("nonprogressive", "progressive", "unknown")]
    cuts = session.spec().exposure.igg_cuts
    levels = [DayFilter("igg", f"{sign}{cut}") for cut in cuts for sign in ("<", ">=")]
    return (*phases, *levels, DayFilter("igg", "unknown"))


def _select(name: str, options: tuple[Any, ...]) -> None:
    words = partial(value_words, name)
    value = session.spec().get(name)
    st.selectbox(options=options, format_func=words, placeholder=words(None), **_common(name, value))


def _multiselect(name: str, options: tuple[Any, ...]) -> None:
    chosen = session.spec().get(name)
    st.multiselect(
        options=(*options, *(item for item in chosen if item not in options)),
        format_func=partial(value_words, name),
        placeholder=EMPTY.get(name, "all"),
        **_common(name, list(chosen)),
    )


def _common(name: str, value: Any) -> dict[str, Any]:
    """What every widget gets. Its state is set from the spec on every run, so that no two can disagree."""
    key = f"setting_{name}"
    st.session_state[key] = value
    return {
        "label": escape_markdown(WORDS[name].label),
        "help": escape_markdown(help_line(name)),
        "key": key,
        "on_change": _changed,
        "args": (name,),
    }


def _changed(name: str) -> None:
    session.change(**{name: _plain(st.session_state[f"setting_{name}"])})


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
