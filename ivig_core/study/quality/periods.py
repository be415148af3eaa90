"""Time cut into periods: of the calendar where the cohort has dates, else of months since the first day at risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivig_core.cohort.cohort import Cohort

DAYS_PER_MONTH = 365.25 / 12
MOST_PERIODS = 40
WIDTHS = (1, 3, 6, 12, 60, 120, 600)
"""Months of a period."""


@dataclass(frozen=True, eq=False)
class Periods:
    """`edges`: first day of each period and the day after the last one (float, days since 1970-01-01 with `dates`, else
    since the first day at risk); `months`: width of a period; `labels`: what each is called."""

    dates: bool
    months: int
    edges: np.ndarray
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)


def has_dates(cohort: Cohort) -> bool:
    """Whether days can be told by the calendar."""
    return cohort.calendar == "dates"


def origin(cohort: Cohort) -> np.ndarray:
    """What to add to a patient's day for its place in time: the date of day 0, or nothing (int64, one per patient)."""
    return cohort.day0 if has_dates(cohort) else np.zeros(len(cohort), np.int64)


def periods(cohort: Cohort) -> Periods:
    """The fewest months to a period with which the follow-up of a cohort has at most `MOST_PERIODS`."""
    start = origin(cohort)
    dates = has_dates(cohort)
    first, last = (
        int(start.min(initial=0 if not len(start) else start.max())),
        int((start + cohort.days).max(initial=1)),
    )
    low, high = (_month(day, dates) for day in (first, last - 1))
    width = next((width for width in WIDTHS if high // width - low // width < MOST_PERIODS), WIDTHS[-1])
    numbers = np.arange(low // width, high // width + 2) * width
    if dates:
        edges = numbers.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64).astype(float)
    else:
        edges = np.ceil(numbers * DAYS_PER_MONTH)
    return Periods(dates, width, edges, tuple(_label(int(at), width, dates) for at in numbers[:-1]))


def person_days(cohort: Cohort, edges: np.ndarray) -> np.ndarray:
    """Days at risk between each edge and the next (float64)."""
    start = np.sort(origin(cohort)).astype(float)
    end = np.sort(origin(cohort) + cohort.days).astype(float)
    return np.diff(_since(edges, start) - _since(edges, end))


def _since(edges: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Σ max(edge − begin, 0) for each edge; `begins` sorted."""
    number = np.searchsorted(begins, edges)
    return edges * number - np.concatenate([[0.0], np.cumsum(begins)])[number]


def _month(day: int, dates: bool) -> int:
    if dates:
        return int(np.datetime64(day, "D").astype("datetime64[M]").astype(int))
    return int(day / DAYS_PER_MONTH)


def _label(month: int, width: int, dates: bool) -> str:
    if not dates:
        return f"month {month}" if width == 1 else f"months {month}–{month + width - 1}"
    year, rest = 1970 + month // 12, month % 12
    if width == 1:
        return f"{year}-{rest + 1:02}"
    if width in (3, 6):
        return f"{year} {'Q' if width == 3 else 'H'}{rest // width + 1}"
    return f"{year}" if width == 12 else f"{year}–{year + width // 12 - 1}"
