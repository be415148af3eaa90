"""The numbers beside a survival comparison: tests, shares at chosen times, differences of means, competing death."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from ivig_core.estimate.survival.at_times import differences_at, survival_at
from ivig_core.estimate.survival.competing_beside import Competing, competing
from ivig_core.estimate.survival.restricted_mean import mean_differences
from ivig_core.estimate.survival.weighted_logrank import tests_of_curves
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival.tables import survival, survival_data

MAIN_TEST = "logrank"
"""The test that decides; the others are for who had chosen them before the curves were seen."""

DIFFERENCES = MappingProxyType({"ci_low": "difference_low", "ci_high": "difference_high", "note": "difference_note"})


@dataclass(frozen=True, eq=False)
class SurvivalNumbers:
    """Tidy tables by group, with differences from the `reference` group (NaN in its own rows and without groups).

    - `at`: a row per time and group: `survival_at`, then `reference`, `difference`, `difference_low`,
      `difference_high`, `p_value` of `differences_at`, and its note as `difference_note`.
    - `means`: `restricted_mean` with the same columns of `mean_differences`, and `ratio`, `ratio_low`, `ratio_high`.
    - `tests`: log-rank, early and late differences, see `tests_of_curves`; empty without groups.
    """

    at: pd.DataFrame
    means: pd.DataFrame
    tests: pd.DataFrame


def survival_numbers(study: Study, spec: AnalysisSpec, days: tuple[int, ...]) -> SurvivalNumbers:
    """Every number of `SurvivalNumbers` for the comparison of `study.survival(spec)`, at `days` (from its origin).

    Raises `EstimationError` as `study.survival`.
    """
    parts = (spec.selection.where, spec.exposure, spec.endpoint, spec.survival)
    return study.once("survival_numbers", *parts, days, make=lambda: _numbers(study, spec, days))


def _numbers(study: Study, spec: AnalysisSpec, days: tuple[int, ...]) -> SurvivalNumbers:

    tables = survival(study, spec)
    return SurvivalNumbers(
        at=_beside(survival_at(tables.km, days), differences_at(tables.km, days)).sort_values(
            "days", kind="stable", ignore_index=True
        ),
        means=_beside(tables.restricted_mean, mean_differences(tables.restricted_mean)),
        tests=tests_of_curves(survival_data(study, spec)),
    )


def _beside(table: pd.DataFrame, differences: pd.DataFrame) -> pd.DataFrame:
    """The table with the differences of its rows; the reference group has none."""
    named = differences.rename(columns=DIFFERENCES)
    if named.empty:
        return table.reindex(columns=[*table, *(name for name in named if name not in table)]).assign(
            difference_note=""
        )
    return table.merge(named, "left", ["group", "days"]).fillna({"difference_note": ""})


def competing_death(study: Study, spec: AnalysisSpec) -> Competing:
    """Cumulative incidence of infection with death competing; see `estimate.competing_beside.Competing`.

    Raises `EstimationError` for an event that death does not compete with, and as `study.survival`.
    """
    parts = (spec.selection.where, spec.exposure, spec.endpoint, spec.survival)
    return study.once("competing", *parts, make=lambda: competing(survival_data(study, spec)))
