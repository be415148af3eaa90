"""One widget per setting, made from what the setting is; the spec is the truth, a widget only shows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from ivig_core.spec import SETTINGS, DayFilter
from ivig_core.spec.kinds import Choice, Choices, Flag, RisingWholes, Whole
from ivig_core.spec.words import NOTHING_CHOSEN, WORDS, help_line, value_words
from pages.shell import session
from pages.shell.escape import escape_markdown

GRADES = (1, 2, 3, 4, 5)
SURVIVAL, CHANGED = "survival_panel", "changed_settings_list"
"""Fragments that are drawn alone when a setting of survival changes: its panel, and the list of changed settings."""


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


def choice(name: str, options: tuple[Any, ...], words: Callable[[Any], str] | None = None) -> None:
    """A setting whose options depend on the cohort, as one of a list; `words` says what an option is called."""
    value = session.spec().get(name)
    _select(name, options if value in options else (*options, value), words)


def slider(name: str, low: int, high: int) -> None:
    """A whole number to be moved between `low` and `high`, and further where the setting already lies outside."""
    value = session.spec().get(name)
    st.slider(min_value=min(low, value), max_value=max(high, value), step=1, **_common(name, value))


def day_filters() -> tuple[DayFilter, ...]:
    """Filters on days that can be chosen: disease phase, and functional IgG at the cut-offs in force."""
    phases = [DayFilter("phase", value) for value in ("nonprogressive", "progressive", "unknown")]
    cuts = session.spec().exposure.igg_cuts
    levels = [DayFilter("igg", f"{sign}{cut}") for cut in cuts for sign in ("<", ">=")]
    return (*phases, *levels, DayFilter("igg", "unknown"))


def _select(name: str, options: tuple[Any, ...], words: Callable[[Any], str] | None = None) -> None:
    words = words or partial(value_words, name)
    value = session.spec().get(name)
    st.selectbox(options=options, format_func=words, placeholder=words(None), **_common(name, value))


def _multiselect(name: str, options: tuple[Any, ...]) -> None:
    chosen = session.spec().get(name)
    st.multiselect(
        options=(*options, *(item for item in chosen if item not in options)),
        format_func=partial(value_words, name),
        placeholder=NOTHING_CHOSEN[name],
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
    told = bool(session.messages())
    session.change(**{name: _plain(st.session_state[f"setting_{name}"])})
    if hasattr(session.spec().survival, name):
        # Messages, and the settings of a presented page, stand outside the fragments.
        everything = told or session.messages() or session.presenting()
        st.rerun("app" if everything else [SURVIVAL, CHANGED])


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
