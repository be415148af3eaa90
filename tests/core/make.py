"""Cohorts for tests, built in memory from a few facts per patient."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

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


def cohort(*patients: Patient, records_phase: bool | None = None, calendar: str = "dates", **more) -> Cohort:
    """A cohort of `patients`; it records disease phase if any patient has a progressive phase."""
    names = {name for patient in patients for name in patient.baseline}
    table = pd.DataFrame(
        {
            "patient_id": [f"P{number:04}" for number in range(len(patients))],
            "days": np.array([patient.days for patient in patients], np.int64),
            "day0": np.array([(p.start - EPOCH).days if p.start else -1 for p in patients], np.int64),
            "died_day": [float(patient.died) for patient in patients],
            "last_contact_day": [float(patient.last_contact) for patient in patients],
            "progressed_day": [float(patient.progressed) for patient in patients],
            "heavy_chain": pd.Series([patient.baseline.get("heavy_chain") for patient in patients], dtype="str"),
        }
    )
    for name in (*BASELINE, *sorted(names.difference(BASELINE, {"heavy_chain"}))):
        table[name] = pd.Series([patient.baseline.get(name) for patient in patients])
        if table[name].isna().all():
            table[name] = table[name].astype("float64" if name in NUMBERS else "str")
    phases = _records(patients, "progressive", lambda item: (item[0], item[1]), ["day", "end"]).assign(
        phase="progressive"
    )
    labs = pd.concat(
        [
            _records(patients, "igg", tuple, ["day", "value"]).assign(analyte="igg"),
            _records(patients, "m_spike", tuple, ["day", "value"]).assign(analyte="m_spike"),
            _records(patients, "counts", tuple, ["day", "value", "analyte"]),
        ]
    ).assign(trough=_missing)
    doses = _records(patients, "doses", _dose, ["day", "end", "interval_days", "route"])
    grams = np.array([patient.grams for patient in patients])[doses["patient"].to_numpy()]
    therapies = [
        _records(patients, "prophylaxis", lambda item: (item[0], item[1]), ["day", "end"]).assign(
            category="antiviral_prophylaxis", drug="aciclovir"
        ),
        _records(patients, "therapies", tuple, ["day", "end", "category", "drug"]),
    ]
    return Cohort(
        patients=table,
        ivig=_sorted(doses.assign(dose_g=grams, dose_g_per_kg=np.nan)),
        infection=_sorted(
            _records(patients, "infections", _infection, INFECTION).assign(
                end=np.nan, organism=_missing, hospital_days=np.nan, anc=np.nan, alc=np.nan
            )
        ),
        lab=_sorted(labs),
        phase=_sorted(phases),
        therapy=_sorted(pd.concat(therapies)),
        calendar=calendar,
        records_phase=len(phases) > 0 if records_phase is None else records_phase,
        own_baseline=tuple(sorted(names.difference(BASELINE, {"heavy_chain"}))),
        **more,
    )


NUMBERS = ("age", "years_since_diagnosis", "lines_of_therapy", "infections_prior_year", "weight_kg")
BASELINE = (
    *NUMBERS, "sex", "index_therapy", "light_chain", "iss", "r_iss", "high_risk_cytogenetics", "extramedullary_disease",
)  # fmt: skip
INFECTION = ["day", "grade", "pathogen", "site", "hospitalized"]


def _dose(item) -> tuple:
    return (item, np.nan, np.nan, "iv") if isinstance(item, int) else item


def _infection(item) -> tuple:
    if isinstance(item, int):
        return item, 2.0, None, None, None
    day, grade, *rest = item
    return day, float(grade), *(*rest, None, None, None)[:3]


def _records(patients, name, read, columns) -> pd.DataFrame:
    rows = [(code, *read(item)) for code, patient in enumerate(patients) for item in getattr(patient, name)]
    frame = pd.DataFrame(rows, columns=["patient", *columns])
    types = {"patient": np.int64, "day": np.int64, "end": float, "interval_days": float, "grade": float, "value": float}
    text = {name: "str" for name in columns if name not in types}
    return frame.astype({name: kind for name, kind in {**types, **text}.items() if name in frame})


def _missing(frame: pd.DataFrame) -> pd.Series:
    """A column of text in which nothing is recorded."""
    return pd.Series([None] * len(frame), index=frame.index, dtype="str")


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(["patient", "day"], kind="stable").reset_index(drop=True)
