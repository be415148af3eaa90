"""Kaplan–Meier medians and percentages, and cumulative incidence, from the first day at risk or from a landmark."""

from __future__ import annotations

import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.kaplan_meier import KaplanMeier
from ivig_core.evidence.groups import ALL, Groups
from ivig_core.evidence.measured import MONTHS, PERCENT, Measured, reached
from ivig_core.evidence.quantity import Measure
from ivig_core.spec import AnalysisSpec
from ivig_core.study.patients.monthly import DAYS_PER_MONTH
from ivig_core.study.survival.tables import survival

FROM_START = AnalysisSpec().change(survival_group="none", landmark_day=0)


def median_months(group: str, event: str, **settings: object) -> Measure:
    """Median time to an event in months (Kaplan–Meier, Brookmeyer–Crowley limits), from the first day at risk."""
    return lambda groups: _median(_curve(groups, group, event, **settings), "all")


def percent_free(group: str, event: str, years: float) -> Measure:
    """Kaplan–Meier percentage without an event at a time in years, log-log limits, from the first day at risk."""

    def measure(groups: Groups) -> Measured:
        row = _curve(groups, group, event).at([years * 12 * DAYS_PER_MONTH]).iloc[0]
        return _percentage(row["survival"], row["ci_low"], row["ci_high"])

    return measure


def median_from_landmark(started: str, event: str, landmark_day: int, **settings: object) -> Measure:
    """Median months after a landmark of those who had a first dose by then (`ivig`) or had none (`no_ivig`).

    Patients whose time ended by that day are left out; no patient's group looks ahead.
    """

    def measure(groups: Groups) -> Measured:
        spec = AnalysisSpec().change(
            survival_group="ivig_by_landmark", landmark_day=landmark_day, survival_event=event, **settings
        )
        return _median(survival(groups.study(ALL), spec).km, started)

    return measure


def cumulative_incidence(group: str, days: int, **settings: object) -> Measure:
    """Aalen–Johansen cumulative incidence of a first infection in percent at a day, death competing."""

    def measure(groups: Groups) -> Measured:
        spec = FROM_START.change(survival_event="infection_or_death", **settings)
        table = survival(groups.study(group), spec).cumulative_incidence.at(days)
        row = table[table["cause"] == "infection"].iloc[0]
        return _percentage(row["cif"], row["ci_low"], row["ci_high"])

    return measure


def _curve(groups: Groups, group: str, event: str, **settings: object) -> KaplanMeier:
    return survival(groups.study(group), FROM_START.change(survival_event=event, **settings)).km


def _median(km: KaplanMeier, group: str) -> Measured:
    rows = km.medians[km.medians["group"] == group]
    if rows.empty:
        raise EstimationError("no patient is left in this group")
    row = rows.iloc[0]
    middle, low, high = (reached(row[name] / DAYS_PER_MONTH) for name in ("median", "ci_low", "ci_high"))
    return Measured(middle, low, high, MONTHS)


def _percentage(value: float, low: float, high: float) -> Measured:
    if pd.isna(value):
        raise EstimationError("nobody is followed up until then")
    # At 0 and at 100 % the limits are missing or are the estimate itself: neither is an interval.
    if value in (0, 1):
        return Measured(100 * float(value), None, None, PERCENT, remark="a curve at 0 or 100 % has no interval")
    return Measured(100 * float(value), 100 * float(low), 100 * float(high), PERCENT)
