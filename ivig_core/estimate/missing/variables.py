"""Variables with gaps, and what stands in the place of these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Incomplete:
    """One variable of patients, missing values as NaN: a number, or the code 0 … `levels` − 1 of a level (as float).

    `levels` is 0 for a number. A number has at least two different known values, a variable of levels somebody in each.
    """

    name: str
    values: np.ndarray
    levels: int = 0

    @property
    def missing(self) -> np.ndarray:
        """Patients without a value (bool)."""
        return np.isnan(self.values)

    def columns(self, values: np.ndarray) -> np.ndarray:
        """What enters the model of another variable, for values (…, n): (…, n, columns), in known standard deviations.

        A number itself; of levels an indicator of each but the first.
        """
        known = self._indicators(self.values[~self.missing])
        middle, spread = known.mean(axis=0), known.std(axis=0)
        return (self._indicators(values) - middle) / np.where(spread > 0, spread, 1)

    @property
    def width(self) -> int:
        """How many columns these are."""
        return max(self.levels - 1, 1)

    def _indicators(self, values: np.ndarray) -> np.ndarray:
        if not self.levels:
            return values[..., None]
        return (values[..., None] == np.arange(1, self.levels)).astype(float)


@dataclass(frozen=True, eq=False)
class Completed:
    """What was put in the place of missing values, in every completed table.

    `source` by variable (tables, patients without a value): of a number the position of the patient whose value is
    taken, of levels the code. A variable without gaps is not in it.
    """

    tables: int
    source: dict[str, np.ndarray]
