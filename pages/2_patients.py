"""Patients: one lane each; a click opens one of them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ivig_core.figures.groups import variable_name
from ivig_core.figures.patients.density import density
from ivig_core.figures.patients.swimmer import swimmer
from ivig_core.figures.patients.swimmer_words import cohort_finding
from ivig_core.figures.patients.tables import lanes_table
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec
from ivig_core.spec.words import value_words
from ivig_core.study.analysis import summary
from ivig_core.study.patients.lane_order import SORTS
from ivig_core.study.patients.lanes import Lanes, lanes
from ivig_core.study.patients.without_ids import lanes_without_ids
from ivig_core.study.study import Study
from pages.patients.lane_choice import (
    GROUP,
    NOTHING,
    PAGE,
    SEARCH,
    SORT,
    arrangement,
    draw_lanes,
    go_to_patient,
    groups,
    opened,
)
from pages.shell import exhibit, session
from pages.shell.escape import escape_markdown
from pages.shell.navigation import framed
from pages.shell.page import titled
from pages.shell.panel import guard

CHOSEN, VIEW, FIGURE, BOX = "chosen_patient", "lanes_view", "patients", "lanes_as_table"
MANY = 300
VIEWS = ("All patients at once", "One lane per patient")


def page() -> None:
    """Lanes with their controls, or all patients at once where there are very many."""
    draw_lanes()
    if titled("Patients", _title) is not None:
        _lanes()


def _title(study: Study, spec: AnalysisSpec) -> str:
    return cohort_finding(summary(study, spec))


@st.fragment
def _lanes() -> None:
    with guard("the course of every patient"):
        _show_lanes()


def _show_lanes() -> None:
    held, spec = session.current(), session.spec()
    if held is None:
        return
    study = held.study
    if len(study.cohort(spec)) > MANY:
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        if _view(left) == VIEWS[0]:
            _all_at_once(study, spec, right)
            return
    place = _controls(study, spec)
    number, chosen = st.session_state.get(PAGE, 1) - 1, arrangement()
    parts = (*session.time_parts(spec), spec.survival.landmark_day, *chosen.values())
    shown = session.once("lanes", *parts, number, make=lambda: lanes(study, spec, page=number, **chosen))
    _pages(shown, place)
    # No tabs above it: with them the last lanes of a page would not be on the first screen.
    exhibit.figure(
        lambda: swimmer(shown, presentation=session.presenting(), opened=opened()),
        FIGURE,
        _clicked,
        (*parts, number, opened()),
        nameless=lambda: swimmer(lanes_without_ids(shown), presentation=session.presenting()),
    )
    box = st.expander("These patients as a table", key=BOX, on_change="rerun")
    if box.open:
        with box:
            exhibit.table(FIGURE, lanes_table(shown.patients), shown.patients, about_patients=True)


def _all_at_once(study: Study, spec: AnalysisSpec, place: DeltaGenerator) -> None:
    _choose_one(study, spec, place, "Open a patient")
    exhibit.figure(
        lambda: density(study.time(spec), study.infections(spec), presentation=session.presenting()),
        "density",
        parts=session.time_parts(spec),
    )


def _controls(study: Study, spec: AnalysisSpec) -> DeltaGenerator:
    """Group, order, search and one patient; returns the place of the page number."""
    options = groups()
    if st.session_state.get(GROUP) not in options:
        st.session_state[GROUP] = NOTHING
    one, two, three, four, place = st.columns([5, 6, 4, 5, 4])
    one.selectbox(
        "Group by", options, format_func=_group_words, key=GROUP, on_change=_first_page, persist_state="session"
    )
    two.selectbox(
        "Order",
        list(SORTS),
        format_func=lambda name: SORTS.get(name, name),
        key=SORT,
        on_change=_first_page,
        persist_state="session",
    )
    three.text_input(
        "Find in the ids", placeholder="part of an id", key=SEARCH, on_change=_first_page, persist_state="session"
    )
    _choose_one(study, spec, four, "Open one, or click a lane")
    return place


def _group_words(name: str) -> str:
    if name == NOTHING:
        return "nothing"
    return value_words("survival_group", name) if name in IVIG_GROUPS else variable_name(name)


def _view(place: DeltaGenerator) -> str:
    return place.segmented_control("View", VIEWS, default=VIEWS[0], required=True, key=VIEW, persist_state="session")


def _first_page() -> None:
    st.session_state[PAGE] = 1


def _pages(shown: Lanes, place: DeltaGenerator) -> None:
    st.session_state[PAGE] = shown.page + 1
    if shown.pages > 1:
        place.number_input(
            escape_markdown(f"Page, of {shown.pages:,}"), 1, shown.pages, key=PAGE, persist_state="session"
        )


def _choose_one(study: Study, spec: AnalysisSpec, place: DeltaGenerator, label: str) -> None:
    place.selectbox(
        escape_markdown(label),
        study.cohort(spec).patients["patient_id"].tolist(),
        None,
        key=CHOSEN,
        placeholder="choose an id",
        on_change=_chosen,
    )


def _chosen() -> None:
    if st.session_state[CHOSEN] is not None:
        go_to_patient(st.session_state[CHOSEN])


def _clicked() -> None:
    points = st.session_state[FIGURE].selection.points
    # The id, not the code: codes change with the filters.
    found = [point["customdata"][1] for point in points if point.get("customdata")]
    if found:
        go_to_patient(found[0])


framed(page)
