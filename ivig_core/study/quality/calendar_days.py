"""On which days of the month and of the week facts are dated: dates that were made up or rounded heap on some."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.quality.periods import has_dates
from ivig_core.study.study import Study

NAME = "calendar_days"
KINDS = ("doses", "infections", "igg")
MONTH, WEEK = "month", "week"
DAYS_PER_YEAR = 365.2425
SHARES = np.array([12.0] * 28 + [11.2425, 11.0, 7.0]) / DAYS_PER_YEAR
"""Share of all days that are the 1st … 31st: 29 February is there in 97 of 400 years."""
FACTOR, DEVIATIONS, LEAST = 2.0, 4.0, 5
"""At least twice as many as expected, 4 standard deviations (Poisson) more, and so many at all."""
WEEKEND, WEEKEND_FACTOR = (5, 6), 1.3


@dataclass(frozen=True, eq=False)
class CalendarDays:
    """`table`: one row per kind, axis (`MONTH`, `WEEK`) and day (1–31; 0 is Monday) with `number`, `expected` (all days
    alike), `odd` (bool). `new_year`: by kind how many lie on 1 January; `total`: how many there are."""

    table: pd.DataFrame
    new_year: dict[str, int]
    total: dict[str, int]

    def odd_new_year(self, kind: str) -> bool:
        """Whether 1 January stands for a year of which only the number is known."""
        return _many(self.new_year[kind], self.total[kind] / DAYS_PER_YEAR)


def calendar_days(study: Study, spec: AnalysisSpec) -> CalendarDays | None:
    """Dated facts of the selected patients by day; None without dates. Courses count with their first day."""
    cohort = study.cohort(spec)
    if not has_dates(cohort):
        return None
    return study.once(NAME, spec.selection.where, spec.exposure, make=lambda: _table(cohort))


def _table(cohort: Cohort) -> CalendarDays:
    frames = (cohort.ivig, cohort.infection, cohort.lab[(cohort.lab["analyte"] == "igg").to_numpy(bool)])
    parts, new_year, total = [], {}, {}
    for kind, frame in zip(KINDS, frames, strict=True):
        patient = frame["patient"].to_numpy(np.int64)
        date = (frame["day"].to_numpy(np.int64) + cohort.day0[patient]).astype("datetime64[D]")
        of_month = (date - date.astype("datetime64[M]")).astype(int)
        # 1970-01-01 was a Thursday.
        of_week = (date.astype(np.int64) + 3) % 7
        total[kind] = len(date)
        new_year[kind] = int((date == date.astype("datetime64[Y]").astype("datetime64[D]")).sum())
        parts += [_axis(kind, MONTH, of_month, SHARES, 1), _axis(kind, WEEK, of_week, np.full(7, 1 / 7), 0)]
    return CalendarDays(pd.concat(parts, ignore_index=True), new_year, total)


def _axis(kind: str, axis: str, day: np.ndarray, shares: np.ndarray, first: int) -> pd.DataFrame:
    number = np.bincount(day, minlength=len(shares))
    expected = shares * len(day)
    days = np.arange(len(shares)) + first
    if axis == MONTH:
        odd = [_many(count, mean) for count, mean in zip(number, expected, strict=True)]
    else:
        odd = [at in WEEKEND and _many(count, mean, WEEKEND_FACTOR)
               for at, count, mean in zip(days, number, expected, strict=True)]  # fmt: skip
    return pd.DataFrame(
        {"kind": kind, "axis": axis, "day": days, "number": number, "expected": expected, "odd": np.array(odd, bool)}
    )


def _many(number: float, expected: float, factor: float = FACTOR) -> bool:
    return bool(
        number >= LEAST and number >= factor * expected and number - expected >= DEVIATIONS * max(expected, 0.0) ** 0.5
    )
