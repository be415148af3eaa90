"""Infection-free survival: time to the first event, in groups fixed before they are compared."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures import survival as draw_survival
from ivig_core.figures.groups import variable_name
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec
from ivig_core.spec.words import value_words
from ivig_core.study.factors import BASELINE_HGG, NOT_OF_PATIENTS
from ivig_core.study.study import Study
from pages.components import exhibit, say, session
from pages.components.controls import SURVIVAL, choice, control, slider
from pages.components.frame import framed
from pages.components.page import head, study_or_reason
from pages.components.panel import guard, panel
from pages.components.presentation import places
from pages.components.survival_tables import curves_table, means_table, medians_table

NO_GROUPS = (*NOT_OF_PATIENTS, BASELINE_HGG)
OTHER_GROUPS = (*IVIG_GROUPS, "none")
LAST_LANDMARK = 180
KAPLAN_MEIER = "Kaplan–Meier: share of patients without the event, over time."
TABS = "tabs_survival"
SHORTER = "Restricted mean"
"""Begin of the remark that the horizon of the mean was cut: it stands beside the mean."""


def page() -> None:
    """One panel: controls, curves, and the numbers beneath them."""
    head("Infection-free survival")
    if study_or_reason() is not None:
        _comparison()


@st.fragment(key=SURVIVAL)
def _comparison() -> None:
    """A fragment: a moved landmark redraws only this panel."""
    with panel("Time to the first event", KAPLAN_MEIER, headed=not session.presenting()):
        held, spec = session.current(), session.spec()
        if held is None:
            return
        session.write_url()
        asked, shown = places()
        with asked:
            _controls(held.study, spec)
        with guard("the curves"):
            tables = held.study.survival(spec)
            with shown:
                _curves(tables, spec)
            if not tables.km.curves.empty:
                _numbers(tables, spec)


def _controls(study: Study, spec: AnalysisSpec) -> None:
    # Baseline variables only: grade or season are no groups of patients.
    own = tuple(name for name in study.factors(spec) if name not in NO_GROUPS)
    event, group, landmark = st.columns([3, 3, 4], gap="medium")
    with event:
        control("survival_event")
    with group:
        choice("survival_group", (*OTHER_GROUPS, *own), _group_words)
    with landmark:
        slider("landmark_day", 0, LAST_LANDMARK)


def _group_words(name: str) -> str:
    return value_words("survival_group", name) if name in OTHER_GROUPS else variable_name(name)


def _curves(tables: object, spec: AnalysisSpec) -> None:
    if tables.km.curves.empty:
        _nobody(tables, spec)
        return
    exhibit.sentences([text for text in tables.notes if not text.startswith(SHORTER)])
    parts = (spec.selection.where, spec.exposure, spec.endpoint, spec.survival)
    exhibit.figure(lambda: draw_survival(tables, presentation=session.presenting()), "survival", parts=parts)


def _nobody(tables: object, spec: AnalysisSpec) -> None:
    """What is missing, why, and one button."""
    say.note(" ".join(tables.notes))
    if spec.survival.landmark_day:
        st.button("Compare from the first day at risk", on_click=_no_landmark, type="primary")


def _no_landmark() -> None:
    session.change(landmark_day=0)
    st.rerun()


def _numbers(tables: object, spec: AnalysisSpec) -> None:
    """Only the open tab is made."""
    medians, means, curves = st.tabs(
        ["Medians", "Mean time without the event", "The curves in numbers"], key=TABS, on_change="rerun"
    )
    group = (spec.survival.survival_group, spec.survival.landmark_day)
    if means.open:
        with means:
            control("rmst_days")
            exhibit.table("restricted_mean", means_table(tables.restricted_mean, *group), tables.restricted_mean)
            if tables.restricted_mean["days"].min() < spec.survival.rmst_days:
                say.small("Up to an earlier day than asked for: one of the groups is not observed any longer.")
    elif curves.open:
        with curves:
            exhibit.table("survival", curves_table(tables.km.curves, *group), tables.km.curves, 360)
    else:
        with medians:
            exhibit.table("survival_medians", medians_table(tables.km.medians, *group), tables.km.medians)


framed(page)
