"""Which variables tell most about one with gaps, where there are too few patients for all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ivig_core.estimate.missing.variables import Incomplete

PATIENTS_PER_COLUMN, MOST_COLUMNS = 5, 12


def strongest(gap: Incomplete, variables: Sequence[Incomplete], taken: int = 1) -> tuple[str, ...]:
    """Names of the variables for the model of `gap`: those that go with it most, a column for 5 known values, up to 12.

    How much two go together is the largest squared correlation of their columns over the patients of whom both are
    known. `taken`: columns that are in the model anyhow.
    """
    left = min(int((~gap.missing).sum()) // PATIENTS_PER_COLUMN, MOST_COLUMNS) - taken
    order = sorted((v for v in variables if v is not gap), key=lambda other: -_together(gap, other))
    chosen = []
    for other in order:
        if other.width <= left:
            chosen.append(other.name)
            left -= other.width
    return tuple(chosen)


def _together(one: Incomplete, two: Incomplete) -> float:
    both = ~(one.missing | two.missing)
    if both.sum() < 3:
        return 0.0
    X, Y = (v.columns(v.values[both]) for v in (one, two))
    X, Y = (z - z.mean(axis=0) for z in (X, Y))
    size = np.outer((X**2).sum(axis=0), (Y**2).sum(axis=0))
    return float(np.max((X.T @ Y) ** 2 / np.where(size > 0, size, np.inf)))
