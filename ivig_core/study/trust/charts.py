"""Which charts to look at first: patients who move the ratio most, and records that look incomplete or doubled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.rates.influence import leave_one_out
from ivig_core.estimate.rates.sccs import sccs_cells
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.dose_gaps import like_a_missing_dose
from ivig_core.terms import ON

MOST = 10
DOUBLED_DAYS = 14
"""Two infections at most so many days apart may be one that was written down twice."""
MOVES = 0.05
"""A patient who moves the ratio by less than 5 % is not named for it."""


def charts_to_check(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """One row per patient worth a second look, most reasons first, at most `MOST`.

    `patient` (code in the selected cohort), `patient_id`, `ratio_without` (rate ratio on IVIG without this patient, NaN
    where there is none or the patient does not move it by 5 %), `change` (its log less that with everybody),
    `missing_doses` (times off IVIG as long as one dose left out), `doubled` (infections at most 14 days after another),
    `why` (a sentence).
    """
    return study.once(
        "charts", spec.selection, spec.exposure, spec.endpoint, spec.model, make=lambda: _table(study, spec)
    )


def _table(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    time = study.time(spec)
    count = len(time.cohort)
    ratio, change = np.full((2, count), np.nan)
    found = leave_one_out(sccs_cells(time, spec.model), ON)
    if found is not None:
        moved = np.isnan(found.change) | (np.abs(found.change) >= np.log1p(MOVES))
        at = found.patient[moved & found.exact]
        ratio[at], change[at] = np.exp(found.log_irr[moved & found.exact]), found.change[moved & found.exact]
        alone = np.zeros(count, bool)
        alone[found.patient[np.isnan(found.change) & found.exact]] = True
    else:
        alone = np.zeros(count, bool)
    gaps = time.table["patient"].to_numpy()[like_a_missing_dose(time.table)]
    missing = np.bincount(gaps, minlength=count)
    doubled = _doubled(study, spec, count)
    moves = ~np.isnan(change) | alone
    score = np.where(alone, 9.0, np.nan_to_num(np.abs(change)) / np.log1p(MOVES)) + missing + doubled
    order = np.argsort(-score, kind="stable")
    order = order[(moves | (missing > 0) | (doubled > 0))[order]][:MOST]
    table = pd.DataFrame(
        {
            "patient": order,
            "patient_id": time.cohort.patients["patient_id"].to_numpy(object)[order],
            "ratio_without": ratio[order],
            "change": change[order],
            "missing_doses": missing[order],
            "doubled": doubled[order],
        }
    )
    table["why"] = [
        _why(bool(alone[row.patient]), row.ratio_without, row.missing_doses, row.doubled) for row in table.itertuples()
    ]
    return table


def _doubled(study: Study, spec: AnalysisSpec, count: int) -> np.ndarray:
    """Infections at most `DOUBLED_DAYS` after the one before, by patient (int64)."""
    infections = study.cohort(spec).infection
    patient, day = infections["patient"].to_numpy(np.int64), infections["day"].to_numpy(np.int64)
    close = (patient[1:] == patient[:-1]) & (day[1:] - day[:-1] <= DOUBLED_DAYS)
    return np.bincount(patient[1:][close], minlength=count)


def _why(alone: bool, ratio: float, missing: int, doubled: int) -> str:
    said = []
    if alone:
        said.append("without this patient there is no ratio")
    elif not np.isnan(ratio):
        said.append(f"without this patient the ratio is {ratio:.2f}")
    if missing:
        said.append(f"{missing:,} {'dose seems' if missing == 1 else 'doses seem'} to be missing")
    if doubled:
        times = "once" if doubled == 1 else f"{doubled:,} times"
        said.append(f"{times} two infections within {DOUBLED_DAYS} days")
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}."
