"""What is asked of the simulation of ways to give IVIG, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ivig_core.estimate.whatif.strategies.calendar import Calendar
from ivig_core.estimate.whatif.strategies.igg_path import Samples
from ivig_core.estimate.whatif.strategies.rules import AfterInfections, ByIgg, Rhythm

OBSERVED, NONE, PRIMARY, IGG_GUIDED, INFECTION_GUIDED = "observed", "none", "primary", "igg_guided", "infection_guided"


@dataclass(frozen=True, eq=False)
class Inputs:
    """What is known of the patients. `infections`, `severe` (grade 3 and higher; None: not asked): per segment of
    `calendar`; `graded`: share of infections with a known grade; `doses`: infusions recorded in each patient's
    follow-up; `samples` of IgG that no dose reaches (None: too few), `floored` of them too low for a logarithm;
    `subcutaneous`: whether a dose under the skin is recorded."""

    calendar: Calendar
    infections: np.ndarray
    severe: np.ndarray | None
    graded: float
    doses: np.ndarray
    samples: Samples | None
    floored: int = 0
    subcutaneous: bool = False


@dataclass(frozen=True)
class LogRatio:
    """Logarithm of the rate ratio on IVIG, and the standard errors on either side of it: what it is drawn from. They
    differ where an interval reaches further on one side."""

    log: float
    se_below: float
    se_above: float

    def at(self, scores: np.ndarray) -> np.ndarray:
        """The ratio at standard normal scores."""
        ratios: np.ndarray = np.exp(self.log + scores * np.where(scores < 0, self.se_below, self.se_above))
        return ratios


@dataclass(frozen=True)
class Plan:
    """The strategies: `primary` as (day, months); `igg`; `after` infections, those of grade 3 and higher if
    `of_severe`."""

    rhythm: Rhythm
    primary: tuple[int, float]
    igg: ByIgg
    after: AfterInfections
    of_severe: bool = False


class Sums(NamedTuple):
    """Sums over as many patient-years as the cohort has, one entry a draw. `severe` is NaN where it is not asked."""

    infections: np.ndarray
    severe: np.ndarray
    averted: np.ndarray
    severe_averted: np.ndarray
    on_years: np.ndarray
    doses: np.ndarray


@dataclass(frozen=True)
class Simulated:
    """By strategy: the point estimate (arrays of one entry) and the draws."""

    point: dict[str, Sums]
    draws: dict[str, Sums]
    patient_years: float
