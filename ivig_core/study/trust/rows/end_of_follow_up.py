"""What if infections end follow-up? The ratio without patients of whom that may be true, and weighted for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from ivig_core.estimate.rates.sccs import sccs
from ivig_core.estimate.result import RatioRow, ratio_table
from ivig_core.estimate.trust.weighted_series import weighted_series
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.end_of_follow_up import ended_by_death
from ivig_core.study.trust.rows.variant import FOLLOW_UP, NOT_APPLICABLE, Variant
from ivig_core.terms import ON

SOON = 90
"""Follow-up ends near an infection that began on one of its last 91 days, the last day itself among them."""
NOBODY_DIED = "no patient died: nothing changes"
NOBODY_SOON = f"nobody's follow-up ended within {SOON} days of a counted infection: nothing changes"
CHOSEN = (
    f"without patients whose follow-up ended within {SOON} days of a counted infection, so that nobody kept has one in "
    "these days: biased in favour of the side that they lie on"
)
CUT = f"the last {SOON} days of all others are left out too, which mends that"
NO_DEATH = "no death ended follow-up: there is nothing to weight for"


def end_of_follow_up() -> Iterator[Variant]:
    """Without the dead; without those whose follow-up ended soon after a counted infection; weighted by what followed.

    Who has no infection at the end is kept because of it, so that the second row alone is biased; leaving these days
    out for everybody mends that, and it is that row which counts (`docs/decisions/ends-and-controls.md`).
    """
    yield Variant(
        "without_deaths", FOLLOW_UP, "Without patients who died",
        fit=without_deaths, says="patients with a recorded death left out",
    )  # fmt: skip
    yield Variant(
        "without_soon", FOLLOW_UP, "Without ends near an infection", fit=partial(without_soon, cut=False),
        says=f"patients with a counted infection in the last {SOON} days left out", aside=True,
    )  # fmt: skip
    yield Variant(
        "without_last_days", FOLLOW_UP, f"… and without the last {SOON} days", fit=partial(without_soon, cut=True),
        says=f"patients with a counted infection in the last {SOON} days left out, and these days of all others",
    )  # fmt: skip
    yield Variant(
        "weighted", FOLLOW_UP, "Weighted for deaths after infections", fit=weighted,
        says="days weighted by what follows an infection (Farrington 2011)", aside=True,
    )  # fmt: skip


def without_deaths(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """The case series of patients without a recorded death, whenever it was."""
    alive = study.cohort(spec).patients["died_day"].isna().to_numpy()
    if alive.all():
        return _nothing(NOBODY_DIED)
    return sccs(_only(study.time(spec), alive), spec.model)


def without_soon(study: Study, spec: AnalysisSpec, cut: bool) -> pd.DataFrame:
    """The case series without patients whose recorded follow-up ended within 90 days of a counted infection.

    `cut`: also without the last 91 days of the others, which have no infection because of whom they are of.
    """
    cohort, infections = study.cohort(spec), study.infections(spec)
    patient = infections["patient"].to_numpy(np.int64)
    soon = np.zeros(len(cohort), bool)
    soon[patient[cohort.days[patient] - 1 - infections["day"].to_numpy(np.int64) <= SOON]] = True
    if not soon.any() and not cut:
        return _nothing(NOBODY_SOON)
    time = _only(study.time(spec), ~soon)
    if cut:
        time = _until(time, cohort.days - 1 - (SOON + 1), infections)
    table, said = sccs(time, spec.model), CUT if cut else CHOSEN
    return table.assign(note=[f"{said}; {note}" if note else said for note in table["note"]])


def weighted(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """The weighted case series; see `estimate.trust.weighted_series.weighted_series`."""
    died = ended_by_death(study.cohort(spec))
    if not died.any():
        return _nothing(NO_DEATH)
    return weighted_series(study.time(spec, ("time",)), study.infections(spec), spec.model, died)


def _only(time: PersonTime, patients: np.ndarray) -> PersonTime:
    """Person-time of some patients (bool per patient)."""
    return replace(time, table=time.table[patients[time.table["patient"].to_numpy()]].reset_index(drop=True))


def _until(time: PersonTime, last: np.ndarray, infections: pd.DataFrame) -> PersonTime:
    """Person-time up to a `last` day per patient, the infections in it counted again."""
    table = time.table
    end = np.minimum(table["end_day"].to_numpy(np.int64), last[table["patient"].to_numpy()])
    days = end - table["start_day"].to_numpy(np.int64) + 1
    table = table.assign(end_day=end, days=days)[days > 0].reset_index(drop=True)
    return replace(time, table=table).count(infections)


def _nothing(note: str) -> pd.DataFrame:
    return ratio_table([RatioRow("sccs", ON, NOT_APPLICABLE, note=note)])
