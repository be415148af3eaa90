"""Intervals and p-values of one coefficient: Wald, profile likelihood, and exact where the likelihood is monotone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from scipy.special import chdtrc, chdtri, ndtr, ndtri, stdtr, stdtrit

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.likelihood import Likelihood, Maximum, maximise
from ivig_core.lazy import library

optimize = library("scipy.optimize")


ALPHA = 0.05
Z = float(ndtri(1 - ALPHA / 2))
CHI2 = Z**2
REACH = 60.0
BY_CHANCE = 0.001
LEAST_SPREAD = 0.5
LIMIT_STEPS = 40
CLOSE, FLAT = 1e-10, 1e-6
"""A step of Newton after which the error is its square; a score that is none."""
LARGEST = 2.0
"""No step towards a limit moves a coefficient further."""


def wald(estimate: float, se: float) -> tuple[float, float, float]:
    """95 % limits and two-sided p of a normal estimate."""
    return estimate - Z * se, estimate + Z * se, float(2 * ndtr(-abs(estimate / se)))


def student(estimate: float, se: float, df: float) -> tuple[float, float, float]:
    """95 % limits and two-sided p where (estimate − truth)/se has a t distribution; `df` can be infinite."""
    reach = float(stdtrit(df, 1 - ALPHA / 2)) * se
    return estimate - reach, estimate + reach, float(2 * stdtr(df, -abs(estimate / se)))


def differ_too_little(robust: float, model: float, clusters: int) -> bool:
    """Whether a standard error by cluster is so far below the one of the model that it is no measure of certainty.

    Where infections are independent the squared ratio is about a χ² over its G − 1 degrees of freedom. What this would
    be below once in a thousand cohorts are patients who happen to be alike; never a ratio of a half and more, which
    many patients with fewer repeats than chance can really have.
    """
    df = max(clusters - 1, 1)
    return robust < model * min(LEAST_SPREAD, float(np.sqrt(chdtri(df, 1 - BY_CHANCE) / df)))


def likelihood_ratio_p(statistic: float, df: int = 1) -> float:
    """Upper tail of chi-square with `df` degrees of freedom."""
    return float(chdtrc(df, max(statistic, 0.0)))


class Profiled(Likelihood, Protocol):
    """A likelihood of which one coefficient can be held."""

    def fix(self, column: int, value: float) -> Likelihood: ...


def profile(likelihood: Profiled, top: Maximum, column: int, se: float) -> tuple[float, float, float]:
    """Profile-likelihood limits of one coefficient, and p of its likelihood-ratio test against 0."""
    others = np.delete(top.beta, column)

    def drop(value: float) -> float:
        return 2 * (top.value - maximise([likelihood.fix(column, value)], others).value)

    def limit(side: float) -> float:
        found = _limit(likelihood, top, column, side)
        if found is not None:
            return found
        return search(lambda value: drop(value) - CHI2, float(top.beta[column]), side * se)

    return limit(-1.0), limit(1.0), likelihood_ratio_p(drop(0.0))


def _limit(likelihood: Profiled, top: Maximum, column: int, side: float) -> float | None:
    """Where the likelihood has fallen by half the quantile of χ² and the score of all other terms is 0.

    Both conditions together by Newton's method (Venzon & Moolgavkar, Appl Stat 1988;37:87), which takes a tenth of the
    evaluations of a search with a fit at each place; None where that does not end at such a place.
    """
    wanted = top.value - CHI2 / 2
    toward = np.linalg.inv(top.information)[:, column]
    beta = top.beta + side * Z * toward / np.sqrt(toward[column])
    for _ in range(LIMIT_STEPS):
        with np.errstate(all="ignore"):
            now = likelihood.at(beta)
            system, rest = now.information.copy(), now.score.copy()
            system[column], rest[column] = now.score, wanted - now.value
            if not (np.isfinite(system).all() and np.isfinite(rest).all()):
                return None
            try:
                step = np.linalg.solve(system, rest)
            except np.linalg.LinAlgError:
                return None
        size = float(np.abs(step).max())
        beta = beta + step * min(1.0, LARGEST / max(size, LARGEST))
        if size < CLOSE:
            flat = np.abs(np.delete(likelihood.at(beta).score, column)).max(initial=0.0) < FLAT
            moved = side * float((beta - top.beta)[column])
            return float(beta[column]) if flat and 0 < moved < REACH else None
    return None


def search(excess: Callable[[float], float], inside: float, step: float) -> float:
    """Where `excess` turns positive, searched from `inside` in the direction of `step`."""
    outside = inside + 2 * step
    while excess(outside) < 0:
        step *= 2
        outside += step
        if abs(outside - inside) > REACH:
            raise EstimationError("the profile likelihood is flat")
    return optimize.brentq(excess, inside, outside, xtol=1e-11, rtol=1e-13)


def exact_bound(data: Cells, inside: np.ndarray, weight: np.ndarray, *, upper: bool) -> tuple[float, float]:
    """One-sided 97.5 % bound of a log rate ratio when every infection lies on one side, and p against a ratio of 1.

    With n_i infections of stratum i and the share π_i(β) of its weighted days in the level, all of them are outside
    with probability Π (1 − π_i(β))^n_i and inside with probability Π π_i(β)^n_i. The first equals 0.025 at the upper
    bound (no infection inside), the second at the lower (none outside). Two-sided p is twice that probability at β = 0,
    1 at most, so that it is below 0.05 where the bound excludes 1. `weight` (cells,): days times the fitted rates of
    the other terms.
    """
    n = data.totals(data.infections)
    log_odds = np.log(data.totals(weight * inside)) - np.log(data.totals(weight * ~inside))
    sign = 1.0 if upper else -1.0

    def log_probability(beta: float) -> float:
        return float(-(n @ np.logaddexp(0, sign * (beta + log_odds))))

    def excess(beta: float) -> float:
        return log_probability(beta) - float(np.log(ALPHA / 2))

    center = -float(np.median(log_odds))
    reach = 1.0
    while excess(center - reach) * excess(center + reach) > 0:
        reach *= 2
    bound = optimize.brentq(excess, center - reach, center + reach, xtol=1e-12)
    return bound, min(1.0, 2 * float(np.exp(log_probability(0.0))))
