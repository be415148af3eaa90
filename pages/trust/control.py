"""Negative controls: the user chooses infections that IVIG should not change, and sees a ratio of each."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.trust.control_words import (
    CALIBRATED,
    calibration_sentence,
    calibration_table,
    control_table,
)
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.words import value_words
from ivig_core.study.study import Study
from ivig_core.study.trust.calibration import calibration
from ivig_core.study.trust.checks.negative_control import SUGGESTION, Control, available, control_rows, controls_of
from pages.shell import exhibit, say
from pages.shell.escape import escape_markdown

PATHOGENS, SITES = "trust_pathogens", "trust_sites"
NOTHING = "No infection of this cohort has a recorded pathogen or site to choose by."
EACH = "Each pathogen and each site is a control of its own, with a ratio of its own."


def chosen(study: Study, spec: AnalysisSpec) -> tuple[Control, ...]:
    """The choice of this session, without what the cohort does not have."""
    pathogens, sites = available(study, spec)
    return controls_of(_kept(PATHOGENS, pathogens), _kept(SITES, sites))


def show(study: Study, spec: AnalysisSpec, controls: tuple[Control, ...]) -> None:
    """How to choose, the choice, a ratio each, and the headline calibrated by them or why it is not."""
    pathogens, sites = available(study, spec)
    say.line(f"{SUGGESTION} {EACH}")
    if not pathogens and not sites:
        say.note(NOTHING)
        return
    left, right = st.columns(2)
    with left:
        _choose("Pathogens", PATHOGENS, pathogens)
    with right:
        _choose("Sites", SITES, sites)
    if not controls:
        return
    rows = control_rows(study, spec, controls)
    exhibit.table("negative_control", control_table(rows), rows)
    exhibit.remarks(rows["control"].str.capitalize().tolist(), rows["note"].tolist())
    found = calibration(study, spec, controls)
    table = calibration_table(found)
    say.line(calibration_sentence(found))
    if len(table):
        exhibit.table("calibration", table)
        say.small(CALIBRATED)


def _choose(label: str, key: str, options: tuple[str, ...]) -> None:
    st.session_state[key] = list(_kept(key, options))
    st.multiselect(
        escape_markdown(label), options, key=key, persist_state="session", placeholder="none chosen",
        format_func=lambda name: value_words("sites", name).capitalize(),
    )  # fmt: skip


def _kept(key: str, options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in st.session_state.get(key, ()) if name in options)
