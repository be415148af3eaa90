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
    `usual`: the others, None where they are counted: then `cells` (UP × ACROSS) has their numbers between the edges
    `x` and `y`. Points have `patient`, `patient_id`, `x`, `y`, `value` (in words), `why` (empty for usual ones).
    """

    odd: pd.DataFrame
    count_odd: int
    usual: pd.DataFrame | None
    cells: np.ndarray
    x: np.ndarray
    y: np.ndarray
    points: int

    def extent(self, axis: str) -> tuple[float, float]:
        """Lowest and highest "x" or "y" of all points, of cells their edges."""
        edges = self.x if axis == "x" else self.y
        parts = [self.odd[axis].to_numpy(float), edges if self.usual is None else self.usual[axis].to_numpy(float)]
        every = np.concatenate(parts)
        return float(every.min()), float(every.max())

    @property
    def patients_odd(self) -> list[str]:
        """Ids of the patients of odd points, the most unlike first."""
        return list(dict.fromkeys(self.odd["patient_id"].tolist()))


def cloud(points: pd.DataFrame, unlike: np.ndarray, log: bool = False) -> Cloud:
    """Bound what is drawn of `points` (`patient`, `patient_id`, `x`, `y`, `why`); `unlike`: how far each is from usual.

    With `log` cells are equal steps of the logarithm of y; y must then be positive.
    """
    is_odd = (points["why"] != "").to_numpy(bool)
    rows = np.flatnonzero(is_odd)
    rows = rows[np.argsort(-unlike[rows], kind="stable")]
    usual = np.flatnonzero(~is_odd)
    none = np.zeros((0, 0))
    if len(usual) <= MOST_POINTS:
        return Cloud(
            points.iloc[rows[:MOST_ODD]], len(rows), points.iloc[usual], none, none[0:0], none[0:0], len(points)
        )
    x, y = (points[name].to_numpy(float)[usual] for name in ("x", "y"))
    across = np.linspace(x.min(), np.nextafter(x.max(), np.inf), ACROSS + 1)
    scaled = np.log10(y) if log else y
    up = np.linspace(scaled.min(), np.nextafter(scaled.max(), np.inf), UP + 1)
    cells, _, _ = np.histogram2d(scaled, x, bins=(up, across))
    return Cloud(points.iloc[rows[:MOST_ODD]], len(rows), None, cells, across, 10**up if log else up, len(points))
