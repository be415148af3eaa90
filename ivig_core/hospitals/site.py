"""What a hospital shares: its numbers as they stand in a site file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ivig_core.estimate.hospitals.fixed import NOTHING, Part
from ivig_core.numbers import OK

EXPOSURE, OFF = "exposure", "off_ivig"
"""The factor of the states of IVIG, and the name of what they are compared with."""


@dataclass(frozen=True)
class Alone:
    """The estimate of one hospital by itself, as `analyze` gives it; None where there is no such number."""

    status: str = OK
    log_irr: float | None = None
    se: float | None = None
    irr: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    ci_method: str | None = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class SiteTerm:
    """One ratio of one model: what the hospital has by itself, and what it brings to the sum.

    `informative`: patients with an infection and days both in the level and outside it, rounded as the rule of the file
    says; None where they are fewer than its threshold, perhaps none: then `part` is `NOTHING`.
    """

    term: str
    alone: Alone
    part: Part = NOTHING
    informative: int | None = None

    @property
    def adds(self) -> bool:
        """Whether the hospital brings anything to this ratio."""
        return self.informative is not None


@dataclass(frozen=True, eq=False)
class Levels:
    """A factor of the model with adjusters, as this hospital has it: the level compared with, and the others."""

    name: str
    reference: str
    levels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class SiteModel:
    """One model of a hospital: its adjusters (none: the crude ratio) and its ratios on IVIG."""

    adjust_for: tuple[str, ...]
    terms: tuple[SiteTerm, ...]
    factors: tuple[Levels, ...]


@dataclass(frozen=True, eq=False)
class Site:
    """All of a site file.

    `counts`: patients, patients_with_infection, infections and person_days, rounded, None where withheld. `periods`:
    the same of each period, by name. `threshold`: the smallest count that is told; `rounding`: to what others are
    rounded. `remarks`: exact counts for the eyes of the hospital alone; they are in no file.
    """

    name: str
    program: str
    settings: dict[str, Any]
    threshold: int
    rounding: int
    counts: dict[str, int | None]
    periods: tuple[dict[str, Any], ...]
    models: tuple[SiteModel, ...]
    remarks: tuple[str, ...] = ()
