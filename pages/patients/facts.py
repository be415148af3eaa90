"""Everything the file records of one patient, as plain tables."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.cohort.columns import BY_NAME
from ivig_core.figures.words import ABSENT
from ivig_core.spec import AnalysisSpec
from ivig_core.study.patients.timeline import Timeline
from ivig_core.study.patients.timeline_facts import slice_of
from ivig_core.study.study import Study
from ivig_core.terms import label
from pages.shell import say
from pages.shell.escape import escape_markdown
from pages.shell.paper import grid

HIDDEN = ("patient", "days", "day0", "patient_id")
DAYS = {"died_day": "Died on day", "last_contact_day": "Last contact on day", "progressed_day": "Progressed on day"}
KINDS = {
    "infection": "Infections",
    "ivig": "IVIG doses",
    "lab": "Blood values",
    "phase": "Disease phase",
    "therapy": "Therapy",
}


def patient_facts(study: Study, spec: AnalysisSpec, line: Timeline) -> None:
    """Baseline, periods and records of a patient of the selected cohort."""
    cohort = study.cohort(spec)
    person = cohort.patients.iloc[line.patient]
    say.line(f"Followed for {int(person['days']):,} days.")
    left, right = st.columns(2)
    with left:
        say.strong("At the start")
        _plain(_baseline(person), "facts_baseline")
    with right:
        say.strong("Periods")
        _plain(_periods(line), "facts_periods")
    records = {kind: _records(getattr(cohort, kind), line.patient) for kind in KINDS}
    records["infection"] = _with_ivig(records["infection"], line)
    tabs = st.tabs([escape_markdown(f"{title} ({len(records[kind])})") for kind, title in KINDS.items()])
    for tab, (kind, rows) in zip(tabs, records.items(), strict=True):
        with tab:
            _plain(rows, f"facts_{kind}")


def _baseline(person: pd.Series) -> pd.DataFrame:
    known = [(name, value) for name, value in person.items() if name not in HIDDEN and not pd.isna(value)]
    return pd.DataFrame({"What": [_name(name) for name, _ in known], "Value": [_value(value) for _, value in known]})


def _periods(line: Timeline) -> pd.DataFrame:
    mine = line.segments
    return pd.DataFrame(
        {
            "Period": [label(state) for state in mine["state"]],
            "From day": mine["start_day"],
            "To day": mine["end_day"],
            "Infections": mine["infections"],
        }
    )


def _with_ivig(records: pd.DataFrame, line: Timeline) -> pd.DataFrame:
    """Infections with the days since the last dose, and why one does not count."""
    if records.empty or len(records) != len(line.infections):
        return records
    since, why = line.infections["since_dose"], line.infections["reason"]
    records = records.assign(**{"Days since the last dose": since.to_numpy()})
    return records if (why == "").all() else records.assign(**{"Not counted": why.to_numpy()})


def _records(frame: pd.DataFrame, code: int) -> pd.DataFrame:
    mine = slice_of(frame, code).drop(columns="patient").dropna(axis="columns", how="all")
    return mine.rename(columns={name: _name(name) for name in mine.columns})


def _plain(rows: pd.DataFrame, key: str) -> None:
    if rows.empty:
        say.small("Nothing recorded.")
    else:
        grid(rows, key)


def _name(column: str) -> str:
    if column in DAYS:
        return DAYS[column]
    if column in ("day", "end"):
        return {"day": "Day", "end": "To day"}[column]
    return BY_NAME[column].label or column if column in BY_NAME else column.replace("_", " ")


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value) if value is not None else ABSENT
