"""What a comparison with a study is made of: quantities that are compared, and numbers that are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivig_core.evidence.groups import Groups
from ivig_core.evidence.measured import Measured
from ivig_core.evidence.table import Lookup

Measure = Callable[[Groups], Measured]
"""Estimates a quantity in a cohort; raises `EstimationError` where there is no estimate."""


@dataclass(frozen=True)
class Quantity:
    """One published number and how the same is estimated in a cohort.

    `lookup` is None for a row that no source prints. `note` says how an ambiguous number was read.
    """

    label: str
    lookup: Lookup | None
    measure: Measure
    note: str = ""


@dataclass(frozen=True)
class LeftOut:
    """Published numbers that are not compared, and why. Of the rows that `lookups` match, those not compared count."""

    label: str
    lookups: tuple[Lookup, ...]
    reason: str


@dataclass(frozen=True)
class Comparison:
    """Everything a study prints: `quantities` in the order of the table, and what is `left_out` of it."""

    study: str
    study_id: str
    source: str
    quantities: tuple[Quantity, ...]
    left_out: tuple[LeftOut, ...]
