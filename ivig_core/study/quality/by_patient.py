"""Infections and doses of each patient against time, and the patients with more, or fewer, than chance explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betainc, gammainc

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import courses
from ivig_core.spec import AnalysisSpec
from ivig_core.study.quality.cloud import UP, Cloud, cloud
from ivig_core.study.study import Study

NAME = "records_by_patient"
INFECTIONS, DOSES = "infections", "doses"
DAYS_PER_YEAR = 365.25
CHANCE = 0.05
"""In so many of cohorts like this one any patient at all would be beyond the limit."""
FEWEST, ROUNDS, TRIMMED = 5, 20, 0.02
GRID = 40


@dataclass(frozen=True, eq=False)
class ByPatient:
    """One kind of record by patient: `cloud` with x in years at risk (of doses: since the first one) and y the number.

    `rate` per year, `years` and `limit` (the number from which a patient is odd) for a line, empty for fewer than
    `FEWEST` patients. `none`: patients without any record of the kind.
    """

    kind: str
    cloud: Cloud
    rate: float
    years: np.ndarray
    limit: np.ndarray
    none: int
    patients: int


@dataclass(frozen=True)
class Fit:
    """Negative binomial numbers: mean `rate` × time, variance mean + `spread` × mean²."""

    rate: float
    spread: float

    def more(self, number: np.ndarray, time: np.ndarray) -> np.ndarray:
        """P(at least `number`), by the incomplete beta function; Poisson without a spread."""
        mean, count = self.rate * time, np.maximum(number, 1e-9)
        if self.spread <= 0:
            tail = gammainc(count, mean)
        else:
            tail = betainc(count, 1 / self.spread, self.spread * mean / (1 + self.spread * mean))
        return np.where(number > 0, tail, 1.0)

    def none(self, time: np.ndarray) -> np.ndarray:
        """P(none)."""
        mean = self.rate * time
        return np.exp(-mean) if self.spread <= 0 else (1 + self.spread * mean) ** (-1 / self.spread)


def by_patient(study: Study, spec: AnalysisSpec) -> tuple[ByPatient, ...]:
    """Infections of every selected patient, doses of those who have any."""
    return study.once(NAME, spec.selection.where, spec.exposure, make=lambda: _by_patient(study.cohort(spec), spec))


def _by_patient(cohort: Cohort, spec: AnalysisSpec) -> tuple[ByPatient, ...]:
    count = len(cohort)
    infection = cohort.infection
    at, day = infection["patient"].to_numpy(np.int64), infection["day"].to_numpy(np.int64)
    infections = np.bincount(at[(day >= 0) & (day < cohort.days[at])], minlength=count)
    given = courses(Block(cohort, 0, count), spec.exposure)
    doses = np.bincount(given.patient, given.number, count).astype(np.int64)
    first = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(first, given.patient, given.first)
    treated = doses > 0
    since = np.where(treated, cohort.days - np.where(treated, first, 0), 0)
    return (
        _one(INFECTIONS, cohort, infections, cohort.days / DAYS_PER_YEAR, np.ones(count, bool)),
        _one(DOSES, cohort, doses, since / DAYS_PER_YEAR, treated),
    )


def _one(kind: str, cohort: Cohort, number: np.ndarray, years: np.ndarray, of: np.ndarray) -> ByPatient:
    rows = np.flatnonzero(of)
    number, years = number[rows], years[rows]
    found = fit(number, years)
    why = np.full(len(rows), "", dtype=object)
    unlike = np.zeros(len(rows))
    grid, limit = np.empty(0), np.empty(0)
    if found is not None:
        odd, alpha = beyond(found, number, years), CHANCE / len(rows)
        often = "more" if kind == INFECTIONS else "more doses"
        why[odd & (number > 0)] = f"{often} than chance explains"
        why[odd & (number == 0)] = "none in a long time"
        expected = np.maximum(found.rate * years, 1e-9)
        unlike = np.abs(number - expected) / np.sqrt(expected + found.spread * expected**2)
        grid = np.linspace(0, float(years.max()), GRID)[1:]
        limit = _limit(found, grid, alpha)
    points = pd.DataFrame(
        {
            "patient": rows, "patient_id": cohort.patients["patient_id"].to_numpy(object)[rows], "x": years,
            "y": number.astype(float), "value": _texts(number, years, kind), "why": why,
        }
    )  # fmt: skip
    none = int((number == 0).sum()) if kind == INFECTIONS else len(cohort) - len(rows)
    rate = found.rate if found is not None else np.nan
    # Cells of whole numbers: between two of them nobody can be.
    most = int(number.max(initial=1))
    step = -(-(most + 2) // UP)
    up = np.arange(-0.5, most + step + 1, step)
    return ByPatient(kind, cloud(points, unlike, up), rate, grid, limit, none, len(cohort))


def fit(number: np.ndarray, years: np.ndarray) -> Fit | None:
    """Rate and spread by moments, of the patients who are not beyond the limit that follows from them.

    Begins without the 2 % with the highest numbers for their time, so that they do not hide one another; None for fewer
    than `FEWEST` patients or without any record.
    """
    known = years > 0
    if known.sum() < FEWEST or not number[known].sum():
        return None
    rate = number[known].sum() / years[known].sum()
    far = np.where(known, (number - rate * years) / np.sqrt(rate * np.maximum(years, 1e-9)), -np.inf)
    cut = np.sort(far)[-max(1, round(TRIMMED * known.sum()))]
    kept = known & (far < cut)
    if not number[kept].sum():
        return None
    found = _moments(number[kept], years[kept])
    for _ in range(ROUNDS):
        inside = known & ~beyond(found, number, years)
        if (inside == kept).all() or not number[inside].sum():
            break
        kept, found = inside, _moments(number[inside], years[inside])
    return found


def beyond(found: Fit, number: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Which patients have more, or none where more, than `CHANCE` of cohorts of this size would show in anybody."""
    alpha = CHANCE / max(len(number), 1)
    return (found.more(number.astype(float), years) < alpha) | ((number == 0) & (found.none(years) < alpha))


def _moments(number: np.ndarray, years: np.ndarray) -> Fit:
    rate = float(number.sum() / years.sum())
    mean = rate * years
    spread = float((((number - mean) ** 2 - mean).sum()) / (mean**2).sum())
    return Fit(rate, max(spread, 0.0))


def _limit(found: Fit, years: np.ndarray, alpha: float) -> np.ndarray:
    """The least number that is beyond the limit, by bisection on whole numbers."""
    low, high = np.zeros(len(years)), np.full(len(years), 1e6)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        rare = found.more(middle, years) < alpha
        high, low = np.where(rare, middle, high), np.where(rare, low, middle)
    return high


def _texts(number: np.ndarray, years: np.ndarray, kind: str) -> np.ndarray:
    since = "" if kind == INFECTIONS else " since the first dose"
    noun = kind[:-1]
    return np.array(
        [f"{count:,} {noun if count == 1 else kind} in {time:.1f} years{since}"
         for count, time in zip(number.tolist(), years.tolist(), strict=True)], object,
    )  # fmt: skip
