"""Cohorts drawn day by day by other means than the code under test: infections raise the hazard of IVIG for 30 days."""

from __future__ import annotations

import numpy as np

from ivig_core.estimate.whatif.null.process import Histories

RAISED_DAYS = 30
DAYS_PER_YEAR = 365.25
START, RESTART, RATE, SHAPE, DOSES = 0.8, 1.5, 1.8, 2.0, 8.0
"""Starts and restarts a year without a recent infection, infections a year, shape of the frailty, doses a course."""


def daily(
    patients: int, ratio: float, raised: float, seed: int, window: int = 30, contagion: float = 1.0, rate: float = RATE
) -> Histories:
    """`patients` drawn, of whom those with a dose are kept. `ratio`: of infections on IVIG; `raised`: factor on the
    hazard of a first dose and of a restart for 30 days after an infection; `contagion`: on another infection then;
    `rate`: mean infections a year off IVIG."""
    rng = np.random.default_rng(seed)
    days = rng.integers(120, 1301, patients)
    daily_rate = rng.gamma(SHAPE, 1 / SHAPE, patients) * rate / DAYS_PER_YEAR
    never = -(10**6)
    infected, dosed = np.full(patients, never), np.full(patients, never)
    left, following = np.zeros(patients, int), np.full(patients, 10**9)
    doses, infections = [], []
    for day in range(int(days.max())):
        at_risk = days > day
        recent = np.where(day - infected <= RAISED_DAYS, raised, 1.0)
        hazard = np.where(dosed > never, RESTART, START) * recent / DAYS_PER_YEAR
        begins = at_risk & (left == 0) & (day - dosed > window) & (rng.random(patients) < hazard)
        left[begins] = rng.geometric(1 / DOSES, begins.sum())
        due = begins | (at_risk & (following == day))
        dosed[due] = day
        left[due] -= 1
        following = np.where(due & (left > 0), day + rng.integers(26, 33, patients), np.where(due, 10**9, following))
        effect = np.where(day - dosed <= window, ratio, 1.0) * np.where(day - infected <= RAISED_DAYS, contagion, 1.0)
        sick = at_risk & (rng.random(patients) < daily_rate * effect)
        infected[sick] = day
        doses += [(who, day) for who in np.flatnonzero(due)]
        infections += [(who, day) for who in np.flatnonzero(sick)]
    return _kept(days, np.array(doses), np.array(infections), window)


def _kept(days: np.ndarray, doses: np.ndarray, infections: np.ndarray, window: int) -> Histories:
    given = np.zeros(len(days), bool)
    given[doses[:, 0]] = True
    number = np.cumsum(given) - 1
    doses, infections = (rows[np.lexsort((rows[:, 1], rows[:, 0]))] for rows in (doses, infections))
    infections = infections[given[infections[:, 0]]]
    return Histories(
        days[given], number[infections[:, 0]], infections[:, 1], number[doses[:, 0]], doses[:, 1], window
    )  # fmt: skip
