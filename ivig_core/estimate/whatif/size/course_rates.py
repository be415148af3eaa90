"""How often courses of IVIG start, with and without a recent infection, and how long they last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivig_core.estimate.whatif.size.start_rates import StartRates, start_rates
from ivig_core.runs import run_ends, run_starts

MOST_DOSES = 200.0


@dataclass(frozen=True)
class CourseRates:
    """`rates` of starting, counts behind them, and the length of courses.

    `starts`, `starts_after`: courses seen to start, those of them after an infection. `doses`: mean doses of a course,
    NaN without any. `share_at_start`: proportion of patients on IVIG on day 0.
    """

    rates: StartRates
    starts: int
    starts_after: int
    doses: float
    share_at_start: float


@dataclass(frozen=True, eq=False)
class Intervals:
    """Person-time in order of patient and day: `patient` (0..), `start` and `end` day (both inside), `on` (on IVIG)."""

    patient: np.ndarray
    start: np.ndarray
    end: np.ndarray
    on: np.ndarray


def course_rates(
    time: Intervals, patient: np.ndarray, day: np.ndarray, relative: np.ndarray, trigger_days: int, window_days: int,
    interval_days: int,
) -> CourseRates:  # fmt: skip
    """Rates from intervals and infections (`patient`, `day`); `relative` (patients): own rate against the average.

    Periods on IVIG with less than `interval_days` days between them are one course: a dose came late, nobody decided
    to start again. A start is a change from off to on IVIG; a day is at risk when the day before was off IVIG; after an
    infection is on days 1 to `trigger_days` after one. On one day the dose comes first, because the day of a dose is on
    IVIG: an infection of that day did not bring it on. Doses: a course seen to close had (days on IVIG − window − 1) /
    interval + 1, one that follow-up cuts off at least days / interval; total doses per course seen to close, as a
    geometric number with censoring.
    """
    if not len(time.patient):
        return CourseRates(StartRates(np.nan, np.nan, np.nan, 0.0), 0, 0, np.nan, 0.0)
    time = _bridged(time, interval_days)
    begins, ends = run_starts(time.patient), run_ends(time.patient)
    had = np.cumsum(time.on) - time.on
    later = had - had[np.flatnonzero(begins)][np.cumsum(begins) - 1] > 0
    off = np.flatnonzero(~time.on)
    starts = (~ends & np.append(time.on[1:], False))[off]
    # At risk from the day after a day off IVIG on: the first day of follow-up is not, the day of the start is.
    who, low, high = time.patient[off], time.start[off] + 1, time.end[off] + starts
    near = _NearDays(patient, day, trigger_days, int(time.end.max()) + 2 + trigger_days)
    days_after = near.between(who, low, high)
    start_after = starts & (near.between(who, high, high) > 0)
    n = len(relative)
    place = later[off] * 2 * n + who
    days, happened = np.zeros(4 * n), np.zeros(4 * n)
    for table, rest, after in (
        (days, high - low + 1 - days_after, days_after), (happened, starts & ~start_after, start_after)
    ):  # fmt: skip
        np.add.at(table, place, rest)
        np.add.at(table, place + n, after)
    rates = start_rates(days.reshape(2, 2, n), happened.reshape(2, 2, n), relative)
    at_start = float((time.on & begins & (time.start == 0)).sum() / begins.sum())
    doses = _doses(time, ends, window_days, interval_days)
    return CourseRates(rates, int(starts.sum()), int(start_after.sum()), doses, at_start)


def _bridged(time: Intervals, shortest: int) -> Intervals:
    """The same with gaps of less than `shortest` days between two periods on IVIG on IVIG as well."""
    before = np.append(False, time.on[:-1]) & ~run_starts(time.patient)
    after = np.append(time.on[1:], False) & ~run_ends(time.patient)
    on = time.on | (before & after & (time.end - time.start + 1 < shortest))
    opens, closes = run_starts(time.patient, on), run_ends(time.patient, on)
    return Intervals(time.patient[opens], time.start[opens], time.end[closes], on[opens])


class _NearDays:
    """Days 1 to `after` after an infection, counted in stretches of days of a patient."""

    def __init__(self, patient: np.ndarray, day: np.ndarray, after: int, stride: int) -> None:
        self._stride = stride
        first = np.sort(patient.astype(np.int64) * stride + day + 1)
        last = np.minimum(first + after - 1, np.append(first[1:] - 1, np.iinfo(np.int64).max))
        self._first, self._last = first, last
        self._total = np.append(0, np.cumsum(last - first + 1))

    def between(self, patient: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Days near an infection among `low` to `high` (both inside; none where `high` is below `low`)."""
        base = patient.astype(np.int64) * self._stride
        return np.where(high >= low, self._until(base + high) - self._until(base + low - 1), 0)

    def _until(self, key: np.ndarray) -> np.ndarray:
        at = np.searchsorted(self._first, key, side="right")
        past = np.where(at > 0, np.maximum(self._last[at - 1] - key, 0), 0) if len(self._first) else 0
        return self._total[at] - past


def _doses(time: Intervals, ends: np.ndarray, window_days: int, interval_days: int) -> float:
    length = (time.end - time.start + 1)[time.on]
    closed = ~ends[time.on]
    if not len(length):
        return np.nan
    doses = np.where(closed, (length - window_days - 1) / interval_days + 1, length / interval_days)
    return float(np.clip(np.maximum(doses, closed).sum() / max(closed.sum(), 1), 1, MOST_DOSES))
