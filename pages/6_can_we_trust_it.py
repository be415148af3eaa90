"""Can we trust it? The ratio under other settings and models, checks with a verdict each, and who is left out."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.trust.tables import attrition_table
from ivig_core.study.attrition import attrition, flow
from ivig_core.study.describe import sentence
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.navigation import framed
from pages.shell.page import head, study_or_reason
from pages.shell.panel import panel
from pages.trust import checks as trust_checks
from pages.trust import hidden as trust_hidden
from pages.trust import null as trust_null
from pages.trust import sensitivity as trust_sensitivity

SENSITIVITY = "Rate ratio on against off IVIG: each line changes one thing about the settings in force."
NOTHING = "How far from 1 the ratio would be with no effect at all, because IVIG is started after infections."
CHECKS = "Each check asks one question of the data. None of them can prove that a ratio is right."
HIDDEN = "How strong something not recorded, or how wrong the file, would have to be to undo the answer."
STEPS = "trust_steps"
LEFT_OUT = "What each step of the analysis leaves, and what it leaves out."


def page() -> None:
    """Range and sensitivity first, then the checks that fired; what takes longer is behind a click."""
    head("Can we trust it?")
    if study_or_reason() is None:
        return
    _sensitivity()
    _checks()
    _nothing()
    _hidden()
    _attrition()


@st.fragment
def _sensitivity() -> None:
    """A fragment: another tab, or more models, redraw only this panel."""
    with panel("Does the ratio hold?", SENSITIVITY, headed=not session.presenting()):
        held, spec = session.current(), session.spec()
        if held is not None:
            trust_sensitivity.show(held.study, spec)


@st.fragment
def _nothing() -> None:
    """A fragment: simulating redraws only this panel, and the rest of the page can be used meanwhile."""
    with panel("If IVIG did nothing", NOTHING):
        held, spec = session.current(), session.spec()
        if held is not None:
            trust_null.show(held.study, spec)


@st.fragment
def _checks() -> None:
    """A fragment: opening a check makes its figure and nothing else."""
    with panel("Checks", CHECKS):
        held, spec = session.current(), session.spec()
        if held is not None:
            trust_checks.show(held.study, spec)


@st.fragment
def _hidden() -> None:
    """A fragment: its numbers are searched for when they are asked for."""
    with panel("A hidden cause, or wrong records", HIDDEN):
        held, spec = session.current(), session.spec()
        if held is not None:
            trust_hidden.show(held.study, spec)


@st.fragment
def _attrition() -> None:
    """A fragment: the steps are counted when their box is opened."""
    with panel("Who is analysed", LEFT_OUT):
        held, spec = session.current(), session.spec()
        if held is None:
            return
        say.small(f"Analysed: {sentence(spec)}")
        box = st.expander(escape_markdown("The steps"), key=STEPS, on_change="rerun")
        if box.open:
            with box:
                steps = session.once(
                    "flow", *session.rate_parts(spec), make=lambda: flow(attrition(held.study, spec))
                )  # fmt: skip
                exhibit.table("attrition", attrition_table(steps), steps)


framed(page)
