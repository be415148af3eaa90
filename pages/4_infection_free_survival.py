"""Infection-free survival: time to the first event, in groups fixed before they are compared."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.groups import variable_name
from ivig_core.figures.survival.kaplan_meier import kaplan_meier
from ivig_core.figures.survival.tables import curves_table
from ivig_core.figures.survival.words import claim
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec
from ivig_core.spec.words import value_words
from ivig_core.study.rates.factors import BASELINE_HGG, NOT_OF_PATIENTS, factors
from ivig_core.study.study import Study
from ivig_core.study.survival.tables import SurvivalTables, survival
from pages.cox import panel as cox_panel
from pages.shell import exhibit, say, session
from pages.shell.controls import SURVIVAL, choice, control, slider
from pages.shell.navigation import framed
from pages.shell.page import titled
from pages.shell.panel import guard, panel
from pages.shell.presentation import places
from pages.shell.views import views
from pages.survival import competing as competing_panel
from pages.survival import numbers as survival_numbers
from pages.survival import side_by_side as side_by_side_panel
from pages.survival import timing as timing_panel

NO_GROUPS = (*NOT_OF_PATIENTS, BASELINE_HGG)
OTHER_GROUPS = (*IVIG_GROUPS, "none")
LAST_LANDMARK = 180
KAPLAN_MEIER = "Kaplan–Meier: share of patients without the event, over time."
VIEWS, NUMBERS = "views_survival", "tabs_survival"
SHORTER = "Restricted mean"
"""Begin of the remark that the horizon of the mean was cut: it stands beside the mean."""


def page() -> None:
    """What is compared, and beneath it the curves and every other way to look at the same times."""
    _comparison()


@st.fragment(key=SURVIVAL)
def _comparison() -> None:
    """A fragment: a moved landmark redraws only this panel and the title above it."""
    with guard("the comparison"):
        if titled("Infection-free survival", _title) is not None:
            _panel()


def _title(study: Study, spec: AnalysisSpec) -> str:
    return claim(survival(study, spec))


def _panel() -> None:
    with panel("Time to the first event", KAPLAN_MEIER, headed=not session.presenting()):
        held, spec = session.current(), session.spec()
        if held is None:
            return
        session.write_url()
        asked, shown = places()
        with asked:
            _controls(held.study, spec)
        makers = {
            "Curves": _curves,
            "Death competing": competing_panel.show,
            "Four designs": side_by_side_panel.show,
            "Early or late start": timing_panel.show,
            "Cox regression": cox_panel.show,
        }
        with shown:
            views(makers, VIEWS, held.study, spec)


def _controls(study: Study, spec: AnalysisSpec) -> None:
    # Baseline variables only: grade or season are no groups of patients.
    own = tuple(name for name in factors(study, spec) if name not in NO_GROUPS)
    event, group, landmark = st.columns([3, 3, 4], gap="medium")
    with event:
        control("survival_event")
    with group:
        choice("survival_group", (*OTHER_GROUPS, *own), _group_words)
    with landmark:
        slider("landmark_day", 0, LAST_LANDMARK)


def _group_words(name: str) -> str:
    return value_words("survival_group", name) if name in OTHER_GROUPS else variable_name(name)


def _curves(study: Study, spec: AnalysisSpec) -> None:
    tables = survival(study, spec)
    if tables.km.curves.empty:
        _nobody(tables, spec)
        return
    notes = [text for text in tables.notes if not text.startswith(SHORTER)]
    exhibit.sentences(notes)
    parts = (spec.selection.where, spec.exposure, spec.endpoint, spec.survival)
    exhibit.figure(lambda: kaplan_meier(tables, presentation=session.presenting()), "survival", parts=parts)
    makers = {
        "Medians and times": lambda of, chosen: survival_numbers.medians_and_times(of, chosen, tables),
        "Means, tests, follow-up": lambda of, chosen: survival_numbers.means_and_tests(of, chosen, tables),
        "The curves in numbers": lambda _, chosen: _steps(tables, chosen),
    }
    views(makers, NUMBERS, study, spec, notes)


def _nobody(tables: SurvivalTables, spec: AnalysisSpec) -> None:
    """What is missing, why, and one button."""
    say.note(" ".join(tables.notes))
    if spec.survival.landmark_day:
        st.button("Compare from the first day at risk", on_click=_no_landmark, type="primary")


def _no_landmark() -> None:
    session.change(landmark_day=0)
    st.rerun()


def _steps(tables: SurvivalTables, spec: AnalysisSpec) -> None:
    group = (spec.survival.survival_group, spec.survival.landmark_day)
    exhibit.table("survival", curves_table(tables.km.curves, *group), tables.km.curves, 360)


framed(page)
