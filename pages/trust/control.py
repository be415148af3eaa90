"""The negative control: the user chooses infections that IVIG should not change, and sees their ratio."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.trust.tables import control_table
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.words import value_words
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.negative_control import SUGGESTION, Control, available, control_ratio
from pages.shell import exhibit, say
from pages.shell.escape import escape_markdown

PATHOGENS, SITES = "trust_pathogens", "trust_sites"
NOTHING = "No infection of this cohort has a recorded pathogen or site to choose by."


def chosen(study: Study, spec: AnalysisSpec) -> Control:
    """The choice of this session, without what the cohort does not have."""
    pathogens, sites = available(study, spec)
    return Control(_kept(PATHOGENS, pathogens), _kept(SITES, sites))


def show(study: Study, spec: AnalysisSpec, control: Control) -> None:
    """How to choose, the choice, and the ratio."""
    pathogens, sites = available(study, spec)
    say.line(SUGGESTION)
    if not pathogens and not sites:
        say.note(NOTHING)
        return
    left, right = st.columns(2)
    with left:
        _choose("Pathogen", PATHOGENS, pathogens)
    with right:
        _choose("Site", SITES, sites)
    if control:
        row = control_ratio(study, spec, control)
        exhibit.table("negative_control", control_table(row), row.to_frame().T)
        if row["note"]:
            say.small(say.as_sentence(str(row["note"])))


def _choose(label: str, key: str, options: tuple[str, ...]) -> None:
    st.session_state[key] = list(_kept(key, options))
    st.multiselect(
        escape_markdown(label), options, key=key, persist_state="session", placeholder="none chosen",
        format_func=lambda name: value_words("sites", name).capitalize(),
    )  # fmt: skip


def _kept(key: str, options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in st.session_state.get(key, ()) if name in options)
