"""How long observation goes on after an event, where death can end it: the weights of a case series with such ends.

Farrington, Anaya-Izquierdo, Whitaker, Hocine, Douglas & Smeeth, J Am Stat Assoc 2011;106:417, section 5.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from ivig_core.errors import EstimationError
from ivig_core.estimate.trust.lifetimes import GAMMA, WEIBULL, Lifetime
from ivig_core.lazy import library

optimize = library("scipy.optimize")

KINDS = tuple((family, age) for age in (True, False) for family in (WEIBULL, GAMMA))
"""Family of the long-term component, and whether it runs on time since the start (age) or since the event."""
BOUNDS = ((-7.0, 7.0), (-5.0, 9.0), (-12.0, 12.0), (-1.2, 1.2))
"""Of log ρ and log μ (years), logit π and log ν: from a day to more than anybody's life."""
STARTS = ((-2.5, 1.0, -2.0, 0.0), (1.0, -1.0, 1.0, 0.0))
SEARCH = {"ftol": 1e-12, "gtol": 1e-7}
MOST, GRID, RELATIVE = 2000, 0.1, 0.1
"""Above so many events they are gathered: by tenths of a year, and by tenths of the time until the end."""
LEAST = 1e-15
"""Least weight of an interval, so that its logarithm is a number (as R's SCCS)."""
NODES, SHARES = np.polynomial.legendre.leggauss(8)


@dataclass(frozen=True)
class EndModel:
    """The best of four mixtures for the time from an event at t to the end of observation at c, in years.

    π·exponential(mean ρ) + (1 − π)·`late`, a Weibull or gamma lifetime. With `age` it is one since the start that has
    lasted until t; without, a time since the event. `aic`: of all four, in the order of `KINDS`.
    """

    rho: float
    pi: float
    late: Lifetime
    age: bool
    log_likelihood: float
    aic: tuple[float, ...]

    def weight(self, low: np.ndarray, high: np.ndarray, end: np.ndarray, died: np.ndarray) -> np.ndarray:
        """∫ w(t) dt over `low` to `high` (years since the start, arrays) of one who is observed until `end`.

        w(t) is the density of an end at `end` given an event at t where death ended observation (`died`), else the
        probability to be observed until then. It takes the place of the length of the interval.
        """
        # An interval that ends with observation may seem to end after it, by rounding.
        short, long = np.maximum(end - high, 0), np.maximum(end - low, 0)
        lasting = np.exp(-short / self.rho) - np.exp(-long / self.rho)
        early = np.where(died, lasting, self.rho * lasting)
        late = self._by_age(low, high, end, died) if self.age else self._since_event(short, long, died)
        return np.maximum(self.pi * early + (1 - self.pi) * late, LEAST)

    def _since_event(self, short: np.ndarray, long: np.ndarray, died: np.ndarray) -> np.ndarray:
        ended = np.exp(self.late.log_survival(short)) - np.exp(self.late.log_survival(long))
        return np.where(died, ended, self.late.lived(long) - self.late.lived(short))

    def _by_age(self, low: np.ndarray, high: np.ndarray, end: np.ndarray, died: np.ndarray) -> np.ndarray:
        """By Gauss and Legendre: 1/S(t) is smooth, so that 8 points are enough for any interval of a life."""
        half, middle = (high - low) / 2, (high + low) / 2
        top = np.where(died, self.late.log_density(end), self.late.log_survival(end))
        total = np.zeros(len(low))
        for node, share in zip(NODES, SHARES, strict=True):
            total += share * np.exp(top - self.late.log_survival(middle + half * node))
        return half * total


def end_model(event: np.ndarray, end: np.ndarray, died: np.ndarray) -> EndModel:
    """Fit the four mixtures to events at `event` observed until `end` (years since the start), and keep the best.

    Best by AIC. `died` (bool): whether death ended observation; else the end has nothing to do with events. Several
    events of one patient each count: what is fitted is the distribution of the end given an event, over all events.

    Raises
    ------
    EstimationError
        where no event is followed by a death, or no mixture has a maximum.
    """
    if not died.any():
        raise EstimationError("no death ends observation after an event")
    seen = _gathered(event, end, died)
    found = [(*_maximum(family, age, seen), family, age) for family, age in KINDS]
    theta, value, family, age = min(found, key=lambda one: one[1])
    if not np.isfinite(value):
        raise EstimationError("no distribution of the time from an event to the end of observation could be fitted")
    rho, mu, nu = np.exp(theta[[0, 1, 3]]).tolist()
    aic = tuple(2 * len(theta) + 2 * one[1] for one in found)
    return EndModel(rho, float(expit(theta[2])), Lifetime(family, mu, nu), age, -value, aic)


class _Seen(NamedTuple):
    """Events alike: when (years), until when observed, whether death ended it, and how many."""

    event: np.ndarray
    end: np.ndarray
    died: np.ndarray
    number: np.ndarray


def _gathered(event: np.ndarray, end: np.ndarray, died: np.ndarray) -> _Seen:
    """Of many events those at about the same time, with about as long until the end, are taken as their mean."""
    if len(event) <= MOST:
        return _Seen(event, end, died, np.ones(len(event)))
    span = end - event
    places = np.floor(event / GRID), np.floor(np.log(span) / np.log1p(RELATIVE)), died
    _, group, number = np.unique(np.column_stack(places), axis=0, return_inverse=True, return_counts=True)
    dead = np.zeros(len(number), bool)
    dead[group] = died
    when, left = (np.bincount(group, values) / number for values in (event, span))
    return _Seen(when, when + left, dead, number.astype(float))


def _maximum(family: str, age: bool, seen: _Seen) -> tuple[np.ndarray, float]:
    """Parameters (log ρ, log μ, logit π, log ν) and least negative log-likelihood of one mixture, from two starts."""
    event, end, died, number = seen
    span, total = end - event, float(number.sum())
    at = end if age else span

    def negative(theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Per event, so that steps and tolerances mean the same in every cohort; and its slopes."""
        life, rate, pi = Lifetime(family, float(np.exp(theta[1])), float(np.exp(theta[3]))), np.exp(-theta[0]), theta[2]
        late = np.where(died, life.log_density_slopes(at), life.log_survival_slopes(at))
        if age:
            late = late - life.log_survival_slopes(event)
        early = -span * rate - np.where(died, theta[0], 0)
        log_early, log_late = early - np.logaddexp(0, -pi), late[0] - np.logaddexp(0, pi)
        value = np.logaddexp(log_early, log_late)
        share = np.exp(log_early - value)
        slopes = (share * (span * rate - died), (1 - share) * late[1], share - expit(pi), (1 - share) * late[2])
        return -float(number @ value) / total, -np.array([number @ slope for slope in slopes]) / total

    with np.errstate(all="ignore"):
        found = [
            optimize.minimize(negative, start, jac=True, method="L-BFGS-B", bounds=BOUNDS, options=SEARCH)
            for start in STARTS
        ]
    best = min(found, key=lambda one: one.fun if np.isfinite(one.fun) else np.inf)
    return best.x, float(best.fun) * total if np.isfinite(best.fun) else np.inf
