"""Infection-free survival: time to the first event, in groups fixed before they are compared."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures import survival as draw_survival
from ivig_core.figures.words import p_phrase
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec
from ivig_core.study.study import INFECTION_FACTORS, STATE_FACTORS, Study
from pages.components import exhibit, say, session
from pages.components.controls import choice, control
from pages.components.frame import framed
from pages.components.page import head, study_or_reason
from pages.components.panel import panel
from pages.components.tables import means_table, medians_table

NO_GROUPS = (*INFECTION_FACTORS, *STATE_FACTORS)


def page() -> None:
    """Controls, curves, medians, test, means."""
    head("Infection-free survival")
    study, spec = study_or_reason(), session.spec()
    if study is None:
        return
    _controls(study, spec)
    with panel("Time to the first event", "Kaplan–Meier: share of patients without the event, by day."):
        _curves(study, spec)
    left, right = st.columns(2)
    with left, panel("Medians"):
        tables = study.survival(spec)
        part = spec.survival
        shown = medians_table(tables.km.medians, part.survival_group, part.landmark_day)
        exhibit.table("survival_medians", shown, tables.km.medians)
        _test(tables)
    with right, panel("Restricted mean", "Average time without the event up to a fixed day."):
        tables = study.survival(spec)
        shown = means_table(tables.restricted_mean, spec.survival.survival_group, spec.survival.landmark_day)
        exhibit.table("restricted_mean", shown, tables.restricted_mean)


def _controls(study: Study, spec: AnalysisSpec) -> None:
    # Baseline variables only: grade or season are no groups of patients.
    own = tuple(name for name in study.factors(spec) if name not in NO_GROUPS)
    event, group, landmark, mean = st.columns(4)
    with event:
        control("survival_event")
    with group:
        choice("survival_group", (*IVIG_GROUPS, "none", *own))
    with landmark:
        control("landmark_day")
    with mean:
        control("rmst_days")


def _curves(study: Study, spec: AnalysisSpec) -> None:
    tables = study.survival(spec)
    curves = tables.km.curves
    exhibit.sentences(tables.notes)
    exhibit.figure_and_table("survival", lambda: draw_survival(tables), curves, curves)


def _test(tables: object) -> None:
    if tables.logrank is not None:
        say.line(f"Log-rank test: {p_phrase(tables.logrank.p_value)}.")


framed(page)
