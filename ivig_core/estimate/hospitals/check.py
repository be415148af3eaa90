"""Whether numbers that somebody sent can be a profile of a log-likelihood at all."""

from __future__ import annotations

import numpy as np

from ivig_core.estimate.hospitals.profile import NODES, STEP, Profile

ROUNDED = 1e-7
"""What a number of eight digits can be off, with room."""
FITS = 1e-3
"""How far values may lie from what slopes say, as part of what the value changes between nodes, with room for the
curvature of a profile over other terms."""


def fault(profile: Profile) -> str:
    """What shows that these numbers are no profile; empty where nothing does.

    A profile of a concave log-likelihood falls short of its supremum, has an information that is never negative and
    slopes that never rise. Between nodes its value changes by the area under its slope and its slope by the area under
    minus its information, which the corrected trapezoid rule gives to a few parts in 100,000 on this grid.
    """
    value, score, information = profile.value, profile.score, profile.information
    size = max(float(np.abs(score).max(initial=0.0)), float(information.max(initial=0.0)))
    room = ROUNDED * (1 + size)
    if (value > room).any():
        return "a value above the maximum"
    if (information < -room).any():
        return "a negative information"
    if (np.diff(score) > room).any():
        return "a slope that rises: the log-likelihood is not concave"
    if not _fits(value, score, -information):
        return "values that do not fit their slopes"
    if not _slopes_fit(score, information):
        return "slopes that do not fit the information"
    return ""


def _fits(value: np.ndarray, slope: np.ndarray, curve: np.ndarray) -> bool:
    wanted = STEP / 2 * (slope[:-1] + slope[1:]) + STEP**2 / 12 * (curve[:-1] - curve[1:])
    room = FITS * STEP * (np.abs(slope[:-1]) + np.abs(slope[1:]) + STEP * (np.abs(curve[:-1]) + np.abs(curve[1:])))
    digits = ROUNDED * (np.abs(value[:-1]) + np.abs(value[1:])) + ROUNDED
    return bool((np.abs(np.diff(value) - wanted) <= room + digits).all())


def _slopes_fit(score: np.ndarray, information: np.ndarray) -> bool:
    """The trapezoid rule, with the change of the information to either side as its room."""
    area = -STEP / 2 * (information[:-1] + information[1:])
    change = np.abs(np.gradient(np.gradient(information))) if NODES > 2 else information
    around = np.maximum(change[:-1], change[1:])
    room = STEP * (around + FITS * (information[:-1] + information[1:])) + ROUNDED * (
        np.abs(score[:-1]) + np.abs(score[1:]) + 1
    )
    return bool((np.abs(np.diff(score) - area) <= room).all())
