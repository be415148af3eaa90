"""Very many points of two numbers: those that look wrong one by one, the others as they are or counted in cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_POINTS, MOST_ODD = 1_500, 300
"""More usual points than the first are counted in cells; of odd ones no more than the second are drawn."""
ACROSS, UP = 60, 32
"""Cells of a cloud at most."""


@dataclass(frozen=True, eq=False)
class Cloud:
    """`odd`: points that look wrong, the most unlike first, at most `MOST_ODD`; `count_odd`: how many there are.

    `usual`: the others, None where they are counted: then `cells` (y × x) has their numbers. `x`, `y`: edges of cells,
    which are also as far as the axes go. Points have `patient`, `patient_id`, `x`, `y`, `value` (in words), `why`
    (empty for usual ones). `points`: how many there are, with y from `lowest` to `highest`.
    """

    odd: pd.DataFrame
    count_odd: int
    usual: pd.DataFrame | None
    cells: np.ndarray
    x: np.ndarray
    y: np.ndarray
    points: int
    lowest: float
    highest: float

    @property
    def patients_odd(self) -> list[str]:
        """Ids of the patients of odd points, the most unlike first."""
        return list(dict.fromkeys(self.odd["patient_id"].tolist()))


def cloud(points: pd.DataFrame, unlike: np.ndarray, up: np.ndarray) -> Cloud:
    """Bound what is drawn of `points` (`patient`, `patient_id`, `x`, `y`, `value`, `why`).

    `unlike`: how far each is from usual. `up`: edges of the cells of y, from below all points to above them.
    """
    is_odd = (points["why"] != "").to_numpy(bool)
    rows = np.flatnonzero(is_odd)
    rows = rows[np.argsort(-unlike[rows], kind="stable")]
    others = np.flatnonzero(~is_odd)
    x, y = (points[name].to_numpy(float) for name in ("x", "y"))
    left, right = (float(x.min()), float(x.max())) if len(x) else (0.0, 1.0)
    across = np.linspace(left, np.nextafter(right, np.inf), ACROSS + 1)
    usual, cells = points.iloc[others], np.zeros((0, 0))
    if len(others) > MOST_POINTS:
        usual, cells = None, np.histogram2d(y[others], x[others], bins=(up, across))[0]
    odd = points.iloc[rows[:MOST_ODD]]
    low, high = (float(y.min()), float(y.max())) if len(y) else (np.nan, np.nan)
    return Cloud(odd, len(rows), usual, cells, across, up, len(points), low, high)
