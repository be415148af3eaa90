"""Whether what was recorded is plausible: over time, by value, by patient, and by days of the calendar."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.figures.quality.by_patient import by_patient as draw_patients
from ivig_core.figures.quality.calendar_days import calendar_days as draw_days
from ivig_core.figures.quality.over_time import over_time as draw_time
from ivig_core.figures.quality.values import values as draw_values
from ivig_core.figures.words import counted, listed
from ivig_core.spec import AnalysisSpec
from ivig_core.study.quality.by_patient import by_patient
from ivig_core.study.quality.calendar_days import calendar_days
from ivig_core.study.quality.over_time import over_time
from ivig_core.study.quality.values import values
from ivig_core.study.quality.without import without
from ivig_core.study.study import Study
from pages.patients.lane_choice import draw_lanes, go_to_patient
from pages.shell import exhibit, say, session
from pages.shell.views import VIEW, views

TITLE = "Is what was recorded plausible?"
HELP = (
    "All facts of the patients analysed, whatever grade or window is set. What is marked can hardly be meant or is "
    "unlike the rest: a reason to look at the chart, not a proof. Click a red diamond to open its patient."
)
CHOICE = "quality_tab"


def quality_panel() -> None:
    """Four figures, of which only the open one is made, and who has no record of a kind."""
    draw_lanes()
    held, spec = session.current(), session.spec()
    if held is None:
        return
    views(TABS, CHOICE, held.study, spec)


def _over_time(study: Study, spec: AnalysisSpec) -> None:
    drawn = over_time(study, spec)
    exhibit.figure(lambda: draw_time(drawn, presentation=session.presenting()), "quality_time", parts=_parts(spec))


def _values(study: Study, spec: AnalysisSpec) -> None:
    drawn, parts = values(study, spec), _parts(spec)
    exhibit.figure(
        lambda: draw_values(drawn, presentation=session.presenting()), "quality_values", _value_clicked, parts,
        to_slides=False,
    )  # fmt: skip
    _odd_values(study, spec)


def _by_patient(study: Study, spec: AnalysisSpec) -> None:
    drawn, parts = by_patient(study, spec), _parts(spec)
    exhibit.figure(
        lambda: draw_patients(drawn, presentation=session.presenting()), "quality_patients", _patient_clicked, parts,
        to_slides=False,
    )  # fmt: skip
    _without(study, spec)


def _calendar_days(study: Study, spec: AnalysisSpec) -> None:
    drawn = calendar_days(study, spec)
    exhibit.figure(lambda: draw_days(drawn, presentation=session.presenting()), "quality_days", parts=_parts(spec))


TABS: dict[str, VIEW] = {
    "Over time": _over_time,
    "Values": _values,
    "By patient": _by_patient,
    "Days of the calendar": _calendar_days,
}


def _parts(spec: AnalysisSpec) -> tuple[object, ...]:
    return spec.selection.where, spec.exposure


def _odd_values(study: Study, spec: AnalysisSpec) -> None:
    """The values that look wrong as a table, also for readers who do not click."""
    found = [item.cloud.odd for item in values(study, spec) if len(item.cloud.odd)]
    if not found:
        return
    table = pd.concat(found, ignore_index=True)[["patient_id", "value", "why"]]
    table = table.rename(columns={"patient_id": "Patient", "value": "Value", "why": "Why it looks wrong"})
    with st.expander("These values as a table"):
        exhibit.table("odd_values", table, height=min(38 * (len(table) + 1), 340), to_slides=False)


def _without(study: Study, spec: AnalysisSpec) -> None:
    table = without(study, spec)
    total = len(study.cohort(spec))
    numbers = table["kind"].value_counts(sort=False)
    if not len(numbers):
        say.small("Every patient has a dose, an infection, an IgG value and a therapy.")
        return
    said = listed([f"{number:,} without any {kind}" for kind, number in numbers.items()])
    say.line(f"Of {counted(total, 'patient')}: {said}.")
    exhibit.download("without", table[["kind", "patient_id"]], "Download who they are (CSV)", "patients-without.csv")


def _value_clicked() -> None:
    _clicked("quality_values")


def _patient_clicked() -> None:
    _clicked("quality_patients")


def _clicked(key: str) -> None:
    points = st.session_state[key].selection.points
    # The id, not the code: codes change with the filters. A cell of many points is nobody's.
    found = [point["customdata"][1] for point in points if isinstance(point.get("customdata"), list)]
    if found:
        go_to_patient(found[0])
