"""Published evidence: what studies print, the loaded cohort's own beside it, and where the sources disagree."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ivig_core.evidence.statement import AROUND, GIVEN, IVIG
from ivig_core.evidence.statements import statements
from ivig_core.figures.evidence.words import finding
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from pages.evidence import disagree, ratios, wider
from pages.shell import say, session
from pages.shell.escape import escape_markdown
from pages.shell.navigation import framed
from pages.shell.page import head, study_or_reason
from pages.shell.panel import guard, panel
from pages.slides import around

NAME, KEY = "Published evidence", "views_evidence"
HELP = "Numbers as the sources print them, each with where it stands. None of the studies was randomised."
NOT_OWN = "The cohort's own ratios beside these are computed from exact counts and not shown in share mode."
VIEWS: dict[str, Callable[[Study | None, AnalysisSpec], None]] = {
    "On against off IVIG": lambda study, spec: ratios.show(IVIG, study, spec),
    "Before IVIG, low IgG": lambda study, spec: ratios.show(AROUND, study, spec),
    "Who was given IVIG": lambda study, spec: ratios.show(GIVEN, study, spec),
    "Where sources disagree": lambda _study, _spec: disagree.show(),
    "Opinion and sources": lambda _study, _spec: wider.show(),
}


def page() -> None:
    """What is published is shown with any cohort, and without one."""
    head(finding(statements(IVIG)))
    study = study_or_reason()
    if session.sharing():
        say.note(NOT_OWN)
    _views(study is not None and not session.sharing())


@st.fragment
def _views(beside: bool) -> None:
    """A fragment: another view or filter redraws only this panel. `beside`: whether there are patients to compare."""
    with panel(NAME, HELP, headed=not session.presenting()):
        held, spec = session.current(), session.spec()
        study = held.study if held is not None and beside else None
        tabs = st.tabs([escape_markdown(title) for title in VIEWS], key=KEY, on_change="rerun")
        at = next((at for at, tab in enumerate(tabs) if tab.open), 0)
        around.begin()
        with tabs[at], guard("this view"):
            list(VIEWS.values())[at](study, spec)


framed(page)
