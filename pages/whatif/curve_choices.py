"""Which values of each choice are combined: a box of controls, all values at first."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ivig_core.spec import AnalysisSpec
from ivig_core.spec.words import WORDS, help_line
from ivig_core.study.trust.rows.adjusted import ADJUSTERS
from ivig_core.study.whatif.curve.choices import Choices
from ivig_core.study.whatif.curve.sentences import choice_words
from pages.shell.escape import escape_markdown

EVERY_SET = "curve_every_set"
HELP = "Every combination of these values is a definition. The settings in force are always among them."
EVERY_SET_HELP = "Otherwise: adjusted for nothing, for each one alone, and for all of them."
BEFORE_LABEL, BEFORE_HELP = (
    "Time before the first dose",
    "Infections may be why IVIG was started: the days before it count, are kept apart, or do not count.",
)


class Control(NamedTuple):
    """A choice: which values are offered, and which are combined at first."""

    name: str
    offered: tuple[Hashable, ...]
    first: tuple[Hashable, ...]


FIRST = Choices()
CONTROLS = (
    Control("window_days", (7, *FIRST.window_days, 60), FIRST.window_days),
    Control("before", (*FIRST.before[:3], (90, False), FIRST.before[3]), FIRST.before),
    Control("dose_day", FIRST.dose_day, FIRST.dose_day),
    Control("episode_gap_days", (*FIRST.episode_gap_days, 28), FIRST.episode_gap_days),
    Control("min_grade", (1, 2, 3, 4), FIRST.min_grade),
    Control("adjusters", ADJUSTERS, FIRST.adjusters),
)


def chosen(spec: AnalysisSpec) -> Choices:
    """The choices as they are set."""
    with st.expander(escape_markdown("Which choices are combined")):
        left, right = st.columns(2)
        values = {
            control.name: _multiselect(left if at % 2 == 0 else right, control) for at, control in enumerate(CONTROLS)
        }
        every = st.toggle(
            "Every set of adjusters", key=EVERY_SET, persist_state="session", help=escape_markdown(EVERY_SET_HELP)
        )
    kept = {
        control.name: tuple(item for item in control.offered if item in values[control.name]) for control in CONTROLS
    }
    return Choices(**_as_set(kept, spec), every_set=every)


def _as_set(kept: dict[str, tuple[Any, ...]], spec: AnalysisSpec) -> dict[str, Any]:
    """The values; grades above the highest that counts are none."""
    highest = spec.endpoint.max_grade
    return {**kept, "min_grade": tuple(grade for grade in kept["min_grade"] if not highest or grade <= highest)}


def _multiselect(place: DeltaGenerator, control: Control) -> list[Any]:
    label, help_text = _texts(control.name)
    return place.multiselect(
        escape_markdown(label), list(control.offered), list(control.first), _words(control.name),
        key=f"curve_{control.name}", help=escape_markdown(help_text), placeholder="only as set",
        persist_state="session",
    )  # fmt: skip


def _texts(name: str) -> tuple[str, str]:
    """Label and help line of a control."""
    if name == "before":
        return BEFORE_LABEL, BEFORE_HELP
    setting = "adjust_for" if name == "adjusters" else name
    return WORDS[setting].label, f"{help_line(setting)} {HELP}"


def _words(name: str) -> Callable[[Any], str]:
    return partial(choice_words, "adjust_for" if name == "adjusters" else name)
