"""Rows of the reference cohorts on which R was run for the tests of survival numbers (R 4.2.2, survival 3.5-3)."""

from __future__ import annotations

from functools import cache

from ivig_core.estimate.survival.landmark import SurvivalData, survival_data
from tests.core.estimate.survival.survival_cohort import counted, reference_cohort

COMPARISONS = {
    "landmark": ("infection_or_death", "ivig_by_landmark", 30),
    "infection": ("infection", "ivig_by_landmark", 30),
    "everybody": ("infection", "none", 0),
    "strategy": ("death", "ivig_strategy", 0),
}


@cache
def data(name: str, comparison: str) -> SurvivalData:
    """`d` of the R calls: columns `time`, `cause`, `group`, and `event` (infections of all grades)."""
    cohort = reference_cohort(name)
    return survival_data(cohort, counted(cohort, "all"), *COMPARISONS[comparison])
