"""The log-likelihood of one term over a fixed grid of log ratios: what a hospital can share of its case series."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.likelihood import Derivatives

REACH = 10.0
STEP = 0.125
"""The grid of log ratios, the same for every hospital and version: −10 to 10 (0.00005 to 22,000) in eighths. Where
ratios are 0.003 to 300 the maximum is found within 3e-9 and limits within 1e-7, whatever the number of patients: the
error of interpolation grows with the sixth cumulant as the information does with the second
(docs/decisions/hospitals.md)."""
NODES = 2 * int(REACH / STEP) + 1
GRID = np.linspace(-REACH, REACH, NODES)


@dataclass(frozen=True, eq=False)
class Profile:
    """A log-likelihood of one log ratio at the nodes of `GRID`, a `Likelihood` of one coefficient between them.

    `value` (nodes,) less its supremum, so that where all infections lie on one side it is the logarithm of the exact
    conditional probability of this; `score` (nodes,) its slope; `information` (nodes,) minus its second derivative.
    Between nodes the polynomial of degree 5 that fits all three at both ends.
    """

    value: np.ndarray
    score: np.ndarray
    information: np.ndarray

    def at(self, beta: np.ndarray) -> Derivatives:
        """Value, score (1,) and information (1, 1) at one log ratio; beyond the grid the value is −∞, so that no
        search stays there."""
        place = float(beta[0])
        if not -REACH <= place <= REACH:
            return Derivatives(-np.inf, np.full(1, np.nan), np.full((1, 1), np.nan))
        node = min(int((place + REACH) / STEP), NODES - 2)
        value, slope, curve = _between(self._ends(np.array(node)), (place - GRID[node]) / STEP)
        return Derivatives(float(value), np.array([float(slope) / STEP]), np.array([[-float(curve) / STEP**2]]))

    def values(self, places: np.ndarray) -> np.ndarray:
        """Values alone at many log ratios (m,); beyond the grid along the slope at its end."""
        inside = np.clip(places, -REACH, REACH)
        node = np.minimum(((inside + REACH) / STEP).astype(int), NODES - 2)
        beyond = (places - inside) * np.where(places < 0, self.score[0], self.score[-1])
        return _between(self._ends(node), (inside - GRID[node]) / STEP)[0] + beyond

    def reach(self, step: np.ndarray) -> float:
        """A step moves days on IVIG against others by itself."""
        return abs(float(step[0]))

    def _ends(self, node: np.ndarray) -> list[np.ndarray]:
        """Value, slope and curvature at a node and the next, on the scale of an interval of length 1."""
        columns = (self.value, self.score * STEP, -self.information * STEP**2)
        return [column[at] for column in columns for at in (node, node + 1)]


def _between(ends: list[np.ndarray], t: np.ndarray | float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hermite's polynomial of degree 5 at the part t of an interval of length 1, with its first two derivatives."""
    value, after, slope, slope_after, curve, curve_after = ends
    rise = after - value - slope - curve / 2
    turn = slope_after - slope - curve
    bend = curve_after - curve
    cubic, fourth, fifth = 10 * rise - 4 * turn + bend / 2, -15 * rise + 7 * turn - bend, 6 * rise - 3 * turn + bend / 2
    return (
        value + t * (slope + t * (curve / 2 + t * (cubic + t * (fourth + t * fifth)))),
        slope + t * (curve + t * (3 * cubic + t * (4 * fourth + t * 5 * fifth))),
        curve + t * (6 * cubic + t * (12 * fourth + t * 20 * fifth)),
    )


FLAT = Profile(np.zeros(NODES), np.zeros(NODES), np.zeros(NODES))
"""Of a hospital that says nothing of this ratio."""


def added(profiles: list[Profile]) -> Profile:
    """The log-likelihood of all hospitals together: each has its own patients."""
    return reduce(
        lambda one, other: Profile(
            one.value + other.value, one.score + other.score, one.information + other.information
        ),
        profiles,
        FLAT,
    )


def crossing(profile: Profile, level: float, inside: float, side: int) -> float:
    """Where the log-likelihood falls through `level` on one side (−1 or 1) of `inside`, where it is above.

    Raises `EstimationError` where that is beyond the grid.
    """
    ahead = np.flatnonzero((GRID - inside) * side > 0)[::side]
    below = ahead[profile.value[ahead] < level]
    if not len(below):
        raise EstimationError(f"the limit is beyond a ratio of {np.exp(side * REACH):.2g}")
    far = float(GRID[below[0]])
    near = max(far - side * STEP, inside) if side > 0 else min(far - side * STEP, inside)
    for _ in range(200):
        middle = (near + far) / 2
        if middle in (near, far):
            break
        if profile.at(np.array([middle])).value >= level:
            near = middle
        else:
            far = middle
    return (near + far) / 2
