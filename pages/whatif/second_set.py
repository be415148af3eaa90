"""A second set of settings beside those in force: what is compared with them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ivig_core.errors import SpecError
from ivig_core.spec import AnalysisSpec
from pages.shell import session

FIRST_QUESTION = 60
"""Days before the first dose that are kept apart in it until it is changed."""


def second() -> AnalysisSpec:
    """Settings that are compared with those in force: what a page or the address has set, else the first question that
    a reader has, the days before the first dose."""
    kept = st.session_state.get(session.SECOND)
    if kept is None:
        apart = 0 if session.spec().exposure.pre_exposure_days == FIRST_QUESTION else FIRST_QUESTION
        return session.spec().change(pre_exposure_days=apart)
    return kept


def change_second(**settings: Any) -> None:
    """Change settings of the second set; one that is not allowed leaves all as they were and says why."""
    session.clear_messages()
    try:
        st.session_state[session.SECOND] = second().change(**settings)
    except SpecError as error:
        session.tell(session.not_changed(error))


def use(first: AnalysisSpec, other: AnalysisSpec) -> None:
    """Both sets at once, each without what does not fit the cohort, which is said."""
    session.clear_messages()
    st.session_state[session.SPEC], st.session_state[session.SECOND] = first, other
    session.fit_to_cohort()
