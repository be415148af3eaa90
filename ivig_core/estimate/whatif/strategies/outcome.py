"""Numbers of a strategy with 95 % intervals: quantiles of the draws; ratios whose denominator may be 0 or below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

TAIL = 0.025
FINITE, OPEN, NONE_AVERTED, NO_IVIG = "ok", "no_upper_limit", "none_averted", "no_ivig"
"""What kind of number an amount per infection averted is: finite with a finite interval; no upper limit; no infection
averted (∞); nothing given."""


@dataclass(frozen=True)
class Estimate:
    """A point estimate with its 95 % interval; None is ∞ where `status` says so, else no number."""

    value: float | None
    low: float | None
    high: float | None
    status: str = FINITE

    @classmethod
    def absent(cls, status: str) -> Estimate:
        return cls(None, None, None, status)


LIMITS = (TAIL, 1 - TAIL)


def expansion(patients: int) -> float:
    """How much further a t interval of the mean of so many patients (at least 2) reaches than the quantiles of their
    bootstrap samples: these have the divisor n, and a normal reach. Hesterberg, American Statistician 2015;69:371.
    """
    return float(stdtrit(patients - 1, TAIL) / ndtri(TAIL) * np.sqrt(patients / (patients - 1)))


def expanded(draws: np.ndarray, by: float) -> np.ndarray:
    """Positive amounts moved away from their median, on the logarithm: `by` times as far. 0 stays 0."""
    centre = float(np.median(draws))
    if not centre > 0:
        return draws
    moved: np.ndarray = centre * (np.maximum(draws, 0) / centre) ** by
    return moved


def estimate(point: np.ndarray, draws: np.ndarray) -> Estimate:
    """Point (an array of one) and the quantiles `LIMITS` of the draws."""
    low, high = np.quantile(draws, LIMITS, method="hazen")
    return Estimate(float(point[0]), float(low), float(high))


def per_averted(
    amount: tuple[np.ndarray, np.ndarray],
    averted: tuple[np.ndarray, np.ndarray],
    factor: float = 1.0,
) -> Estimate:
    """`amount` (point, draws) per infection averted, times `factor`.

    The interval is that of infections averted per amount, turned over, as for a number needed to treat: where the lower
    limit of these is 0 or below, there is no upper limit (∞), and beyond it lies harm. Altman, BMJ 1998;317:1309.
    """
    if not amount[0][0] > 0:
        return Estimate.absent(NO_IVIG)
    each = averted[0][0] / amount[0][0]
    given = amount[1] > 0
    effect = np.where(given, averted[1] / np.where(given, amount[1], 1.0), 0.0)
    low, high = np.quantile(effect, LIMITS, method="hazen")
    best = factor / float(high) if high > 0 else None
    if each <= 0:
        return Estimate(None, best, None, NONE_AVERTED)
    worst = factor / float(low) if low > 0 else None
    return Estimate(factor / float(each), best, worst, FINITE if worst is not None else OPEN)
