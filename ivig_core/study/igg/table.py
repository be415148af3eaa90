"""Hypogammaglobulinemia of a cohort: functional IgG before therapy, before the first IVIG, and at its lowest."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import first_dose_day
from ivig_core.persontime.igg import baseline_igg, functional_igg, last_igg_before
from ivig_core.spec import AnalysisSpec, ExposureSpec
from ivig_core.study.given.baseline_table import had_ivig
from ivig_core.study.study import Study

LOWEST, AT_START, BEFORE_DOSE = "lowest", "start", "before_dose"
TREATED, NEVER = "treated", "never"
SPREAD_COLUMNS = ("when", "group", "patients", "known", "missing", "median", "q1", "q3", "low", "high")
HGG_COLUMNS = ("when", "group", "cut", "patients", "known", "below", "percent_below", "up_to", "percent_up_to")


def igg_before(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Functional IgG (mg/dL) of patients, one row per time and group, columns `SPREAD_COLUMNS`.

    `when`: "start", nearest day 0 (`persontime.igg.baseline_igg`); "before_dose", the last value before the day of the
    first dose and at most `igg_carry_days` older (treated patients only); "lowest", the lowest measured in follow-up.
    `group`: "treated" has a day on IVIG in the recorded follow-up, "never" none. `patients`, and of them `known` and
    `missing` a value; median, quartiles (linear interpolation) and range of those known, NaN without any.
    """
    return study.once("igg_before", spec.selection.where, spec.exposure, make=lambda: _before(study, spec))


def hgg_table(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Patients with low functional IgG, one row per time, group and cut-off (highest first), columns `HGG_COLUMNS`.

    Times and groups as in `igg_before`. `below`: patients below the cut-off, `up_to`: at or below it; they differ by
    the patients whose value is the cut-off itself. Percentages of the patients with a value (NaN without any); the
    2026 study (Table 2) prints numbers below a cut-off, of all patients.
    """
    return study.once("hgg_table", spec.selection.where, spec.exposure, make=lambda: _hgg(study, spec))


def lowest_igg(cohort: Cohort, exposure: ExposureSpec) -> np.ndarray:
    """Lowest functional IgG (mg/dL) measured on a day of follow-up, one per patient, NaN without any."""
    igg = functional_igg(Block(cohort, 0, len(cohort)), exposure)
    inside = (igg.day >= 0) & (igg.day < cohort.days[igg.patient])
    lowest = np.full(len(cohort), np.inf)
    np.minimum.at(lowest, igg.patient[inside], igg.value[inside])
    return np.where(np.isinf(lowest), np.nan, lowest)


def igg_before_dose(cohort: Cohort, exposure: ExposureSpec, days: float = math.inf) -> np.ndarray:
    """Last functional IgG (mg/dL) before the day of the first dose, at most `days` older; NaN without one."""
    return last_igg_before(Block(cohort, 0, len(cohort)), exposure, first_dose_day(cohort), days)


def _before(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    rows = [
        {"when": when, "group": group, "patients": len(values), **_spread(values[~np.isnan(values)], len(values))}
        for when, group, values in _values(study, spec)
    ]
    return pd.DataFrame(rows, columns=list(SPREAD_COLUMNS))


def _spread(known: np.ndarray, patients: int) -> dict[str, float]:
    names, at = ("low", "q1", "median", "q3", "high"), (0, 0.25, 0.5, 0.75, 1)
    numbers = np.quantile(known, at) if len(known) else [math.nan] * len(at)
    return {"known": len(known), "missing": patients - len(known), **dict(zip(names, map(float, numbers), strict=True))}


def _hgg(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    rows = []
    for when, group, values in _values(study, spec):
        known = values[~np.isnan(values)]
        for cut in reversed(spec.exposure.igg_cuts):
            below, up_to = int((known < cut).sum()), int((known <= cut).sum())
            rows.append(
                {
                    "when": when, "group": group, "cut": cut, "patients": len(values), "known": len(known),
                    "below": below, "percent_below": _percent(below, len(known)),
                    "up_to": up_to, "percent_up_to": _percent(up_to, len(known)),
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(HGG_COLUMNS))


def _values(study: Study, spec: AnalysisSpec) -> Iterator[tuple[str, str, np.ndarray]]:
    """Time, group and the values of its patients (NaN = unknown)."""
    cohort, exposure = study.cohort(spec), spec.exposure
    treated = had_ivig(study, spec)
    times = {
        LOWEST: lowest_igg(cohort, exposure),
        AT_START: baseline_igg(Block(cohort, 0, len(cohort)), exposure, first_dose_day(cohort)),
        BEFORE_DOSE: igg_before_dose(cohort, exposure, exposure.igg_carry_days),
    }
    for when, values in times.items():
        yield when, TREATED, values[treated]
        if when != BEFORE_DOSE:
            yield when, NEVER, values[~treated]


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else math.nan
