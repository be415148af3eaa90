"""Which patients are shown in which order, and which one is open: the two pages about patients share it."""

from __future__ import annotations

import time
from typing import TypedDict

import streamlit as st

from ivig_core.spec import IVIG_GROUPS
from ivig_core.study.patients.lane_order import SORTS, order
from ivig_core.study.patients.lanes import PER_PAGE
from ivig_core.study.rates.factors import BASELINE_HGG, NOT_OF_PATIENTS, factors
from pages.shell import session
from pages.shell.navigation import FOLDER

SORT, GROUP, SEARCH, PAGE, OPENED = "lanes_sort", "lanes_group", "lanes_search", "lanes_page", "opened_patient"
ARRIVED, EMPTY_SECONDS = "arrived_from_lanes", 0.15
AT_PATIENT = "at_patient"
"""Whether one patient's page was the last one drawn."""
NOTHING = "none"
"""Grouped by nothing."""
LANES_PAGE, PATIENT_PAGE = FOLDER / "2_patients.py", FOLDER / "2_patient.py"


class Arrangement(TypedDict):
    """Group, order and search of the lanes."""

    group: str
    sort: str
    search: str


def groups() -> list[str]:
    """What the lanes of this cohort can be grouped by, nothing first."""
    held = session.current()
    own = factors(held.study, session.spec()) if held else ()
    return [NOTHING, *IVIG_GROUPS, *(name for name in own if name not in (*NOT_OF_PATIENTS, BASELINE_HGG))]


def arrangement() -> Arrangement:
    """Group, order and search as they are chosen; the default in place of what this cohort does not have."""
    state = st.session_state
    group, sort = state.get(GROUP), state.get(SORT)
    return {
        "group": group if group in groups() else NOTHING,
        "sort": sort if sort in SORTS else next(iter(SORTS)),
        "search": state.get(SEARCH) or "",
    }


def ids_in_order() -> list[str]:
    """Ids of the patients in the order of their lanes, of all pages."""
    held, spec, how = session.current(), session.spec(), arrangement()
    if held is None:
        return []
    study = held.study

    def make() -> list[str]:
        return study.cohort(spec).patients["patient_id"].iloc[order(study, spec, **how)].tolist()

    return session.once("lane_order", *session.time_parts(spec), spec.survival, *how.values(), make=make)


def opened() -> str:
    """Id of the patient looked at last, empty without one."""
    return st.session_state.get(OPENED, "")


def open_patient(name: str) -> None:
    """Make this the open patient; the page is another one's to turn."""
    st.session_state[OPENED] = name


def step(by: int) -> None:
    """Open the patient so many lanes further on, or the first lane if the open patient has none."""
    ids = ids_in_order()
    at = ids.index(opened()) + by if opened() in ids else 0
    if 0 <= at < len(ids):
        open_patient(ids[at])


def go_to_patient(name: str) -> None:
    """Open a patient on a page of one patient: the browser's Back leads to the lanes again.

    Does nothing where such a page is open: a browser that is behind sends a choice among the lanes a second time.
    """
    if st.session_state.get(AT_PATIENT):
        return
    open_patient(name)
    st.session_state[ARRIVED] = True
    st.switch_page(PATIENT_PAGE)


def draw_lanes() -> None:
    """The lanes are drawn now: a click on them counts."""
    st.session_state[AT_PATIENT] = False


def draw_patient() -> None:
    """One patient is drawn now. Coming from a lane far down, show the top of the page.

    The browser stays where it was scrolled to unless it has had the time to show the page empty.
    """
    st.session_state[AT_PATIENT] = True
    if st.session_state.pop(ARRIVED, False):
        time.sleep(EMPTY_SECONDS)


def turn_to_lane() -> None:
    """Turn the lanes to the page on which the open patient is."""
    ids = ids_in_order()
    if opened() in ids:
        st.session_state[PAGE] = ids.index(opened()) // PER_PAGE + 1
