"""Who was given IVIG: patients at the start with and without it, and what goes with a sooner first dose."""

from __future__ import annotations

import streamlit as st

from pages.given import who_was_given
from pages.given.title import given_title
from pages.shell import session
from pages.shell.navigation import framed
from pages.shell.page import titled
from pages.shell.panel import panel


def page() -> None:
    """Table 1 with hazard ratios of a first dose, and the model of several variables."""
    if titled(who_was_given.TITLE, given_title) is not None:
        _patients()


@st.fragment
def _patients() -> None:
    """A fragment: another spread or variable redraws only this panel."""
    with panel(who_was_given.TITLE, who_was_given.HELP, headed=not session.presenting()):
        held, spec = session.current(), session.spec()
        if held is not None:
            who_was_given.show(held.study, spec)


framed(page)
