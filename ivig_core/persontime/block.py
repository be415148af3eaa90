"""A block of patients of a cohort, with the arrays that person-time needs.

Work goes block by block because one sort over everything grows faster than linearly with the number of patients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.days import Clock

PATIENTS_PER_BLOCK = 10_000


@dataclass(frozen=True, eq=False)
class Block:
    """Patients `low..high-1` of `cohort`, renumbered from 0."""

    cohort: Cohort
    low: int
    high: int

    @cached_property
    def clock(self) -> Clock:
        return Clock(self.cohort.days[self.low : self.high])

    @property
    def days(self) -> np.ndarray:
        return self.clock.days

    @property
    def day0(self) -> np.ndarray:
        """Calendar date of day 0 as days since 1970-01-01, −1 where unknown."""
        return self.cohort.day0[self.low : self.high]

    def __len__(self) -> int:
        return self.high - self.low

    def baseline(self, column: str) -> pd.Series:
        return self.cohort.patients[column].iloc[self.low : self.high]

    def records(self, kind: str) -> pd.DataFrame:
        """Rows of one record kind with the block's patient codes; a view where the block is the whole cohort."""
        frame: pd.DataFrame = getattr(self.cohort, kind)
        if self.low == 0 and self.high == len(self.cohort):
            return frame
        patient = frame["patient"].to_numpy()
        rows = slice(*np.searchsorted(patient, [self.low, self.high]))
        return frame.iloc[rows].assign(patient=patient[rows] - self.low)


def blocks(cohort: Cohort, patients: int = PATIENTS_PER_BLOCK) -> Iterator[Block]:
    """The cohort in blocks of `patients`; a cohort without patients is one empty block."""
    for low in range(0, max(len(cohort), 1), patients):
        yield Block(cohort, low, min(low + patients, len(cohort)))
