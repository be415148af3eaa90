"""What ways to give IVIG lead to: a row each, which of the rules comes first, and what has to be said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.estimate.whatif.strategies.asked import (
    IGG_GUIDED,
    INFECTION_GUIDED,
    NONE,
    OBSERVED,
    PRIMARY,
    Simulated,
    Sums,
)
from ivig_core.estimate.whatif.strategies.outcome import FINITE
from ivig_core.study.whatif.assumptions import Assumptions, Effect

STRATEGIES = (OBSERVED, NONE, PRIMARY, IGG_GUIDED, INFECTION_GUIDED)
RULES = (PRIMARY, IGG_GUIDED, INFECTION_GUIDED)
QUANTITIES = (
    "infections", "severe", "averted_per_100_years", "severe_averted_per_100_years", "ivig_months", "infusions",
    "ivig_years_per_averted", "ivig_years_per_severe_averted", "cost_per_averted", "thromboses",
)  # fmt: skip
AT_LOWEST, AT_HIGHEST = "averted_per_100_years_at_lowest_ratio", "averted_per_100_years_at_highest_ratio"
LEAST_YEARS = 1e-9
MOST = 0.5
"""A rule leads where it is the first in more than so many of the draws."""


@dataclass(frozen=True)
class Leader:
    """The first of the ways to give IVIG by some number, and in what share of the draws it is the first."""

    strategy: str
    share: float


@dataclass(frozen=True, eq=False)
class Strategies:
    """`table`: a row per strategy in the order of `STRATEGIES`, columns `strategy`, `status` ("ok", or "not_possible"
    with the reason in `note`), and for each of `QUANTITIES` its point, `…_low`, `…_high` (95 %) and `…_status`.

    Infections, months and infusions are for `patient_years`, the follow-up of the cohort; as IVIG was given they are
    those recorded, without an interval. Other intervals are for patients like these. Statuses of amounts per
    infection averted are those of `estimate.whatif.outcome`; "not_asked" where a quantity has no number because nothing
    was entered for it. `draws`: as many as were made.
    `most_averted`, `least_ivig`: of the rules (not IVIG as it was given) the one that averts most infections, and the
    one that averts most per year of IVIG; None where fewer than two give IVIG, none averts an infection, or none is
    the first in more than half of the draws. `most_averted_severe`, `least_ivig_severe`: of grade 3 and higher.
    `span`: lowest and highest ratio that the cohort gives by what is done with days before the first dose, where the
    effect is its own; infections averted per 100 patient-years with these two are in the columns `AT_LOWEST` and
    `AT_HIGHEST` (point estimates; NaN where there is none, as at ∞). `notes`: what has to be said.
    """

    table: pd.DataFrame
    effect: Effect
    assumed: Assumptions
    patients: int
    patient_years: float
    infections: int
    severe: int | None
    draws: int
    most_averted: Leader | None
    least_ivig: Leader | None
    notes: tuple[str, ...]
    synthetic: bool = False
    most_averted_severe: Leader | None = None
    least_ivig_severe: Leader | None = None
    span: tuple[float, float] | None = None

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The rows of the rules that give IVIG to anybody."""
        rows = self.table.to_dict("records")
        return [row for row in rows if row["strategy"] in RULES and row["status"] == FINITE and row["ivig_months"] > 0]

    def row(self, strategy: str) -> dict[str, Any]:
        """The row of one strategy."""
        return self.table.set_index("strategy").loc[strategy].to_dict()


def leader(drawn: Simulated, by: Callable[[Sums], np.ndarray]) -> Leader | None:
    """The first of the rules by some number; None where none is, see `Strategies`."""
    names = [name for name in RULES if name in drawn.point and drawn.point[name].on_years[0] > 0]
    if len(names) < 2:
        return None
    best = max(names, key=lambda name: float(by(drawn.point[name])[0]))
    if not by(drawn.point[best])[0] > 0:
        return None
    first = np.argmax([by(drawn.draws[name]) for name in names], axis=0)
    share = float((first == names.index(best)).mean())
    return Leader(best, share) if share > MOST else None
