"""One widget per setting, made from what the setting is; the spec is the truth, a widget only shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from ivig_core.spec import SETTINGS, AnalysisSpec, DayFilter
from ivig_core.spec.kinds import Choice, Choices, Flag, RisingWholes, Whole
from ivig_core.spec.words import NOTHING_CHOSEN, WORDS, help_line, value_words
from pages.shell import session
from pages.shell.escape import escape_markdown

GRADES = (1, 2, 3, 4, 5)
SURVIVAL, CHANGED = "survival_panel", "changed_settings_list"
"""Fragments that are drawn alone when a setting of survival changes: its panel, and the list of changed settings."""


@dataclass(frozen=True)
class Desk:
    """Where settings lie that widgets show and change: those in force, or a second set beside them.

    `key` begins the keys of its widgets. `changed` is called after a change with the name of the setting.
    """

    key: str
    spec: Callable[[], AnalysisSpec]
    change: Callable[..., None]
    changed: Callable[[str], None]


def control(name: str, desk: Desk | None = None) -> None:
    """The widget of a setting."""
    desk = desk or IN_FORCE
    kind = SETTINGS[name].metadata["kind"]
    if name in {"min_grade", "max_grade"}:
        _select(desk, name, GRADES if name == "min_grade" else (None, *GRADES))
    elif name == "within":
        _multiselect(desk, name, day_filters(desk.spec()))
    elif isinstance(kind, Flag):
        st.toggle(**_common(desk, name, desk.spec().get(name)))
    elif isinstance(kind, Choice):
        _select(desk, name, (None, *kind.options) if kind.optional else kind.options)
    elif isinstance(kind, Choices):
        _multiselect(desk, name, kind.options)
    elif isinstance(kind, Whole):
        value = desk.spec().get(name)
        st.number_input(min_value=kind.low, max_value=kind.high, step=1, **_common(desk, name, value))
    elif isinstance(kind, RisingWholes):
        text = ", ".join(str(item) for item in desk.spec().get(name))
        st.text_input(placeholder="none", **_common(desk, name, text))
    else:
        raise TypeError(f"no widget for {name}")


def choice(
    name: str, options: tuple[Any, ...], words: Callable[[Any], str] | None = None, desk: Desk | None = None
) -> None:
    """A setting whose options depend on the cohort, as one of a list; `words` says what an option is called."""
    desk = desk or IN_FORCE
    value = desk.spec().get(name)
    _select(desk, name, options if value in options else (*options, value), words)


def slider(name: str, low: int, high: int) -> None:
    """A whole number to be moved between `low` and `high`, and further where the setting already lies outside."""
    value = session.spec().get(name)
    st.slider(min_value=min(low, value), max_value=max(high, value), step=1, **_common(IN_FORCE, name, value))


def day_filters(spec: AnalysisSpec) -> tuple[DayFilter, ...]:
    """Filters on days that can be chosen: disease phase, and functional IgG at the cut-offs of the settings."""
    phases = [DayFilter("phase", value) for value in ("nonprogressive", "progressive", "unknown")]
    cuts = spec.exposure.igg_cuts
    levels = [DayFilter("igg", f"{sign}{cut}") for cut in cuts for sign in ("<", ">=")]
    return (*phases, *levels, DayFilter("igg", "unknown"))


def _select(desk: Desk, name: str, options: tuple[Any, ...], words: Callable[[Any], str] | None = None) -> None:
    words = words or partial(value_words, name)
    value = desk.spec().get(name)
    st.selectbox(options=options, format_func=words, placeholder=words(None), **_common(desk, name, value))


def _multiselect(desk: Desk, name: str, options: tuple[Any, ...]) -> None:
    chosen = desk.spec().get(name)
    st.multiselect(
        options=(*options, *(item for item in chosen if item not in options)),
        format_func=partial(value_words, name),
        placeholder=NOTHING_CHOSEN[name],
        **_common(desk, name, list(chosen)),
    )


def _common(desk: Desk, name: str, value: Any) -> dict[str, Any]:
    """What every widget gets. Its state is set from the spec on every run, so that no two can disagree."""
    key = f"{desk.key}_{name}"
    st.session_state[key] = value
    return {
        "label": escape_markdown(WORDS[name].label),
        "help": escape_markdown(help_line(name)),
        "key": key,
        "on_change": _change,
        "args": (desk, name),
    }


def _change(desk: Desk, name: str) -> None:
    told = bool(session.messages())
    desk.change(**{name: _plain(st.session_state[f"{desk.key}_{name}"])})
    if told or session.messages():
        # Messages stand outside the fragments.
        st.rerun("app")
    desk.changed(name)


def _redraw(name: str) -> None:
    """A setting of survival redraws two fragments; every other one runs the script again, as a widget does."""
    if hasattr(session.spec().survival, name):
        # The settings of a presented page stand outside the fragments.
        st.rerun("app" if session.presenting() else [SURVIVAL, CHANGED])


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


IN_FORCE = Desk("setting", session.spec, session.change, _redraw)
"""The settings in force, on every page."""
