"""Cohorts for tests, built in memory from a few facts per patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort

EPOCH = dt.date(1970, 1, 1)
START = dt.date(2021, 1, 15)


@dataclass
class Patient:
    """One patient: days are relative to the first day at risk. A dose is a day, or (day, end, interval, route).

    `counts` are (day, value, analyte), `therapies` (day, end, category, drug), `grams` is the amount of every dose.
    """

    days: int = 100
    doses: list = field(default_factory=list)
    infections: list = field(default_factory=list)
    progressive: list = field(default_factory=list)
    prophylaxis: list = field(default_factory=list)
    igg: list = field(default_factory=list)
    m_spike: list = field(default_factory=list)
    counts: list = field(default_factory=list)
    therapies: list = field(default_factory=list)
    grams: float = np.nan
    start: dt.date | None = START
    died: float = np.nan
    last_contact: float = np.nan
    progressed: float = np.nan
    baseline: dict = field(default_factory=dict)


def forty_people() -> list[Patient]:
    """Patients with doses, some before follow-up, and infections on random days: the same at every call."""
    rng = np.random.default_rng(11)
    return [
        Patient(
            days=int(days), doses=sorted(rng.integers(-20, days, rng.integers(0, 5)).tolist()),
            infections=sorted(rng.integers(0, days, rng.integers(0, 6)).tolist()),
        )
        for days in rng.integers(1, 300, 40)
    ]  # fmt: skip


def cohort(*patients: Patient, records_phase: bool | None = None, calendar: str = "dates", **more) -> Cohort:
    """A cohort of `patients`; it records disease phase if any patient has a progressive phase.

    Properties draw thousands of cohorts: every table is built from whole columns, in one step.
    """
    own = sorted({name for patient in patients for name in patient.baseline}.difference(BASELINE, {"heavy_chain"}))
    table = {
        "patient_id": _column([f"P{number:04}" for number in range(len(patients))], "str"),
        "days": _column([patient.days for patient in patients], "int64"),
        "day0": _column([(p.start - EPOCH).days if p.start else -1 for p in patients], "int64"),
        "died_day": _column([patient.died for patient in patients], "float64"),
        "last_contact_day": _column([patient.last_contact for patient in patients], "float64"),
        "progressed_day": _column([patient.progressed for patient in patients], "float64"),
        "heavy_chain": _column([patient.baseline.get("heavy_chain") for patient in patients], "str"),
    }
    for name in (*BASELINE, *own):
        table[name] = _baseline(name, [patient.baseline.get(name) for patient in patients])
    phases = [(*row, "progressive") for row in _rows(patients, "progressive", lambda item: (item[0], item[1]))]
    labs = [
        *((*row, "igg") for row in _rows(patients, "igg")),
        *((*row, "m_spike") for row in _rows(patients, "m_spike")),
        *_rows(patients, "counts"),
    ]
    doses = [(*row, patients[row[0]].grams) for row in _rows(patients, "doses", _dose)]
    prophylaxis = _rows(patients, "prophylaxis", lambda item: (item[0], item[1], "antiviral_prophylaxis", "aciclovir"))
    return Cohort(
        patients=pd.DataFrame(table),
        ivig=_table(doses, ["day", "end", "interval_days", "route", "dose_g"], ["dose_g_per_kg"]),
        infection=_table(
            _rows(patients, "infections", _infection), INFECTION, ["end", "organism", "hospital_days", "anc", "alc"]
        ),
        lab=_table(labs, ["day", "value", "analyte"], ["trough"]),
        phase=_table(phases, ["day", "end", "phase"]),
        therapy=_table([*prophylaxis, *_rows(patients, "therapies")], ["day", "end", "category", "drug"]),
        calendar=calendar,
        records_phase=bool(phases) if records_phase is None else records_phase,
        own_baseline=tuple(own),
        **more,
    )


NUMBERS = ("age", "years_since_diagnosis", "lines_of_therapy", "infections_prior_year", "weight_kg")
BASELINE = (
    *NUMBERS, "sex", "index_therapy", "light_chain", "iss", "r_iss", "high_risk_cytogenetics", "extramedullary_disease",
)  # fmt: skip
INFECTION = ["day", "grade", "pathogen", "site", "hospitalized"]
FLOATS = frozenset({"end", "interval_days", "dose_g", "dose_g_per_kg", "grade", "value", "hospital_days", "anc", "alc"})


def _dose(item) -> tuple:
    return (item, np.nan, np.nan, "iv") if isinstance(item, int) else item


def _infection(item) -> tuple:
    if isinstance(item, int):
        return item, 2.0, None, None, None
    day, grade, *rest = item
    return day, float(grade), *(*rest, None, None, None)[:3]


def _rows(patients, name: str, read=tuple) -> list[tuple]:
    """What the patients have of one kind, each after the code of its patient."""
    return [(code, *read(item)) for code, patient in enumerate(patients) for item in getattr(patient, name)]


def _table(rows: list[tuple], columns: list[str], missing: Sequence[str] = ()) -> pd.DataFrame:
    """Rows in the order of patients and days, those of one day as they were given; nothing is recorded in `missing`."""
    ordered = sorted(rows, key=lambda row: row[:2])
    values = zip(*ordered, strict=True) if rows else [()] * (1 + len(columns))
    made = {name: _column(list(cells), _kind(name)) for name, cells in zip(("patient", *columns), values, strict=True)}
    return pd.DataFrame(made | {name: _nothing(len(rows), _kind(name)) for name in missing})


def _kind(name: str) -> str:
    return "int64" if name in ("patient", "day") else "float64" if name in FLOATS else "str"


def _baseline(name: str, values: list) -> object:
    if all(value is None for value in values):
        return _nothing(len(values), "float64" if name in NUMBERS else "str")
    return pd.Series(values)


def _column(values: list, kind: str) -> object:
    """A column of one type; None is what is missing."""
    if kind != "str":
        return np.array(values, kind)
    return pd.array(values, "str") if any(value is not None for value in values) else _nothing(len(values), kind)


@cache
def _nothing(length: int, kind: str) -> object:
    """A column in which nothing is recorded; a table copies it."""
    return pd.array([None] * length, "str") if kind == "str" else np.full(length, np.nan)
