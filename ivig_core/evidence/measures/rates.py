"""Rates, person-time and shares of person-time of a cohort, with the intervals of the core."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.igg.exposure import known_days
from ivig_core.estimate.rates import rates as core
from ivig_core.evidence.groups import Groups
from ivig_core.evidence.measured import MONTHS, RATE, Measured, events, share_of_time, total
from ivig_core.evidence.quantity import Measure
from ivig_core.spec import AnalysisSpec
from ivig_core.study.patients.monthly import DAYS_PER_MONTH
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.terms import ON, igg_levels

SPEC = AnalysisSpec()


def rate(group: str, period: str, **settings: object) -> Measure:
    """Infections per patient-year in a period of a group, with the robust interval; `settings` change the spec."""

    def measure(groups: Groups) -> Measured:
        return _rate(of_period(incidence_rates(groups.study(group), SPEC.change(**settings)), period))

    return measure


def rate_in_season(group: str, season: str) -> Measure:
    """Infections per patient-year in one season, on and off IVIG together, with the robust interval."""

    def measure(groups: Groups) -> Measured:
        sums = _season(groups, group, season).groupby("patient", sort=False)[["infections", "days"]].sum()
        return _rate(core.rate(sums["infections"].to_numpy(), sums["days"].to_numpy()))

    return measure


def infections_in(group: str, period: str) -> Measure:
    """Number of infections in a period, with exact Poisson limits."""

    def measure(groups: Groups) -> Measured:
        return events(int(of_period(incidence_rates(groups.study(group), SPEC), period)["infections"]))

    return measure


def person_months(group: str, period: str) -> Measure:
    """Months of person-time in a period, added up over all patients of the group."""

    def measure(groups: Groups) -> Measured:
        study = groups.study(group)
        table = study.time(SPEC).table
        inside = (table["state"] == period).to_numpy(bool)
        days = np.bincount(table["patient"], weights=table["days"] * inside, minlength=len(study.full))
        return total(days / DAYS_PER_MONTH, MONTHS)

    return measure


def on_ivig_in_season(group: str, season: str) -> Measure:
    """Share of the person-days of one season that are on IVIG, patients as clusters."""

    def measure(groups: Groups) -> Measured:
        table = _season(groups, group, season)
        return _share(table, (table["state"] == ON).to_numpy(bool))

    return measure


def low_igg_time(group: str, cut: int) -> Measure:
    """Share of the person-days of known functional IgG (mg/dL) that are below `cut`, patients as clusters."""

    def measure(groups: Groups) -> Measured:
        table = known_days(groups.study(group).time(SPEC.change(igg_cuts=(cut,)), ("igg",))).table
        return _share(table, (table["igg"] == igg_levels((cut,))[0]).to_numpy(bool))

    return measure


def of_period(table: pd.DataFrame, period: str) -> pd.Series:
    """The row of a period in a table of rates."""
    return table[table["period"] == period].iloc[0]


def _rate(row: pd.Series | dict[str, float]) -> Measured:
    if not row["person_days"]:
        raise EstimationError("no day in this period")
    return Measured(float(row["rate"]), float(row["ci_low"]), float(row["ci_high"]), RATE)


def _season(groups: Groups, group: str, season: str) -> pd.DataFrame:
    table = groups.study(group).time(SPEC, ("season",)).table
    return table[(table["season"] == season).to_numpy(bool)]


def _share(table: pd.DataFrame, inside: np.ndarray) -> Measured:
    sums = table.assign(part=table["days"] * inside).groupby("patient", sort=False)[["part", "days"]].sum()
    return share_of_time(sums["part"].to_numpy(float), sums["days"].to_numpy(float))
