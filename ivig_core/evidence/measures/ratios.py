"""Incidence rate ratios of a cohort: self-controlled case series as the core fits it, and quotients of crude rates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.contrast import NO_EXPOSED, NO_REFERENCE, OK
from ivig_core.estimate.igg.exposure import igg_below
from ivig_core.estimate.intervals import wald
from ivig_core.estimate.rates import rates as core
from ivig_core.evidence.groups import Groups
from ivig_core.evidence.measured import LOWER, RATIO, Measured, reached
from ivig_core.evidence.measures.rates import of_period
from ivig_core.evidence.quantity import Measure
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.models import sccs
from ivig_core.terms import OBSERVATION, ON, PROGRESSIVE, igg_levels

SPEC = AnalysisSpec()


def ratio(group: str, term: str = ON, **settings: object) -> Measure:
    """Incidence rate ratio of a term in the self-controlled case series of a group, with Wald limits."""
    return lambda groups: _ratio(_row(groups, group, term, **settings))


def percent_lower(group: str, **settings: object) -> Measure:
    """How much lower the rate is on IVIG, in percent: 100 (1 − IRR), with IRR and limits as `ratio` has them."""

    def measure(groups: Groups) -> Measured:
        row = _row(groups, group, ON, **settings)
        irr, low, high = _numbers(row)
        return Measured(100 * (1 - irr), 100 * (1 - high), 100 * (1 - low), LOWER, remark=row["note"])

    return measure


def low_igg_ratio(group: str, cut: int) -> Measure:
    """Incidence rate ratio of days with functional IgG below `cut` (mg/dL) against days at or above it, Wald limits.

    A self-controlled case series with the level of IgG as the exposure and IVIG not in the model; days of unknown IgG
    are left out.
    """

    def measure(groups: Groups) -> Measured:
        spec = SPEC.change(igg_cuts=(cut,), ci_method="wald")
        return _ratio(igg_below(groups.study(group).time(spec, ("igg",)), cut, spec.model).iloc[0])

    return measure


def crude_ratio(group: str, **settings: object) -> Measure:
    """Quotient of the rates on and off IVIG in patients with IVIG, with Poisson limits.

    log ratio ± z √(1/a + 1/b) for a and b infections (Rothman, Modern Epidemiology, 3rd ed., chapter 14); repeated
    infections of a patient are not allowed for.
    """
    return lambda groups: _crude(incidence_rates(groups.study(group), SPEC.change(**settings)))


def crude_ratio_outside(group: str, cut: int) -> Measure:
    """`crude_ratio` on days known to be of progressive disease, or known to have functional IgG of `cut` or more."""

    def measure(groups: Groups) -> Measured:
        time = groups.study(group).time(SPEC.change(igg_cuts=(cut,)), ("phase", "igg"))
        enough = igg_levels((cut,))[1]
        outside = ((time.table["phase"] == PROGRESSIVE) | (time.table["igg"] == enough)).to_numpy(bool)
        return _crude(core.rates(replace(time, table=time.table[outside]), "exposed", "exact"))

    return measure


def _row(groups: Groups, group: str, term: str, **settings: object) -> pd.Series:
    table = sccs(groups.study(group), SPEC.change(ci_method="wald", **settings))
    return table[table["term"] == term].iloc[0]


def _ratio(row: pd.Series) -> Measured:
    return Measured(*_numbers(row), RATIO, remark=row["note"])


def _numbers(row: pd.Series) -> tuple[float, float, float]:
    """A ratio and its limits; the ratio and a limit can be 0 or infinite where one side has no infections."""
    if row["status"] not in (OK, NO_EXPOSED, NO_REFERENCE) or pd.isna(row["ci_low"]):
        raise EstimationError(row["note"])
    return reached(row["irr"]), float(row["ci_low"]), reached(row["ci_high"])


def _crude(table: pd.DataFrame) -> Measured:
    on, off = of_period(table, ON), of_period(table, OBSERVATION)
    if not (on["infections"] and off["infections"]):
        raise EstimationError("no infection on IVIG, or none off it: the crude ratio has no interval")
    log_ratio = float(np.log(on["rate"] / off["rate"]))
    low, high, _ = wald(log_ratio, float(np.sqrt(1 / on["infections"] + 1 / off["infections"])))
    return Measured(float(np.exp(log_ratio)), float(np.exp(low)), float(np.exp(high)), RATIO)
