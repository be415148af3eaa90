"""Standardised differences: how far apart two groups are in units of their spread, whatever their size."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

TOLERANCE = 1e-9


def difference_of_numbers(one: np.ndarray, two: np.ndarray) -> float:
    """|mean − mean| / √((s² + s²) / 2) of the known values, with sample variances (n − 1); NaN values are left out.

    Cohen's d with the spread of neither group preferred (Austin, Stat Med 2009;28:3083). NaN where a group
    has fewer than 2 known values, infinite where two different means have no spread.
    """
    one, two = (np.asarray(values, float)[~np.isnan(values)] for values in (one, two))
    if min(len(one), len(two)) < 2:
        return math.nan
    return difference_of_means(*((float(of.mean()), float(of.var(ddof=1))) for of in (one, two)))


def difference_of_means(one: tuple[float, float], two: tuple[float, float]) -> float:
    """The same from mean and variance of either group."""
    apart = abs(one[0] - two[0])
    spread = math.sqrt((one[1] + two[1]) / 2)
    if spread < TOLERANCE * max(apart, TOLERANCE):
        return math.inf if apart > TOLERANCE else 0.0
    return apart / spread


def difference_of_shares(one: Sequence[int] | np.ndarray, two: Sequence[int] | np.ndarray) -> float:
    """√(T' S⁻¹ T) for the counts of the same levels in two groups (Yang & Dalton, SAS Global Forum 2012, paper 335).

    T holds the differences of the shares of all levels but the first, S the mean of their two multinomial covariances,
    p(1 − p) on the diagonal and −pq beside it; the choice of the level left out does not matter. For two levels it is
    |p − q| / √((p(1 − p) + q(1 − q)) / 2). NaN where a group has no known value, infinite where the groups share no
    spread in which they could differ (all of one are in a level in which nobody of the other is).
    """
    counts = np.array([one, two], float)
    counts = counts[:, counts.sum(axis=0) > 0]
    totals = counts.sum(axis=1, keepdims=True)
    if not totals.all():
        return math.nan
    shares = (counts / totals)[:, 1:]
    apart = shares[0] - shares[1]
    spread = sum(np.diag(p) - np.outer(p, p) for p in shares) / 2
    solved = np.linalg.pinv(spread, hermitian=True) @ apart
    if not np.allclose(spread @ solved, apart, atol=TOLERANCE):
        return math.inf
    return math.sqrt(max(float(apart @ solved), 0.0))
