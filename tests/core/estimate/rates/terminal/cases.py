"""Patients of whole days with ties of every kind, and the estimates with a weight for each patient."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from ivig_core.estimate.rates.terminal.followed import Followed

PATIENTS = st.lists(
    st.tuples(st.integers(1, 12), st.booleans(), st.lists(st.integers(1, 12), max_size=4)), min_size=1, max_size=7
)
STEP = 1e-30


def followed(people) -> Followed:
    """From (days, died, days of infections); infections after the last day are left out."""
    events = [(at, day) for at, (last, _, when) in enumerate(people) for day in when if day <= last]
    patient, time = (np.array([event[k] for event in events], int) for k in (0, 1))
    return Followed(np.array([p[0] for p in people]), np.array([p[1] for p in people], bool), patient, time)


def regular() -> Followed:
    """24 patients of 40 to 247 days, a third of whom die, one with an infection on the day of death."""
    k = np.arange(24)
    days, died = 40 + (37 * k) % 211, k % 3 == 0
    events = [(i, t) for i in k for t in range(7 + 5 * (i % 4), days[i] + 1, 29 + (i * i) % 17)] + [(0, days[0])]
    return Followed(days, died, np.array([i for i, _ in events]), np.array([t for _, t in events]))


def mean_and_lived(of: Followed, weight: np.ndarray, until: float) -> tuple[complex, complex]:
    """Mean infections and days lived by day `until`, by the definitions, day after day."""
    mean, lived, alive = 0 * weight[0], 0 * weight[0], 1 + 0 * weight[0]
    for day in range(1, int(until) + 1):
        at_risk = weight[of.days >= day].sum()
        if not at_risk:
            break
        lived += alive
        mean += alive * weight[of.patient[of.time == day]].sum() / at_risk
        alive *= 1 - weight[(of.days == day) & of.died].sum() / at_risk
    return mean, lived


def influences(of: Followed, until: float) -> np.ndarray:
    """Derivatives of both by the weight of each patient (patients, 2), by a complex step."""
    rows = []
    for at in range(len(of.days)):
        weight = np.ones(len(of.days), complex)
        weight[at] += STEP * 1j
        rows.append([value.imag / STEP for value in mean_and_lived(of, weight, until)])
    return np.array(rows)
