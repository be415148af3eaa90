"""Functional IgG over time: what holds in the middle of each month, and every value of every patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import first_dose_day
from ivig_core.persontime.igg import WIDE, FunctionalIgG, functional_igg
from ivig_core.persontime.split import PersonTime
from ivig_core.runs import run_starts
from ivig_core.spec import AnalysisSpec
from ivig_core.study.patients.monthly import DAYS_PER_MONTH
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, ON, REFERENCE

START, FIRST_DOSE = "start", "first_dose"
ALL, TREATED, NEVER = "all", "treated", "never"
BEFORE_DOSE = 12
"""Months before the first dose that are shown."""
MONTH_COLUMNS = ("month", "group", "followed", "known", "median", "q1", "q3")
VALUE_COLUMNS = ("patient_id", "day", "month", "value", "new")


@dataclass(frozen=True, eq=False)
class IggCourse:
    """Functional IgG (mg/dL) over months since the start, or since the first dose of IVIG.

    - `months`, one row per month and group in which somebody is followed, columns `MONTH_COLUMNS`: `month` 0 is the
      first one, −1 the one before it; `group` "all", "on_ivig", "observation" (off IVIG, of treated patients) or
      "reference" (never had IVIG); `followed`, patients with the middle day of the month in person-time and in that
      state on it; `known`, of them with a value that holds on it; `median` and quartiles of these values (NaN without).
    - `values`, every measured value on a day of person-time, sorted by patient and day, columns `VALUE_COLUMNS`:
      `month` with decimals, `new` where it does not go on from the value before it (another patient, or a longer gap
      than a value holds).

    `patients`: with a day in person-time; `patients_known`: of them with a value in `values`.
    """

    origin: str
    who: str
    cuts: tuple[int, ...]
    carry_days: int
    months: pd.DataFrame
    values: pd.DataFrame
    patients: int
    patients_known: int
    synthetic: bool = False


def igg_course(study: Study, spec: AnalysisSpec, origin: str = START, who: str = ALL) -> IggCourse:
    """The course of functional IgG of the patients `who` ("all", "treated": with a day on IVIG, "never").

    `origin` "start" counts months (365.25 / 12 days) from the first day at risk, "first_dose" from the first dose on or
    before the end of follow-up, which leaves out patients without one. A value holds from the day after its measurement
    for at most `igg_carry_days`; days that the spec leaves out are not shown.
    """
    return study.once(
        "igg_course", spec.selection, spec.exposure, origin, who, make=lambda: _course(study, spec, origin, who)
    )


def _course(study: Study, spec: AnalysisSpec, origin: str, who: str) -> IggCourse:
    # Infections and adjusters play no part here.
    cohort, time = study.cohort(spec), study.time(spec, ("igg",))
    igg = functional_igg(Block(cohort, 0, len(cohort)), spec.exposure)
    zero = np.zeros(len(cohort)) if origin == START else first_dose_day(cohort)
    zero = np.where(_chosen(time, who), zero, np.nan)
    shown = ~np.isnan(zero)
    followed = shown[time.table["patient"].unique()].sum() if len(time.table) else 0
    values = _values(cohort, time, igg, zero, spec.exposure.igg_carry_days)
    return IggCourse(
        origin=origin,
        who=who,
        cuts=spec.exposure.igg_cuts,
        carry_days=spec.exposure.igg_carry_days,
        months=_months(cohort, time, igg, zero),
        values=values,
        patients=int(followed),
        patients_known=int(values["patient_id"].nunique()),
        synthetic=cohort.synthetic,
    )


def _chosen(time: PersonTime, who: str) -> np.ndarray:
    """Which patients to show (bool, one per patient); a patient is reference throughout or never."""
    if who == ALL:
        return np.ones(len(time.cohort), bool)
    had = np.zeros(len(time.cohort), bool)
    state = time.table["state"].to_numpy(object)
    had[time.table["patient"].to_numpy()[state != REFERENCE if who == TREATED else state == REFERENCE]] = True
    return had


def _values(cohort: Cohort, time: PersonTime, igg: FunctionalIgG, zero: np.ndarray, carry_days: int) -> pd.DataFrame:
    table = pd.DataFrame({"patient": igg.patient, "day": igg.day, "value": igg.value})
    keep = (time.row_of(table) >= 0) & ~np.isnan(zero[igg.patient])
    month = (igg.day - zero[igg.patient]) / DAYS_PER_MONTH
    table = table.assign(month=month)[keep & (month >= -BEFORE_DOSE)].reset_index(drop=True)
    patient, day = table["patient"].to_numpy(), table["day"].to_numpy()
    gap = np.diff(day, prepend=day[:1]) > carry_days
    new = run_starts(patient) | gap
    names = cohort.patients["patient_id"].to_numpy(object)[patient]
    return table.assign(patient_id=names, new=new)[list(VALUE_COLUMNS)]


def _months(cohort: Cohort, time: PersonTime, igg: FunctionalIgG, zero: np.ndarray) -> pd.DataFrame:
    patient, month, day = _middles(cohort.days, zero)
    row = time.row_of(pd.DataFrame({"patient": patient, "day": day}))
    inside = row >= 0
    patient, month, day, row = patient[inside], month[inside], day[inside], row[inside]
    value = holding(igg, patient, day, time.exposure.igg_carry_days)
    group = _group(time)[row]
    table = pd.DataFrame({"month": month, "value": value})
    parts = [_spread(table, ALL)]
    parts += [_spread(table[group == at], name) for at, name in enumerate((ON, OBSERVATION, REFERENCE))]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)[list(MONTH_COLUMNS)]


def _middles(days: np.ndarray, zero: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Patient, month and day of the middle of every month of follow-up; months count from the day `zero`."""
    patient = np.flatnonzero(~np.isnan(zero))
    begin = zero[patient]
    first = np.maximum(np.floor(-begin / DAYS_PER_MONTH) - 1, -BEFORE_DOSE).astype(np.int64)
    last = np.ceil((days[patient] - begin) / DAYS_PER_MONTH).astype(np.int64)
    number = np.maximum(last - first, 0)
    of = np.repeat(np.arange(len(patient)), number)
    month = first[of] + np.arange(len(of)) - np.repeat(np.cumsum(number) - number, number)
    day = (begin[of] + np.floor((month + 0.5) * DAYS_PER_MONTH)).astype(np.int64)
    inside = (day >= 0) & (day < days[patient][of])
    return patient[of][inside], month[inside], day[inside]


