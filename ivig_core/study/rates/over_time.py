"""Infections per patient over time: on two clocks, with death as the end of the risk or as censoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.estimate.rates.mean_cumulative import curve, values_at
from ivig_core.estimate.rates.rates import ALL_OFF
from ivig_core.estimate.rates.terminal.clocks import Since, by_period, since_start
from ivig_core.estimate.rates.terminal.followed import Followed
from ivig_core.estimate.rates.terminal.ghosh_lin import mean_with_death
from ivig_core.estimate.rates.terminal.while_alive import RATIO_COLUMNS, rate_ratios, while_alive
from ivig_core.estimate.survival.reference_group import reference_group
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec
from ivig_core.study.levels import levels
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, label

MONTHS = (6, 12, 24)
DAYS_PER_MONTH = 365.25 / 12
PERIOD, SINCE = "period", "since"
"""Clocks: days spent in a period; days since the first day at risk or the landmark, in the groups of the curves."""
ENDS, CENSORS = "ends", "censors"
"""What death does: it ends the risk of more infections, or is one more way to leave follow-up."""
CURVES = ("period", "time", "at_risk", "infections", "deaths", "left", "mean", "se", "ci_low", "ci_high")
RATE = {"years": "years", "rate": "rate", "ci_low": "rate_low", "ci_high": "rate_high", "note": "rate_note"}


@dataclass(frozen=True, eq=False)
class OverTime:
    """Mean cumulative infections of periods, or of groups where `clock` is `SINCE`.

    `curves` (`CURVES`): `period` is the name of a period or group; see `mean_cumulative.curve` and, with `death`
    `ENDS`, `ghosh_lin`. `at_months`: `label`, the columns of `values_at`, `deaths` until then, `months`, and of the
    while-alive rate `years`, `rate` (per patient-year), `rate_low`, `rate_high`, `rate_note`; a row for every period
    and each of `MONTHS`. `ratios`: `months`, then as `while_alive.rate_ratios`; of groups alone, since periods share
    patients. `labels`: what each period is called; of groups their names.

    `group`, `landmark_day`: of the groups. `excluded`: patients left out by the landmark, `without_group` by a blank.
    `looks_ahead`: whether the groups use doses given later.
    """

    curves: pd.DataFrame
    at_months: pd.DataFrame
    labels: dict[str, str]
    ratios: pd.DataFrame
    clock: str = PERIOD
    death: str = CENSORS
    group: str = ""
    landmark_day: int = 0
    excluded: int = 0
    without_group: int = 0
    looks_ahead: bool = False

    @property
    def deaths(self) -> dict[str, int]:
        """Deaths in each period or group."""
        counts = self.curves.groupby("period", sort=False)["deaths"].sum()
        return {str(name): int(count) for name, count in counts.items()}


def over_time(study: Study, spec: AnalysisSpec, clock: str = PERIOD, death: str = CENSORS) -> OverTime:
    """Mean cumulative number of infections by period or group; on IVIG is one window also where `window_cuts` split it.

    Groups are those of the survival part of the spec, and so is the landmark; filters on days do not concern them.

    Raises `SpecError` for another clock or another thing that death does, and for groups that cannot be formed.
    """
    if clock not in (PERIOD, SINCE):
        raise SpecError("clock", clock, f"{PERIOD} or {SINCE}")
    if death not in (ENDS, CENSORS):
        raise SpecError("death", death, f"{ENDS} or {CENSORS}")
    if clock == PERIOD:
        return study.once(
            "over_time", spec.selection, spec.exposure, spec.endpoint, spec.model.population, death,
            make=lambda: _by_period(study, spec, death),
        )  # fmt: skip
    part = spec.survival
    return study.once(
        "over_time_since", spec.selection.where, spec.exposure, spec.endpoint, part.survival_group, part.landmark_day,
        death, make=lambda: _since(study, spec, death),
    )  # fmt: skip


def _by_period(study: Study, spec: AnalysisSpec, death: str) -> OverTime:
    one = spec.change(window_cuts=())
    population = spec.model.population
    found = by_period(study.time(one), study.infections(one), population)
    labels = {name: label(name) for name in found}
    if population == "all" and OBSERVATION in labels:
        labels[OBSERVATION] = ALL_OFF
    curves, at_months = _tables(found, labels, death)
    return OverTime(curves, at_months, labels, pd.DataFrame(columns=["months", *RATIO_COLUMNS]), PERIOD, death)


def _since(study: Study, spec: AnalysisSpec, death: str) -> OverTime:
    since = _groups(study, spec)
    labels = {name: name for name in since.groups}
    curves, at_months = _tables(since.groups, labels, death)
    ratios = [
        rate_ratios(while_alive(since.groups, months * DAYS_PER_MONTH), reference_group(list(labels)))
        for months in MONTHS
        if labels
    ]
    tables = [table.assign(months=months) for table, months in zip(ratios, MONTHS, strict=False)]
    columns = ["months", *RATIO_COLUMNS]
    joined = pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    return OverTime(
        curves, at_months, labels, joined, SINCE, death, spec.survival.survival_group, spec.survival.landmark_day,
        since.excluded, since.without_group, since.looks_ahead,
    )  # fmt: skip


def _groups(study: Study, spec: AnalysisSpec) -> Since:
    part = spec.survival
    named = part.survival_group in (*IVIG_GROUPS, "none")
    return since_start(
        study.cohort(spec), study.infections(spec), part.survival_group, part.landmark_day,
        None if named else levels(study, spec, part.survival_group),
    )  # fmt: skip


def _tables(found: Mapping[str, Followed], labels: Mapping[str, str], death: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Curves, and their values at `MONTHS` with the while-alive rates."""
    parts = [_curve(of, death).assign(period=name) for name, of in found.items()]
    nobody = np.zeros(0, np.int64)
    nothing = _curve(Followed(nobody, nobody.astype(bool), nobody, nobody), CENSORS).assign(period="")
    curves = pd.concat(parts or [nothing], ignore_index=True)[list(CURVES)]
    rows = []
    for months in MONTHS:
        values = values_at(curves, months * DAYS_PER_MONTH).assign(months=months)
        rates = while_alive(found, months * DAYS_PER_MONTH).rename(columns={**RATE, "group": "period"})
        rows.append(values.merge(rates[["period", "deaths", *RATE.values()]], "left", "period"))
    table = pd.concat(rows, ignore_index=True)
    table.insert(0, "label", table["period"].map(labels))
    order = {name: at for at, name in enumerate(labels)}
    table = table.sort_values("period", key=lambda column: column.map(order), kind="stable")
    return curves, table.reset_index(drop=True)


def _curve(of: Followed, death: str) -> pd.DataFrame:
    if death == ENDS:
        return mean_with_death(of)
    return curve(of.days, of.patient, of.time).assign(deaths=of.steps.deaths)
