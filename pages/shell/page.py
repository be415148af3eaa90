"""Head of a page: its title, the synthetic stamp, messages, and whether there is anything to analyse."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date

import streamlit as st

from ivig_core.errors import IvigError
from ivig_core.figures.theme import SYNTHETIC
from ivig_core.spec import AnalysisSpec
from ivig_core.study.describe import sentence
from ivig_core.study.study import Study
from pages.share.mode import switch as sharing_switch
from pages.shell import say, session
from pages.shell.loading import arrived
from pages.shell.panel import guard
from pages.shell.presentation import Subject, subject, switch

SUBJECT = "page_subject"


def messages() -> None:
    """What the reader has to be told about settings and files, above everything else."""
    told = session.messages()
    for text in told:
        say.warning(text)
    if told:
        st.button("Got it", key="messages_read", on_click=session.clear_messages)


def head(title: str, about: Subject | None = None) -> None:
    """Title of the page, beside it the stamp of simulated patients and the buttons for sharing and presenting.

    `about`: what the page is about, where that is not the cohort in force.
    """
    arrived()
    st.session_state[SUBJECT] = about
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        say.title(title)
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall"):
            held = session.current()
            if about.synthetic if about is not None else held is not None and held.cohort.synthetic:
                st.badge(
                    "SYNTHETIC",
                    color="orange",
                    help="Simulated patients. They show what the dashboard does and confirm no published result.",
                )
            sharing_switch()
            switch()
    subject(about)


def printed_foot() -> None:
    """On paper alone, at the foot of the page: what was analysed, by which settings, and the day of printing."""
    held, about = session.current(), st.session_state.pop(SUBJECT, None)
    if about is None and held is not None:
        about = Subject(held.name, held.cohort.synthetic, sentence(session.spec()))
    if about is not None:
        stamp = f"{SYNTHETIC}: simulated patients. " if about.synthetic else ""
        with st.container(key="print_foot"):
            say.small(f"{about.name}. {stamp}{about.settings} Printed {date.today():%Y-%m-%d}.")


def titled(name: str, finding: Callable[[Study, AnalysisSpec], str]) -> Study | None:
    """Head of a page with its finding as title, or with its `name` where nobody is analysed; what is analysed.

    A finding that cannot be told leaves the name, and the rest of the page says why.
    """
    title, held, spec = name, session.current(), session.spec()
    with suppress(IvigError):
        if held is not None and len(held.study.cohort(spec)):
            study = held.study
            title = session.once("title", name, spec, make=lambda: finding(study, spec))
    head(title)
    return study_or_reason()


def study_or_reason() -> Study | None:
    """The analyses of the cohort in force; None, with a sentence and one button, where there is nobody to analyse."""
    held = session.current()
    if held is None:
        say.note("No cohort is loaded. Open Data and choose a sample or your own file.")
        return None
    with guard("the choice of patients"):
        if len(held.study.cohort(session.spec())):
            return held.study
        say.note("No patient of this cohort meets the filters.")
        st.button("Remove the filters on patients", on_click=session.reset, args=("where",), type="primary")
    return None
