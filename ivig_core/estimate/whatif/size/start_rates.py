"""How often courses of IVIG start: after an infection, and in patients with many infections."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.likelihood import ConditionalPoisson, maximise

MOST_TRIGGER, MOST_EXPONENT, FEWEST_STARTS = 50.0, 3.0, 5


class StartRates(NamedTuple):
    """`first`, `again`: starts per day of an average patient without a recent infection, before and after a first
    course; NaN without a day at risk. `trigger`: factor on both after an infection, NaN where it cannot be told or with
    fewer than 5 starts. `by_rate`: exponent with which first courses go with a patient's own rate of infections, 0 with
    fewer than 5. `fit`: log-likelihood of the starts, to be compared among lengths of the time after an infection."""

    first: float
    again: float
    trigger: float
    by_rate: float
    fit: float = 0.0


def start_rates(days: np.ndarray, starts: np.ndarray, relative: np.ndarray) -> StartRates:
    """Poisson regression of starts on the days after an infection and the logarithm of a patient's own rate.

    `days`, `starts` (2, 2, patients): before and after a first course; without and after an infection. `relative`
    (patients): own rate against the average, above 0. Both at once, because who has many infections has many days after
    one: each alone would take some of the other's effect. The levels of the rate are conditioned out.
    """
    near, far = starts[:, 1].sum(), starts[:, 0].sum()
    log_rate = np.log(relative)
    at_risk = days[0].sum(axis=0) > 0
    wanted = (
        bool(near and far and days[:, 1].sum()),
        bool(starts[0].sum() >= FEWEST_STARTS and np.ptp(log_rate[at_risk]) > 1e-9),
    )
    log_trigger, exponent = _fitted(days, starts, log_rate, wanted)
    trigger = _trigger(near, far, days, log_trigger)
    factor = trigger if np.isfinite(trigger) else 1.0
    weighted = days[:, 0] + factor * days[:, 1]
    expected = np.array([weighted[0] @ np.exp(exponent * log_rate), weighted[1].sum()])
    count = starts.sum(axis=(1, 2))
    rates = np.divide(count, expected, out=np.full(2, np.nan), where=expected > 0)
    known = count > 0
    fit = exponent * float(starts[0].sum(axis=0) @ log_rate) - float(count[known] @ np.log(expected[known]))
    fit += float(near * np.log(factor)) if near else 0.0
    return StartRates(float(rates[0]), float(rates[1]), trigger, exponent, fit)


def _trigger(near: float, far: float, days: np.ndarray, log_trigger: float) -> float:
    if not days[:, 1].sum() or near + far < FEWEST_STARTS:
        return np.nan
    if not far:
        return MOST_TRIGGER
    return float(min(np.exp(log_trigger), MOST_TRIGGER)) if near else 0.0


def _fitted(
    days: np.ndarray, starts: np.ndarray, log_rate: np.ndarray, wanted: tuple[bool, bool]
) -> tuple[float, float]:  # fmt: skip
    """Log factor after an infection, and exponent; 0 for what is not wanted or has no maximum."""
    columns = np.flatnonzero(wanted)
    kept = (days > 0) & (starts.sum(axis=(1, 2)) > 0)[:, None, None]
    level, after, patient = np.nonzero(kept)
    found = np.zeros(2)
    if len(columns) and len(level):
        X = np.stack([after.astype(float), np.where(level == 0, log_rate[patient], 0.0)], axis=1)[:, columns]
        _, stratum = np.unique(level, return_inverse=True)
        likelihood = ConditionalPoisson(stratum, np.log(days[kept]), starts[kept].astype(float), X)
        try:
            found[columns] = maximise([likelihood], np.zeros(len(columns))).beta
        except EstimationError:
            return 0.0, 0.0
    return float(found[0]), float(np.clip(found[1], -MOST_EXPONENT, MOST_EXPONENT))
