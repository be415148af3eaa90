"""Infections per patient over the time spent on IVIG, off it, or without it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ivig_core.estimate.rates.mean_cumulative import mean_cumulative, values_at
from ivig_core.estimate.rates.rates import ALL_OFF
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, label

MONTHS = (6, 12, 24)
DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, eq=False)
class OverTime:
    """`curves` of `estimate.mean_cumulative.CURVE_COLUMNS`; `at_months`: `months`, `label` and the columns of
    `values_at`, a row for every period and each of `MONTHS`; `labels`: what each period is called."""

    curves: pd.DataFrame
    at_months: pd.DataFrame
    labels: dict[str, str]


def over_time(study: Study, spec: AnalysisSpec) -> OverTime:
    """Mean cumulative number of infections by period; on IVIG is one window also where `window_cuts` split it."""
    return study.once(
        "over_time", spec.selection, spec.exposure, spec.endpoint, spec.model.population,
        make=lambda: _over_time(study, spec),
    )  # fmt: skip


def _over_time(study: Study, spec: AnalysisSpec) -> OverTime:
    one = spec.change(window_cuts=())
    population = spec.model.population
    curves = mean_cumulative(study.time(one), study.infections(one), population)
    labels = {name: label(name) for name in curves["period"].unique()}
    if population == "all" and OBSERVATION in labels:
        labels[OBSERVATION] = ALL_OFF
    parts = [values_at(curves, months * DAYS_PER_MONTH).assign(months=months) for months in MONTHS]
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "label", table["period"].map(labels))
    order = {name: at for at, name in enumerate(labels)}
    table = table.sort_values("period", key=lambda column: column.map(order), kind="stable")
    return OverTime(curves, table.reset_index(drop=True), labels)