def holding(igg: FunctionalIgG, patient: np.ndarray, day: np.ndarray, carry_days: int) -> np.ndarray:
    """The value (mg/dL) that holds on each (patient, day), NaN without one: of an earlier day, `carry_days` at most."""
    if not len(igg.day):
        return np.full(len(day), np.nan)
    keys = igg.patient * WIDE + igg.day
    key = patient.astype(np.int64) * WIDE + day
    at = np.searchsorted(keys, key, side="left") - 1
    return np.where((at >= 0) & (key - keys[at] <= carry_days), igg.value[at], np.nan)


def _group(time: PersonTime) -> np.ndarray:
    """0 on IVIG, 1 off it, 2 never had it, of each row of person-time."""
    names = time.table["state"].cat.categories
    code = [0 if name.startswith(ON) else 2 if name == REFERENCE else 1 for name in names]
    return np.array(code)[time.table["state"].cat.codes.to_numpy()]


def _spread(table: pd.DataFrame, group: str) -> pd.DataFrame:
    """Patients, patients with a value, median and quartiles of each month."""
    by_month = table.groupby("month")["value"]
    columns = {"followed": by_month.size(), "known": by_month.count()}
    columns |= {name: by_month.quantile(at) for name, at in (("q1", 0.25), ("median", 0.5), ("q3", 0.75))}
    return pd.DataFrame(columns).reset_index().assign(group=group)
