"""In which order patients are shown, one below the other or one after the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import SpecError
from ivig_core.estimate.survival.landmark import groups
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec
from ivig_core.study.levels import levels as study_levels
from ivig_core.study.study import Study
from ivig_core.terms import ON, REFERENCE

SORTS = {
    "ivig": "IVIG first, then longest",
    "longest": "Longest follow-up first",
    "infections": "Most infections first",
    "first_dose": "Earliest IVIG first",
    "first_infection": "Earliest infection first",
    "id": "Patient id",
}
DEFAULT = next(iter(SORTS))
"""As Figure 2 of Lancman 2026 has its lanes."""


def order(
    study: Study, spec: AnalysisSpec, *, group: str | None = None, sort: str = DEFAULT, search: str = ""
) -> np.ndarray:
    """Codes of the patients in the order of their lanes, of all pages.

    `group`: one of `spec.IVIG_GROUPS` or a baseline variable; groups come first, then `sort` (a key of `SORTS`).
    `search`: part of a patient id, upper or lower case alike. Patients without a day in the analysis have no lane.

    Raises `SpecError` for a `sort` or `group` that does not exist.
    """
    return ordered(study, spec, group, sort, search)[1]["patient"].to_numpy()


def ordered(
    study: Study, spec: AnalysisSpec, group: str | None, sort: str, search: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The patients with a day in the analysis, and those of them who pass the search, in order."""
    if sort not in SORTS:
        raise SpecError("sort", sort, f"one of {', '.join(SORTS)}")
    time = study.time(spec)
    people = _people(time.cohort, time.table, infections_in_time(study, spec))
    levels = _groups(study, spec, group)
    # Patients of no known group come last.
    people["level"] = np.where(levels.codes < 0, len(levels.categories), levels.codes)
    people["group"] = levels.astype(object)
    here = people[people["days_analysed"] > 0]
    found = here[here["patient_id"].astype("str").str.contains(search.strip(), case=False, regex=False)]
    keys, rising = _keys(sort)
    return here, found.sort_values(["level", *keys], ascending=[True, *rising], kind="stable")


def infections_in_time(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Counted infections on days that are analysed."""
    infections = study.infections(spec)
    return infections[study.time(spec).row_of(infections) >= 0]


def _people(cohort: Cohort, table: pd.DataFrame, infections: pd.DataFrame) -> pd.DataFrame:
    """One row per patient of the cohort, in its order."""
    n, patient = len(cohort), table["patient"].to_numpy()
    days = table["days"].to_numpy()
    names = table["state"].cat.categories
    on_states = np.array([name.startswith(ON) for name in names])
    state = table["state"].cat.codes.to_numpy()
    on = on_states[state]
    treated = np.zeros(n, bool)
    # A patient is reference throughout or never.
    treated[patient[(names != REFERENCE)[state]]] = True
    # fmax skips NaN.
    known = cohort.patients[["died_day", "last_contact_day"]].to_numpy(float)
    last = np.fmax(np.fmax(cohort.days - 1, known[:, 0]), known[:, 1])
    infected = infections["patient"].to_numpy()
    return pd.DataFrame(
        {
            "patient": np.arange(n),
            "patient_id": cohort.patients["patient_id"].to_numpy(),
            "days": cohort.days,
            "days_analysed": np.bincount(patient, days, n),
            "days_on": np.bincount(patient[on], days[on], n).astype(np.int64),
            "treated": treated,
            "infections": np.bincount(infected, minlength=n),
            "first_dose": _first(cohort.ivig["patient"].to_numpy(), cohort.ivig["day"].to_numpy(float), n),
            "first_infection": _first(infected, infections["day"].to_numpy(float), n),
            "last_day": last.astype(np.int64),
            "died": ~np.isnan(known[:, 0]),
        }
    )


def _first(patient: np.ndarray, day: np.ndarray, n: int) -> np.ndarray:
    first = np.full(n, np.inf)
    np.minimum.at(first, patient, day)
    return first


def _groups(study: Study, spec: AnalysisSpec, group: str | None) -> pd.Categorical:
    if group in IVIG_GROUPS:
        return groups(study.cohort(spec), group, spec.survival.landmark_day)
    if group in (None, "none"):
        return pd.Categorical([None] * len(study.cohort(spec)))
    return study_levels(study, spec, group)


def _keys(sort: str) -> tuple[list[str], list[bool]]:
    longest = (["days", "patient"], [False, True])
    return {
        "ivig": (["treated", *longest[0]], [False, *longest[1]]),
        "longest": longest,
        "infections": (["infections", *longest[0]], [False, *longest[1]]),
        "first_dose": (["first_dose", *longest[0]], [True, *longest[1]]),
        "first_infection": (["first_infection", *longest[0]], [True, *longest[1]]),
        "id": (["patient"], [True]),
    }[sort]
