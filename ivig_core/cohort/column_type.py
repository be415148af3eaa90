"""What one column and one analyte of a cohort file is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

KINDS = ("patient", "ivig", "infection", "lab", "phase", "therapy")

ColumnType = Literal["id", "record", "day", "number", "integer", "category", "grade", "unit", "text"]


@dataclass(frozen=True)
class Band:
    """One subgroup of a number: `low` ≤ value < `high`."""

    label: str
    low: float
    high: float


@dataclass(frozen=True)
class Column:
    """What one column of a cohort file means.

    `records` are the kinds that use the column, `required` those that must fill it, `allowed` the values of a category,
    `low` and `high` the inclusive range of a number in `unit`. `bands` cut a baseline number into subgroups.
    """

    name: str
    type: ColumnType
    records: tuple[str, ...]
    description: str
    required: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""
    label: str = ""
    baseline: bool = False
    bands: tuple[Band, ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether the cells are numbers."""
        return self.type in ("number", "integer")

    @property
    def plain_description(self) -> str:
        """The description without the marks of Markdown, for messages."""
        return self.description.replace("`", "")

    def band_codes(self, values: np.ndarray) -> np.ndarray:
        """Index into `bands` of each value (int8, −1 where the value is missing or in no band)."""
        codes = np.full(len(values), -1, dtype=np.int8)
        for code, band in enumerate(self.bands):
            codes[(values >= band.low) & (values < band.high)] = code
        return codes


@dataclass(frozen=True)
class Analyte:
    """One laboratory value: canonical unit, every unit it may come in and its plausible range in the canonical unit.

    `units` has (unit, times, over): canonical value = value · times / over.
    """

    name: str
    unit: str
    units: tuple[tuple[str, float, float], ...]
    low: float
    high: float
