"""How much patients' own rates of infection differ beyond chance: the variance of a gamma frailty."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaincinv

from ivig_core.estimate.intervals import CHI2, likelihood_ratio_p
from ivig_core.estimate.likelihood import Derivatives, maximise, spread
from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS
from ivig_core.lazy import library
from ivig_core.persontime.split import PersonTime

optimize = library("scipy.optimize")

LARGEST = 1e4
"""Variance beyond which no upper limit is looked for: a standard deviation of 100 times the mean."""
OK, NOT_IDENTIFIED = "ok", "not_identified"
TOO_FEW = f"fewer than {FEWEST_CLUSTERS} patients with an infection: how far patients differ cannot be told"


@dataclass(frozen=True)
class Frailty:
    """Variance of patients' rates relative to their mean, over all patients with a day at risk.

    `variance` with its 95 % interval and `p_value` against 0; `ci_high` None where there is no upper limit. `patients`,
    `infected` (with an infection) and `infections` are counts, `half` the fewest patients who together have half of the
    infections. `status` "ok", or "not_identified" with the reason in `note` and without these numbers.
    """

    status: str
    note: str
    patients: int
    infected: int
    infections: int
    half: int
    variance: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None

    @property
    def tenth(self) -> float | None:
        """Rate, in multiples of the mean, that one patient in ten is above: a quantile of the gamma distribution."""
        if self.variance is None:
            return None
        shape = 1 / max(self.variance, 1e-6)
        return float(gammaincinv(shape, 0.9) / shape)


def frailty(time: PersonTime) -> Frailty:
    """Gamma frailty variance θ of counted person-time, by maximum likelihood.

    Infections of patient i in state j are Poisson with mean u_i d_ij exp(β_j), d_ij days, u_i gamma with mean 1 and
    variance θ, one for all states: so what IVIG does stands in β and not in θ, and patients who never had IVIG have a
    rate of their own. With one state it is the negative binomial regression of R `MASS::glm.nb` with theta = 1/θ, with
    more of them R `survival::coxph` with a gamma `frailty` on one common event time. Interval by profile likelihood;
    p of the likelihood ratio against θ = 0, which lies at the border, as half of χ² with one degree of freedom (Self &
    Liang, J Am Stat Assoc 1987;82:605).
    """
    table = time.table
    column = table["state"].cat
    shape = int(table["patient"].max()) + 1 if len(table) else 0, max(len(column.categories), 1)
    key = table["patient"].to_numpy(np.int64) * shape[1] + column.codes.to_numpy()
    days, infections = (
        np.bincount(key, table[name].to_numpy(), shape[0] * shape[1]).reshape(shape) for name in ("days", "infections")
    )
    there = days.any(axis=1)
    return frailty_of(days[there], infections[there])


def frailty_of(days: np.ndarray, infections: np.ndarray) -> Frailty:
    """The same of days and infections by patient and state (patients × states)."""
    number = infections.sum(axis=1).astype(np.int64)
    infected = int(np.count_nonzero(number))
    counts = (len(number), infected, int(number.sum()), fewest_with_half(number))
    if infected < FEWEST_CLUSTERS:
        return Frailty(NOT_IDENTIFIED, TOO_FEW, *counts)
    # The rate of a state without infections is estimated as 0: its days say nothing of anybody.
    told = infections.any(axis=0)
    data = _Counts(days[:, told].astype(float), infections[:, told].sum(axis=0), number)
    best = data.best()
    top, none = data.value(best), data.value(0.0)
    low = 0.0 if 2 * (top - none) < CHI2 else data.cross(top, 0.0, best)
    p = likelihood_ratio_p(2 * (top - none)) / 2 if best > 0 else 1.0
    return Frailty(OK, "", *counts, variance=best, ci_low=low, ci_high=data.upper(top, best), p_value=p)


def fewest_with_half(number: np.ndarray) -> int:
    """How many patients at least have half of all infections together; 0 without any."""
    total = number.sum()
    return int(np.searchsorted(np.cumsum(np.sort(number)[::-1]), total / 2) + 1) if total else 0


@dataclass(eq=False)
class _Counts:
    """Days of patients by state (n, k), infections by state (k,) and by patient (n,)."""

    days: np.ndarray
    by_state: np.ndarray
    number: np.ndarray

    def __post_init__(self) -> None:
        self.beta = np.log(self.by_state / self.days.sum(axis=0))

    @cached_property
    def at_least(self) -> np.ndarray:
        """Patients with more than 0, 1, 2 … infections."""
        return np.cumsum(np.bincount(self.number)[::-1])[::-1][1:]

    def value(self, variance: float) -> float:
        """Log-likelihood of a variance, the rates of states at their best for it."""
        top = maximise([_Rates(self, variance)], self.beta)
        self.beta = top.beta
        return top.value

    def slope(self, variance: float) -> float:
        """Its derivative (that of the rates is 0 there)."""
        self.value(variance)
        mean = self.days @ np.exp(self.beta)
        if variance <= 0:
            return float(((self.number - mean) ** 2 - self.number).sum() / 2)
        k = np.arange(len(self.at_least))
        shrunk = 1 / (1 + variance * mean)
        parts = (self.number + 1 / variance) * mean * shrunk - np.log1p(variance * mean) / variance**2
        return float((self.at_least * k / (1 + variance * k)).sum() - parts.sum())

    def best(self) -> float:
        """Where it is largest; 0 where infections vary no more than chance would have them."""
        if self.slope(0.0) <= 0:
            return 0.0
        low, high = 1e-4, 1.0
        if self.slope(low) <= 0:
            return 0.0
        while self.slope(high) > 0 and high < LARGEST:
            low, high = high, high * 4
        return float(optimize.brentq(self.slope, low, high, xtol=1e-10)) if high < LARGEST else high

    def cross(self, top: float, inside: float, outside: float) -> float:
        """Where twice the log-likelihood has fallen by the quantile of χ², between two variances."""
        return float(
            optimize.brentq(lambda variance: 2 * (top - self.value(variance)) - CHI2, inside, outside, xtol=1e-9)
        )

    def upper(self, top: float, best: float) -> float | None:
        """Upper limit; None where there is none below `LARGEST`."""
        inside, outside = best, max(2 * best, 0.1)
        while 2 * (top - self.value(outside)) < CHI2:
            inside, outside = outside, 4 * outside
            if outside > LARGEST:
                return None
        return self.cross(top, inside, outside)


@dataclass(eq=False)
class _Rates:
    """The log-likelihood in the log rates of states, for a variance that is held: a `likelihood.Likelihood`."""

    data: _Counts
    variance: float

    def at(self, beta: np.ndarray) -> Derivatives:
        """Concave in β: minus the logarithm of a sum of exponentials."""
        data, theta = self.data, self.variance
        by_state = data.days * np.exp(beta)
        mean = by_state.sum(axis=1)
        ahead = 1 + theta * mean
        pull = (1 + theta * data.number) / ahead
        told = by_state.T @ pull
        weighted = by_state * (theta * pull / ahead)[:, None]
        value = float(data.by_state @ beta)
        if theta > 0:
            value += float(data.at_least @ np.log1p(theta * np.arange(len(data.at_least))))
            value -= float((data.number + 1 / theta) @ np.log1p(theta * mean))
        else:
            value -= float(mean.sum())
        return Derivatives(value, data.by_state - told, np.diag(told) - by_state.T @ weighted)

    def reach(self, step: np.ndarray) -> float:
        """As `likelihood.Likelihood` has it."""
        return spread(step)
