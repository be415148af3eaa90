"""Patients: one lane each, and the facts of one of them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ivig_core.figures import density, swimmer
from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import counted
from ivig_core.spec import IVIG_GROUPS
from ivig_core.spec.words import value_words
from ivig_core.study.lanes import SORTS, Lanes, lanes
from ivig_core.study.study import INFECTION_FACTORS, STATE_FACTORS
from pages.components import exhibit, say, session
from pages.components.facts import patient_facts
from pages.components.frame import framed
from pages.components.page import head, study_or_reason
from pages.components.panel import panel
from pages.components.tables import lanes_table

SORT, GROUP, SEARCH, PAGE, PATIENT, VIEW = (
    "lanes_sort", "lanes_group", "lanes_search", "lanes_page", "lanes_patient", "lanes_view"
)  # fmt: skip
MANY = 300
VIEWS = ("All patients at once", "One lane per patient")


def page() -> None:
    """Lanes with their controls, then one patient."""
    head("Patients")
    if study_or_reason() is None:
        return
    _lanes_panel()
    _patient_panel()


@st.fragment
def _lanes_panel() -> None:
    with panel("Course of every patient", "Months since the start of follow-up, on and off IVIG."):
        _show_lanes()


def _show_lanes() -> None:
    held, spec = session.current(), session.spec()
    if len(held.study.cohort(spec)) > MANY and _view() == VIEWS[0]:
        exhibit.figure(density(held.study.time(spec), held.study.infections(spec)), "density")
        return
    group, sort, search, place = _controls()
    shown = lanes(held.study, spec, group=group, sort=sort, search=search, page=st.session_state.get(PAGE, 1) - 1)
    _pages(shown, place)
    _draw(shown)


def _controls() -> tuple[str | None, str, str, DeltaGenerator]:
    held, spec = session.current(), session.spec()
    own = [name for name in held.study.factors(spec) if name not in (*INFECTION_FACTORS, *STATE_FACTORS)]
    groups = [None, *IVIG_GROUPS, *own]
    if st.session_state.get(GROUP) not in groups:
        st.session_state[GROUP] = None
    one, two, three, place = st.columns([3, 3, 3, 2])
    group = one.selectbox(
        "Group by", groups, format_func=_group_words, key=GROUP, on_change=_first_page, persist_state="session"
    )
    sort = two.selectbox(
        "Order",
        list(SORTS),
        format_func=lambda name: SORTS.get(name, name),
        key=SORT,
        on_change=_first_page,
        persist_state="session",
    )
    search = three.text_input(
        "Find a patient", placeholder="part of the id", key=SEARCH, on_change=_first_page, persist_state="session"
    )
    return group, sort, search, place


def _group_words(name: str | None) -> str:
    if name is None:
        return "nothing"
    return value_words("survival_group", name) if name in IVIG_GROUPS else variable_name(name)


def _view() -> str:
    return st.segmented_control("View", VIEWS, default=VIEWS[0], required=True, key=VIEW, persist_state="session")


def _first_page() -> None:
    st.session_state[PAGE] = 1


def _pages(shown: Lanes, place: DeltaGenerator) -> None:
    some = f"{shown.matching:,} of " if shown.matching < shown.total else ""
    found = f"{some}{counted(shown.total, 'patient')}"
    if shown.pages == 1:
        st.session_state[PAGE] = 1
        say.small(found)
        return
    st.session_state[PAGE] = shown.page + 1
    place.number_input("Page", 1, shown.pages, key=PAGE, persist_state="session")
    say.small(f"Page {shown.page + 1} of {shown.pages}: {shown.shown} of {found}")


def _draw(shown: Lanes) -> None:
    exhibit.figure_and_table("patients", lambda: swimmer(shown), lanes_table(shown.patients), shown.patients)


@st.fragment
def _patient_panel() -> None:
    with panel("One patient", "Everything the file records of one patient; days from the start of follow-up."):
        held, spec = session.current(), session.spec()
        ids = held.study.cohort(spec).patients["patient_id"].tolist()
        if st.session_state.get(PATIENT) not in ids:
            st.session_state[PATIENT] = None
        chosen = st.selectbox("Patient", ids, key=PATIENT, placeholder="choose an id", persist_state="session")
        if chosen is None:
            say.small("Choose a patient to see infections, doses, blood values, disease phase and therapy.")
        else:
            patient_facts(held.study, spec, ids.index(chosen))


framed(page)
