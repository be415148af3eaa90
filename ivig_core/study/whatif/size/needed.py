"""Patients that reach a power, read off simulated studies of several sizes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

Z95 = float(ndtri(0.975))
BEYOND = 1.5
"""A number is given as far as so many times the largest size that was simulated."""
OK, FEWER, BETWEEN, UNCLEAR, NOT_REACHED, NO_EFFECT = (
    "ok", "fewer", "between", "unclear", "not_reached", "no_effect",
)  # fmt: skip
NOTHING_TO_SEE = "with a ratio of 1 there is nothing to see: the power is how often a study is wrongly clear"
NO_STUDY = "no study was simulated"
NO_INTERVAL = "no interval: with so few studies it goes beyond the sizes that were simulated"


@dataclass(frozen=True)
class Needed:
    """Patients that reach the power of the plan by simulation, with `before_days` kept apart before the first dose.

    `status` "ok"; `patients` None otherwise: "fewer" than the smallest size, "between" two sizes with nothing to tell
    where, "unclear" where chance hides it, "not_reached" at any size, "no_effect" to see; `note` says so. `low`,
    `high`: 95 % interval from the number of simulated studies, low ≤ patients ≤ high, or neither, with the reason in
    `note`.
    """

    before_days: int
    status: str
    patients: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


def needed(before: int, patients: np.ndarray, clear: np.ndarray, wanted: float) -> Needed:
    """Where the power of simulated studies crosses `wanted`, on the straight line of its probit in √patients that a
    formula is: from the smallest size to 1.5 times the largest, nothing outside.

    `patients` (K, rising): sizes. `clear` (S, K, bool): whether study s is clear at each size; a row is one study that
    grows. Sizes where no study or every study is clear have no probit and are left out. The interval is Fieller's
    (J R Stat Soc B 1954;16:175); studies of different sizes share patients, which its covariance takes from `clear`.
    """
    size, power = np.asarray(patients, float), np.asarray(clear, float).mean(axis=0) if len(clear) else np.zeros(0)
    if not len(power):
        return Needed(before, NOT_REACHED, note=NO_STUDY)
    if power[0] >= wanted:
        return Needed(before, FEWER, note=f"fewer than {size[0]:,.0f} patients, the smallest size simulated, "
                      f"which has {_percent(power[0])} power")  # fmt: skip
    at, limits = _crossing(size, np.asarray(clear, float), power, wanted)
    if at is not None:
        low, high = limits if limits is not None else (None, None)
        return Needed(before, OK, at, low, high, "" if limits is not None else NO_INTERVAL)
    if (power >= wanted).any():
        return _between(before, size, power, len(clear), wanted)
    return Needed(before, NOT_REACHED, note=f"{_percent(wanted)} power is not reached at any size simulated: at most "
                  f"{_percent(power.max())}")  # fmt: skip


def wilson(share: float, number: int) -> tuple[float, float]:
    """95 % interval of a proportion (Wilson, JASA 1927;22:209)."""
    z2 = Z95**2 / number
    middle = (share + z2 / 2) / (1 + z2)
    reach = Z95 * np.sqrt(share * (1 - share) / number + z2 / (4 * number)) / (1 + z2)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def _between(before: int, size: np.ndarray, power: np.ndarray, studies: int, wanted: float) -> Needed:
    """The two sizes next to the crossing whose power is below and above beyond chance."""
    ends = np.array([wilson(float(each), studies) for each in power])
    below, above = np.flatnonzero(ends[:, 1] < wanted), np.flatnonzero(ends[:, 0] > wanted)
    if not len(below) or not len(above) or below[-1] > above[0]:
        return Needed(before, UNCLEAR, note=f"the simulated studies ({studies:,} of each size) do not tell where "
                      f"{_percent(wanted)} power is reached")  # fmt: skip
    low, high = below[-1], above[0]
    return Needed(before, BETWEEN, note=f"between {size[low]:,.0f} patients (power {_percent(power[low])}) and "
                  f"{size[high]:,.0f} ({_percent(power[high])}): too little to tell where")  # fmt: skip


def _percent(share: float) -> str:
    # Never rounded to 100 % where a study was not clear: at most 10,000 are simulated.
    return f"{100 * share:.4g} %"


def _crossing(
    size: np.ndarray, clear: np.ndarray, power: np.ndarray, wanted: float
) -> tuple[float | None, tuple[float, float] | None]:
    """Patients where the line crosses, with their interval; None for what is not inside the sizes."""
    inside = (power > 0) & (power < 1)
    if inside.sum() < 2:
        return None, None
    share, root = power[inside], np.sqrt(size[inside])
    height = ndtri(share)
    density = np.exp(-(height**2) / 2) / np.sqrt(2 * np.pi)
    design = np.column_stack([np.ones_like(root), root])
    weighted = (design * (density**2 / (share * (1 - share)))[:, None]).T
    solve = np.linalg.solve(weighted @ design, weighted)
    level, slope = solve @ height
    if slope <= 0:
        return None, None
    at = (float(ndtri(wanted)) - level) / slope
    least, most = np.sqrt(size[0]), np.sqrt(BEYOND * size[-1])
    if not least <= at <= most:
        return None, None
    solve = solve / density
    spread = np.atleast_2d(np.cov(clear[:, inside], rowvar=False, ddof=0)) / len(clear)
    ends = _fieller(float(level - ndtri(wanted)), float(slope), solve @ spread @ solve.T)
    good = ends is not None and least <= ends[0] <= at <= ends[1] <= most
    return float(at**2), (ends[0] ** 2, ends[1] ** 2) if ends is not None and good else None


def _fieller(level: float, slope: float, spread: np.ndarray) -> tuple[float, float] | None:
    """All x where level + slope·x may be 0; None where the slope may be 0 too, so that there is no end."""
    z2 = Z95**2
    a, b, c = slope**2 - z2 * spread[1, 1], level * slope - z2 * spread[0, 1], level**2 - z2 * spread[0, 0]
    inner = b * b - a * c
    if a <= 0 or inner < 0:
        return None
    return float((-b - np.sqrt(inner)) / a), float((-b + np.sqrt(inner)) / a)
