"""Values over time: IgG, grams of a dose and days between doses, and those that can hardly be meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.quality.cloud import UP, Cloud, cloud
from ivig_core.study.quality.periods import DAYS_PER_MONTH, has_dates, origin
from ivig_core.study.study import Study

NAME = "values_over_time"
IGG, AMOUNT, GAP = "igg", "amount", "gap"
PER_KG, GRAMS = "g/kg", "g"
IGG_LIMITS = (25.0, 10_000.0)
"""mg/dL. Below, it is rather g/L read as mg/dL; above, mg/L."""
AMOUNT_LIMITS = {(PER_KG, "iv"): (0.1, 2.1), (PER_KG, "sc"): (0.02, 1.0), (GRAMS, "iv"): (5.0, 200.0),
                 (GRAMS, "sc"): (1.0, 80.0)}  # fmt: skip
"""A dose of 0.4 g/kg a month is usual in myeloma, 2 g/kg the most that is given; subcutaneous ones are weekly parts."""
IGG_FACTOR, AMOUNT_FACTOR = 5.0, 4.0
"""An IgG so many times the value before and the one after, or an amount so many times the median of the patient."""
SHORT_GAP = 6
"""Intravenous doses at most so many days apart."""
ROOM = 1.5
"""Times the lowest and the highest value or limit to which an axis reaches."""
LEAST = 0.5
"""Where 0 is drawn on a logarithmic axis of days."""


@dataclass(frozen=True, eq=False)
class Values:
    """One kind of value: `unit`, `limits` outside which a value is odd (NaN where there is none), its `cloud` with x in
    days since 1970-01-01 (`dates`) or months since the first day at risk, and `without`: records that have none."""

    kind: str
    unit: str
    limits: tuple[float, float]
    cloud: Cloud
    dates: bool
    without: int


def values(study: Study, spec: AnalysisSpec) -> tuple[Values, ...]:
    """IgG, amounts and gaps of the selected patients; kinds of which nothing is recorded are left out."""
    return study.once(NAME, spec.selection.where, spec.exposure, make=lambda: _values(study.cohort(spec)))


def _values(cohort: Cohort) -> tuple[Values, ...]:
    found = (_igg(cohort), _amounts(cohort), _gaps(cohort))
    return tuple(item for item in found if item is not None and item.cloud.points)


def _igg(cohort: Cohort) -> Values:
    rows = cohort.lab[(cohort.lab["analyte"] == "igg").to_numpy(bool)]
    patient, value = rows["patient"].to_numpy(np.int64), rows["value"].to_numpy(float)
    low, high = IGG_LIMITS
    apart = _isolated(patient, value)
    why = np.select(
        [value < low, value > high, apart >= IGG_FACTOR],
        ["so low that it may be in g/L", "so high that it may be in mg/L", "far from the values before and after"],
        "",
    )
    unlike = np.fmax(np.fmax(_below(value, low), value / high), apart / IGG_FACTOR)
    texts = _texts(value, "mg/dL")
    return _made(cohort, IGG, "mg/dL", IGG_LIMITS, (rows, np.maximum(value, 1.0), texts, why, unlike), 0)


def _amounts(cohort: Cohort) -> Values | None:
    rows = cohort.ivig
    patient = rows["patient"].to_numpy(np.int64)
    grams, per_kg = rows["dose_g"].to_numpy(float), rows["dose_g_per_kg"].to_numpy(float)
    weight = cohort.patients["weight_kg"].to_numpy(float)[patient]
    with np.errstate(divide="ignore", invalid="ignore"):
        per_kg = np.where(np.isnan(per_kg) & (weight > 0), grams / weight, per_kg)
    unit = PER_KG if (~np.isnan(per_kg)).sum() * 2 >= (~np.isnan(grams)).sum() else GRAMS
    value = per_kg if unit == PER_KG else grams
    known = np.flatnonzero(value > 0)
    rows, patient, value = rows.iloc[known], patient[known], value[known]
    under_skin = (rows["route"] == "sc").to_numpy(bool)
    (low, high), (low_sc, high_sc) = AMOUNT_LIMITS[unit, "iv"], AMOUNT_LIMITS[unit, "sc"]
    least, most = np.where(under_skin, low_sc, low), np.where(under_skin, high_sc, high)
    own = pd.Series(value).groupby(patient * 2 + under_skin, sort=False)
    middle, number = own.transform("median").to_numpy(float), own.transform("size").to_numpy()
    apart = np.where(number >= 3, np.exp(np.abs(np.log(value / middle))), 1.0)
    why = np.select(
        [value < least, value > most, apart >= AMOUNT_FACTOR],
        ["less than a dose", "more than a dose", "far from the patient's other doses"],
        "",
    )
    unlike = np.fmax(np.fmax(least / value, value / most), apart / AMOUNT_FACTOR)
    texts = _texts(value, unit)
    return _made(cohort, AMOUNT, unit, (low, high), (rows, value, texts, why, unlike), len(cohort.ivig) - len(known))


def _gaps(cohort: Cohort) -> Values:
    """Days from a dose to the one before; of a course that is recorded as regular its interval, at its first day."""
    rows = cohort.ivig
    patient, day = rows["patient"].to_numpy(np.int64), rows["day"].to_numpy(np.int64)
    interval = rows["interval_days"].to_numpy(float)
    under_skin = (rows["route"] == "sc").to_numpy(bool)
    single = np.isnan(interval)
    follows = np.zeros(len(rows), bool)
    follows[1:] = (patient[1:] == patient[:-1]) & single[1:] & single[:-1]
    gap = np.where(follows, day - np.roll(day, 1), interval)
    both_iv = ~under_skin & (~np.roll(under_skin, 1) | ~follows)
    known = np.flatnonzero(~np.isnan(gap))
    rows, gap, both_iv = rows.iloc[known], gap[known], both_iv[known]
    odd = both_iv & (gap <= SHORT_GAP)
    why = np.select([odd & (gap == 0), odd], ["two doses on one day", "soon after the dose before"], "")
    texts = np.array([f"{number:,.0f} {'day' if number == 1 else 'days'}" for number in gap], dtype=object)
    limits = (SHORT_GAP + 0.5, np.nan)
    made = (rows, np.maximum(gap, LEAST), texts, why, (SHORT_GAP + 1) / np.maximum(gap, LEAST))
    return _made(cohort, GAP, "days", limits, made, 0)


def _made(
    cohort: Cohort, kind: str, unit: str, limits: tuple[float, float],
    made: tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray, np.ndarray], without: int,
) -> Values:  # fmt: skip
    rows, y, texts, why, unlike = made
    patient = rows["patient"].to_numpy(np.int64)
    day = rows["day"].to_numpy(float) + origin(cohort)[patient]
    dates = has_dates(cohort)
    points = pd.DataFrame(
        {
            "patient": patient, "patient_id": cohort.patients["patient_id"].to_numpy(object)[patient],
            "x": day if dates else day / DAYS_PER_MONTH, "y": y, "value": texts, "why": why.astype(object),
        }
    )  # fmt: skip
    reach = np.concatenate([y, [limit for limit in limits if not np.isnan(limit)]])
    up = np.geomspace(reach.min() / ROOM, reach.max() * ROOM, UP + 1)
    return Values(kind, unit, limits, cloud(points, unlike, up), dates, without)


def _isolated(patient: np.ndarray, value: np.ndarray) -> np.ndarray:
    """How many times each value is above or below both the one before and the one after of its patient, at least 1."""
    apart = np.ones(len(value))
    if len(value) < 3:
        return apart
    size = np.log(np.maximum(value, 1.0))
    inside = (patient[:-2] == patient[1:-1]) & (patient[1:-1] == patient[2:])
    before, after = size[1:-1] - size[:-2], size[1:-1] - size[2:]
    same_side = np.sign(before) == np.sign(after)
    apart[1:-1] = np.where(inside & same_side, np.exp(np.minimum(np.abs(before), np.abs(after))), 1.0)
    return apart


def _below(value: np.ndarray, low: float) -> np.ndarray:
    return low / np.maximum(value, 1.0)


def _texts(value: np.ndarray, unit: str) -> np.ndarray:
    return np.array([f"{number:,.4g} {unit}" if number < 1000 else f"{number:,.0f} {unit}" for number in value], object)
