"""Presentation mode: larger type, no sidebar, the pages in a row on top, and one small button that leads back.

Pages draw their figures with `presentation=session.presenting()`; everything else happens here and in the frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.share.mode import patients
from pages.shell import say, session
from pages.shell.words import chip_text

EVERYWHERE = Path(__file__).with_name("everywhere.css")
PRESENTED = Path(__file__).with_name("presentation.css")
"""Our own constant rules: the only markup that a page sends, and no word of a file is in it."""


def dress() -> None:
    """Rules of look that the theme has no setting for; larger type where the page is presented."""
    st.html(EVERYWHERE)
    if session.presenting():
        st.html(PRESENTED)


def switch() -> None:
    """The button at the head of every page. It runs the whole app again, also where the head is in a fragment."""
    if session.presenting():
        pressed = st.button(
            "Leave presentation", key="present_off", type="tertiary", icon=":material/close_fullscreen:"
        )  # fmt: skip
    else:
        pressed = st.button(
            "Present", key="present_on", type="tertiary", icon=":material/present_to_all:",
            help="Larger type, without the sidebar.",
        )  # fmt: skip
    if pressed:
        session.present(not session.presenting())
        st.rerun()


@contextmanager
def as_presented() -> Iterator[None]:
    """Figures are drawn as for a room in here."""
    before = session.presenting()
    session.present(True)
    try:
        yield
    finally:
        session.present(before)


def places() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the controls of a panel stand and where its figure: before a room the figure comes first."""
    first, second = st.container(), st.container()
    return (second, first) if session.presenting() else (first, second)


class Subject(NamedTuple):
    """What a page is about that is not about the cohort in force: its name, whether its patients are simulated, and its
    settings in a sentence."""

    name: str
    synthetic: bool
    settings: str


def subject(about: Subject | None = None) -> None:
    """What the room looks at: `about`, or what otherwise stands in the sidebar, the cohort and the changed settings."""
    held = session.current()
    if not session.presenting():
        return
    if about is not None:
        say.small(f"{about.name}. {about.settings}")
    elif held is not None:
        say.small(_cohort(held.name, len(held.cohort)))


def _cohort(name: str, number: int) -> str:
    spec = session.spec()
    changed = "; ".join(chip_text(spec, setting) for setting in spec.changed)
    text = f"{name}, {patients(number)}"
    return f"{text}. Changed settings: {changed}." if changed else f"{text}. All settings at their default."
