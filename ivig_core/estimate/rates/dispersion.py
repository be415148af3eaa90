"""Do infections vary more between a patient's days on and off IVIG than independent infections would?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.fit import Fit, fit
from ivig_core.runs import run_starts

DRAWS, DRAWN = (99, 999), 500_000
"""Fewest and most draws; patients that they draw in all."""
SEED, ROUNDING = 20260101, 1e-9


@dataclass(frozen=True)
class Dispersion:
    """`ratio`: variance of the infections in the level, given each patient's total, against that of independent
    infections (1: as chance has it). `p_value`: how often chance gives at least as much. NaN for fewer than two
    `patients` with infections and days both in the level and outside it."""

    patients: int
    ratio: float
    p_value: float


NONE = Dispersion(0, math.nan, math.nan)


def dispersion(data: Cells, term: str) -> Dispersion:
    """Overdispersion against the conditional Poisson model of the case series.

    Of patient i with n_i infections, y_i lie in the level `term`, of which the fitted model expects n_i p_i: the ratio
    is Σ (y_i − n_i p_i)² / Σ n_i p_i (1 − p_i) × G/(G − 1) over the G patients with 0 < p_i < 1. Pearson's statistic
    would divide each patient's square by its own variance, which a patient with few days in the level dominates;
    as quotient of sums it is, for one term, the squared ratio of the robust to the plain standard error. `p_value` by
    Monte Carlo: y_i binomial with n_i and p_i; the same data always get the same draws.
    """
    try:
        fitted = fit(data)
    except EstimationError:
        return NONE
    if term not in fitted.terms:
        return NONE
    inside, total, share = _by_stratum(fitted, term)
    both = (share > 0) & (share < 1) & (total > 0)
    inside, total, share = inside[both], total[both].astype(np.int64), share[both]
    patients = len(total)
    if patients < 2:
        return Dispersion(patients, math.nan, math.nan)
    chance = float((total * share * (1 - share)).sum())
    found = float(((inside - total * share) ** 2).sum()) * patients / (patients - 1)
    found = found if found > ROUNDING else 0.0
    rng = np.random.default_rng(SEED)
    draws = int(np.clip(DRAWN // patients, *DRAWS))
    drawn = rng.binomial(total, share, (draws, patients)) - total * share
    beyond = int(((drawn**2).sum(axis=1) >= found - ROUNDING).sum())
    return Dispersion(patients, found / chance, (1 + beyond) / (1 + draws))


def _by_stratum(fitted: Fit, term: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Infections in the level, all infections, and the share in the level that the model expects, by patient."""
    cells = fitted.data.keep(fitted.screen.kept())
    number, code = next((number, code) for number, code, name in fitted.screen.levels if name == term)
    at = cells.codes[:, number] == code
    eta = fitted.likelihood.offset + fitted.likelihood.X @ fitted.maximum.beta
    starts = np.flatnonzero(run_starts(cells.stratum))
    weight = np.exp(eta - np.maximum.reduceat(eta, starts)[cells.stratum])
    inside, total = cells.totals(cells.infections * at), cells.totals(cells.infections)
    return inside, total, cells.totals(weight * at) / cells.totals(weight)
