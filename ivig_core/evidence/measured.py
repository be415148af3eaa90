"""A quantity of a cohort with its 95 % interval, and the intervals of plain counts, shares and medians.

Shares and medians of infections take them as independent, although infections cluster in patients: these intervals are
too narrow, and so is the exact Poisson interval of a number of infections.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, stdtrit

from ivig_core.errors import EstimationError
from ivig_core.estimate.rates.rates import ALPHA, DAYS_PER_YEAR, exact_interval, robust_interval
from ivig_core.lazy import library

proportion = library("statsmodels.stats.proportion")


PERCENT = "%"
LOWER = "% lower"
RATIO = "ratio"
RATE = "per patient-year"
INFECTIONS = "infections"
PATIENTS = "patients"
MONTHS = "months"
DAYS = "days"


@dataclass(frozen=True)
class Measured:
    """An estimate with its 95 % limits in `unit`.

    Without limits (None) there is no interval; `design` says that this is because the number is fixed by design and has
    none. Infinite: not reached. `remark` is what the estimator says about its result.
    """

    estimate: float
    low: float | None
    high: float | None
    unit: str
    design: bool = False
    remark: str = ""

    def agrees(self, number: float) -> bool | None:
        """Whether `number` lies in the interval, limits included, or equals a number fixed by design; else None."""
        if self.design:
            return self.estimate == number
        if self.low is None or self.high is None:
            return None
        return self.low <= number <= self.high


def by_design(count: int, unit: str = PATIENTS) -> Measured:
    """A number that was decided on before the study: it has no interval."""
    return Measured(float(count), None, None, unit, design=True)


def events(count: int, unit: str = INFECTIONS) -> Measured:
    """A number of infections with its exact Poisson limits (Garwood, Biometrika 1936;28:437)."""
    return Measured(float(count), *exact_interval(count, 1.0), unit)


def percent(part: int, whole: int) -> Measured:
    """`part` of `whole` in percent, with exact binomial limits (Clopper & Pearson, Biometrika 1934;26:404)."""
    low, high = _limits_of_percent(part, whole)
    return Measured(100 * part / whole, low, high, PERCENT)


def number_of(part: int, whole: int) -> Measured:
    """`part` of `whole` patients as a number, with the limits of `percent` times `whole`."""
    low, high = _limits_of_percent(part, whole)
    return Measured(float(part), low * whole / 100, high * whole / 100, PATIENTS)


def _limits_of_percent(part: int, whole: int) -> tuple[float, float]:
    if not whole:
        raise EstimationError("nobody and nothing to take a share of: the denominator is 0")
    low, high = proportion.proportion_confint(part, whole, alpha=ALPHA, method="beta")
    return 100 * float(low), 100 * float(high)


def median(values: np.ndarray, unit: str) -> Measured:
    """Median of the values that are known (float, NaN = unknown), with exact limits from order statistics.

    The limits are the r-th smallest and r-th largest value, r the largest number with P(Binomial(n, ½) < r) ≤ 2.5 %
    (Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2); fewer than 6 values have none.
    """
    values = np.asarray(values, float)
    values = np.sort(values[~np.isnan(values)])
    n = len(values)
    if not n:
        raise EstimationError("no value is recorded")
    rank = int((bdtr(np.arange(n), n, 0.5) <= ALPHA / 2).sum())
    middle = float(np.median(values))
    if not rank:
        return Measured(middle, None, None, unit, remark=f"{n} values are too few for an interval")
    return Measured(middle, float(values[rank - 1]), float(values[n - rank]), unit)


def total(values: np.ndarray, unit: str) -> Measured:
    """Sum over patients; limits from the mean of a patient with a t quantile of n − 1 degrees of freedom."""
    n = len(values)
    if n < 2:
        raise EstimationError("fewer than 2 patients: a sum over patients has no interval")
    half = float(stdtrit(n - 1, 1 - ALPHA / 2) * np.sqrt(n) * np.std(values, ddof=1))
    middle = float(np.sum(values))
    return Measured(middle, max(middle - half, 0.0), middle + half, unit)


def share_of_time(part: np.ndarray, whole: np.ndarray) -> Measured:
    """Days `part` of days `whole` in percent, both one entry per patient, added up over patients.

    A ratio of sums with patients as clusters: the robust interval of rates, with days in the place of infections, at
    most 100 %.
    """
    if not whole.sum():
        raise EstimationError("no day to take a share of")
    limits = robust_interval(part, whole)
    middle = 100 * float(part.sum() / whole.sum())
    if limits is None:
        return Measured(middle, None, None, PERCENT, remark="too few patients or too little variation for an interval")
    low, high = (100 * limit / DAYS_PER_YEAR for limit in limits)
    return Measured(middle, low, min(high, 100.0), PERCENT)


def reached(value: float) -> float:
    """A time that a table gives as NaN where it is not reached: infinite."""
    return math.inf if math.isnan(value) else float(value)
