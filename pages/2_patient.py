"""One patient: timeline, infections before, on and off IVIG, and patients like this one."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.patients.timeline.figure import timeline as draw
from ivig_core.figures.words import lower
from ivig_core.study.patients.lane_order import SORTS
from ivig_core.study.patients.timeline import Timeline, timeline
from ivig_core.study.patients.without_ids import timeline_without_id
from pages.patients.alike import alike_panel
from pages.patients.facts import patient_facts
from pages.patients.lane_choice import (
    LANES_PAGE,
    NOTHING,
    arrangement,
    draw_patient,
    ids_in_order,
    open_patient,
    opened,
    step,
    turn_to_lane,
)
from pages.patients.periods import periods
from pages.shell import exhibit, say, session
from pages.shell.navigation import framed
from pages.shell.page import head, study_or_reason
from pages.shell.panel import guard

CHOICE, LOG, BELOW = "patient_choice", "igg_log_scale", "patient_below"


def page() -> None:
    """The patient who was opened, or else the first of the lanes."""
    draw_patient()
    if study_or_reason() is None:
        head("Patient")
    else:
        _patient()


@st.fragment
def _patient() -> None:
    with guard("the patient"):
        _show()


def _show() -> None:
    held, spec = session.current(), session.spec()
    if held is None:
        return
    study = held.study
    known = session.once(
        "ids", spec.selection, spec.exposure, make=lambda: study.cohort(spec).patients["patient_id"].tolist()
    )
    order = ids_in_order()
    name = opened() if opened() in known else (order or known)[0]
    open_patient(name)
    head(f"Patient {name}")
    _steps(name, known, order)
    place = known.index(name)
    parts = (*session.time_parts(spec), place)
    line = session.once("timeline", *parts, make=lambda: timeline(study, spec, place))
    with guard("the summary"):
        periods(line)
    with guard("the timeline"):
        _timeline(line)
    like, records = st.tabs(["Patients like this one", "Everything recorded"], on_change="rerun", key=BELOW)
    if like.open:
        with like, guard("patients like this one"):
            alike_panel(study, spec, line.patient)
    if records.open:
        with records, guard("the records"):
            patient_facts(study, spec, line)


def _steps(name: str, known: list[str], order: list[str]) -> None:
    """Back to the lanes, the one before, any other, the next one."""
    at = order.index(name) if name in order else -1
    place = known.index(name)
    # A key for each patient, with the name: a browser that is behind sends the list of the patient before once more.
    choice = f"{CHOICE}_{place}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("All patients", icon=":material/arrow_back:", on_click=_back, key="back_to_lanes")
        st.button(
            "Previous",
            icon=":material/chevron_left:",
            on_click=step,
            args=(-1,),
            disabled=at <= 0,
            key="previous_patient",
        )
        st.selectbox(
            "Patient", known, place, key=choice, on_change=_chosen, args=(choice, name), width=220,
            label_visibility="collapsed",
        )  # fmt: skip
        st.button(
            "Next",
            icon=":material/chevron_right:",
            icon_position="right",
            on_click=step,
            args=(1,),
            disabled=at + 1 >= len(order),
            key="next_patient",
        )
        say.small(_position(at, len(order)))


def _position(at: int, total: int) -> str:
    chosen = arrangement()
    how = lower(SORTS[chosen["sort"]]) + (", grouped" if chosen["group"] != NOTHING else "")
    found = f" with “{chosen['search']}” in the id" if chosen["search"].strip() else ""
    return f"{at + 1:,} of {total:,}{found} · {how}" if at >= 0 else f"not among the {total:,} lanes{found}"


def _chosen(key: str, shown: str) -> None:
    if opened() == shown:
        open_patient(st.session_state[key])


def _back() -> None:
    turn_to_lane()
    st.switch_page(LANES_PAGE)


def _timeline(line: Timeline) -> None:
    spec, log = session.spec(), st.session_state.get(LOG, True)
    exhibit.figure(
        lambda: draw(line, log=log, presentation=session.presenting()),
        "timeline",
        parts=(*session.time_parts(spec), line.patient, log),
        nameless=lambda: draw(timeline_without_id(line), log=log, presentation=session.presenting()),
    )
    if len(line.igg):
        st.toggle("IgG on a logarithmic scale", True, key=LOG, persist_state="session")


framed(page)
