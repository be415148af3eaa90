"""Cohorts for the survival tests: a few patients written down by hand, and the reference files."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import read_cohort
from tests.paths import REFERENCE


@cache
def reference_cohort(name: str) -> Cohort:
    return read_cohort(REFERENCE / f"{name}.csv").cohort


@cache
def reference_survival(name: str) -> dict:
    return json.loads((REFERENCE / f"{name}_expected.json").read_text())["survival"]


def counted(cohort: Cohort, endpoint: str) -> pd.DataFrame:
    """Infections within follow-up, of any grade ("all") or of grade 3 and more ("grade3plus")."""
    frame = cohort.infection
    keep = (frame["day"] >= 0) & (frame["day"] < cohort.days[frame["patient"]])
    if endpoint == "grade3plus":
        keep &= frame["grade"] >= 3
    return frame[keep]


def small_cohort(
    days: list[int],
    infections: list[tuple[int, int]] = (),
    doses: list[tuple[int, int]] = (),
    died: dict[int, int] | None = None,
    last_contact: dict[int, int] | None = None,
    progressed: dict[int, int] | None = None,
    **baseline: list,
) -> Cohort:
    """`days` of follow-up per patient; infections and doses as (patient, day); the rest day by patient."""
    n = len(days)

    def by_patient(given: dict[int, int] | None) -> np.ndarray:
        column = np.full(n, np.nan)
        for patient, day in (given or {}).items():
            column[patient] = day
        return column

    def rows(facts: list[tuple[int, int]]) -> pd.DataFrame:
        ordered = np.array(sorted(facts), dtype=np.int64).reshape(-1, 2)
        return pd.DataFrame({"patient": ordered[:, 0], "day": ordered[:, 1]})

    none = rows([])
    patients = pd.DataFrame(
        {
            "patient_id": [f"P{i}" for i in range(n)],
            "days": np.array(days, dtype=np.int64),
            "day0": np.full(n, -1),
            "died_day": by_patient(died),
            "last_contact_day": by_patient(last_contact),
            "progressed_day": by_patient(progressed),
            **baseline,
        }
    )
    return Cohort(patients, rows(doses), rows(infections), none, none, none, calendar="none", records_phase=False)
