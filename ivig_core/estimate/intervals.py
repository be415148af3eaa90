"""Intervals and p-values of one coefficient: Wald, profile likelihood, and exact where the likelihood is monotone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.likelihood import ConditionalPoisson, Maximum, maximise
from ivig_core.lazy import library

optimize = library("scipy.optimize")


ALPHA = 0.05
Z = float(ndtri(1 - ALPHA / 2))
CHI2 = Z**2
REACH = 60.0


def wald(estimate: float, se: float) -> tuple[float, float, float]:
    """95 % limits and two-sided p of a normal estimate."""
    return estimate - Z * se, estimate + Z * se, float(2 * ndtr(-abs(estimate / se)))


def likelihood_ratio_p(statistic: float, df: int = 1) -> float:
    """Upper tail of chi-square with `df` degrees of freedom."""
    return float(chdtrc(df, max(statistic, 0.0)))


def profile(likelihood: ConditionalPoisson, top: Maximum, column: int, se: float) -> tuple[float, float, float]:
    """Profile-likelihood limits of one coefficient, and p of its likelihood-ratio test against 0."""
    others = np.delete(top.beta, column)

    def drop(value: float) -> float:
        return 2 * (top.value - maximise([likelihood.fix(column, value)], others).value)

    estimate = float(top.beta[column])
    low = _cross(lambda value: drop(value) - CHI2, estimate, -se)
    high = _cross(lambda value: drop(value) - CHI2, estimate, se)
    return low, high, likelihood_ratio_p(drop(0.0))


def _cross(excess: Callable[[float], float], inside: float, step: float) -> float:
    """Where `excess` turns positive, searched from `inside` in the direction of `step`."""
    outside = inside + 2 * step
    while excess(outside) < 0:
        step *= 2
        outside += step
        if abs(outside - inside) > REACH:
            raise EstimationError("the profile likelihood is flat")
    return optimize.brentq(excess, inside, outside, xtol=1e-11, rtol=1e-13)


def exact_bound(data: Cells, inside: np.ndarray, weight: np.ndarray, *, upper: bool) -> float:
    """One-sided 97.5 % bound of a log rate ratio when every infection lies on one side.

    With n_i infections of stratum i and the share π_i(β) of its weighted days in the level, solves
    Σ n_i ln(1 − π_i(β)) = ln 0.025 for the upper bound (no infection inside), Σ n_i ln π_i(β) = ln 0.025 for the lower
    (none outside). `weight` (cells,): days times the fitted rates of the other terms.
    """
    n = data.totals(data.infections)
    log_odds = np.log(data.totals(weight * inside)) - np.log(data.totals(weight * ~inside))
    sign = 1.0 if upper else -1.0

    def excess(beta: float) -> float:
        return float(-(n @ np.logaddexp(0, sign * (beta + log_odds))) - np.log(ALPHA / 2))

    center = -float(np.median(log_odds))
    reach = 1.0
    while excess(center - reach) * excess(center + reach) > 0:
        reach *= 2
    return optimize.brentq(excess, center - reach, center + reach, xtol=1e-12)
