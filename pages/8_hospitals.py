"""Hospitals: one ratio from the files of several, the file of this one, and what a file tells."""

from __future__ import annotations

import streamlit as st

from ivig_core.errors import IvigError
from pages.hospitals import answer, held, listing, make, officer, rounds
from pages.shell import say, session
from pages.shell.navigation import framed
from pages.shell.page import head
from pages.shell.panel import guard, panel

NAME = "Hospitals"
WHAT = (
    "Several hospitals can answer the question together without sharing a row: each makes a small file of its cohort. "
    "The likelihood of patients compared with themselves adds over hospitals, so the files give the ratio that all "
    "patients in one table would give. Load the files here, or make the one of this hospital."
)


def page() -> None:
    """The answer first, then the files, the file of this hospital, and what a data protection officer asks."""
    title = NAME
    pooled = None
    try:
        pooled = held.pooled() if held.files() else None
        title = answer.title(pooled) if pooled is not None and answer.shown(pooled) else NAME
    except IvigError as reason:
        head(NAME)
        say.warning(str(reason))
    else:
        head(title, None if pooled is None else answer.subject(pooled))
    if pooled is None:
        say.line(WHAT)
    else:
        with panel("What the hospitals say together", headed=False):
            answer.panel(pooled)
        if session.presenting():
            # A room looks at the answer, not at files.
            return
    with panel("Files of the hospitals"):
        listing.panel()
    with panel("Make the file of this hospital", make.HELP):
        make.panel()
    with guard("the rounds"):
        rounds.panel()
    with st.container(border=True), guard("what a file tells"):
        officer.panel()


framed(page)
