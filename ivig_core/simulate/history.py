"""What happens to a patient whatever the infections: progressive periods and IVIG doses.

Both are matrices with one row per patient and one column per period or dose, ascending, `FAR` where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ivig_core.simulate.baseline import People, never_treated
from ivig_core.simulate.draw import whole_days
from ivig_core.simulate.model import DAYS_PER_YEAR, SimulationModel

FAR = 1 << 20
"""A day later than any real one (days)."""
_STRIDE = 1 << 22
_PERIODS = 10
_EARLIEST_DOSE = 120


@dataclass
class Periods:
    """Progressive periods: first and last day, both n × 10."""

    start: np.ndarray
    end: np.ndarray

    def holds(self, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Whether `day` of `patient` is progressive (bool)."""
        at = _latest(self.start, patient, day)
        return (at >= 0) & (day <= self.end[patient, np.maximum(at, 0)])

    @property
    def first_onset(self) -> np.ndarray:
        """First day of each patient's first period after day 0, `FAR` without one."""
        return np.where(self.start > 0, self.start, FAR).min(axis=1)

    def onset_before(self, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
        """First day of the progressive period that `day` lies in, NaN outside one."""
        at = _latest(self.start, patient, day)
        return np.where(self.holds(patient, day), self.start[patient, np.maximum(at, 0)], np.nan)


@dataclass
class Doses:
    """IVIG doses within or before follow-up.

    `day` n × K; `course` n × K: number of the course of a dose; `ends_course` n × K: no further dose of that course
    follows; `regular` n: recorded as courses with a fixed interval; `elsewhere` n × K: given, but not in the file.
    """

    day: np.ndarray
    course: np.ndarray
    ends_course: np.ndarray
    regular: np.ndarray
    elsewhere: np.ndarray

    @property
    def first(self) -> np.ndarray:
        """Day of the first dose, `FAR` in never treated patients."""
        return self.day[:, 0]

    def until(self, last: np.ndarray) -> Doses:
        """The same doses without those after day `last` of each patient."""
        return replace(self, day=np.where(self.day <= last[:, None], self.day, FAR))

    @property
    def recorded(self) -> np.ndarray:
        """Which entries are doses that the file has (bool, n × K)."""
        return (self.day < FAR) & ~self.elsewhere

    def latest(self, patient: np.ndarray, day: np.ndarray, strictly: bool = False) -> np.ndarray:
        """Column of the latest dose on or before `day` (before it, if `strictly`); −1 if there is none."""
        return _latest(self.day, patient, day - strictly)

    def days_since(self, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Days since the latest dose (0 on the dose day); `FAR` if there was none."""
        at = self.latest(patient, day)
        return np.where(at >= 0, day - self.day[patient, np.maximum(at, 0)], FAR)


def _latest(matrix: np.ndarray, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Column of the last entry ≤ `day` in the patient's row, −1 if none: one search over all rows laid end to end."""
    n, k = matrix.shape
    keys = (matrix + np.arange(n)[:, None] * _STRIDE).ravel()
    return np.searchsorted(keys, patient * _STRIDE + day, side="right") - patient * k - 1


def draw_periods(rng: np.random.Generator, model: SimulationModel, people: People) -> Periods:
    """Progressive periods until survival follow-up closes; shorter intervals between them at high genetic risk."""
    n = len(people)
    rate = model.progression_rate_per_year * np.where(people.high_risk, model.high_risk_progression, 1.0)
    at_start = rng.random(n) < model.share_progressive_at_start
    horizon = people.last + model.contact_days[1]
    return draw_spells(rng, rate / DAYS_PER_YEAR, model.progressive_days, horizon, _PERIODS, at_start)


def draw_spells(
    rng: np.random.Generator,
    rate: np.ndarray,
    length_days: tuple[int, int],
    horizon: np.ndarray,
    most: int,
    at_start: np.ndarray,
) -> Periods:
    """At most `most` periods that begin by the day `horizon`: waits are exponential, lengths uniform within limits.

    `rate` of new ones per day outside one, n; `at_start`: whose first one begins on day 0, n.
    """
    n = len(horizon)
    start, end = np.full((n, most), FAR), np.full((n, most), FAR)
    free = np.zeros(n, dtype=np.int64)
    for column in range(most):
        wait = 1 + np.floor(rng.standard_exponential(n) / np.maximum(rate, 1e-12)).clip(max=FAR // 2).astype(np.int64)
        begins = free + (np.where(at_start, 0, wait) if column == 0 else wait)
        length = whole_days(rng, length_days, n)
        real = begins <= horizon
        start[real, column] = begins[real]
        end[real, column] = (begins + length - 1)[real]
        free = np.minimum(begins + length, FAR // 2)
    return Periods(start, end)


def draw_doses(rng: np.random.Generator, model: SimulationModel, people: People) -> Doses:
    """Doses of all patients, in courses with breaks; no infection has a say in any date."""
    n = len(people)
    never = never_treated(rng, model, people.frailty)
    before = rng.random(n) < model.share_dose_before_start
    later = np.floor(rng.random(n) ** 1.5 * 0.7 * (people.last + 1)).astype(np.int64)
    first = np.where(before, -whole_days(rng, (1, _EARLIEST_DOSE), n), later)
    regular = rng.random(n) < model.share_course_rows

    gap = dose_gaps(rng, model, regular, n)
    k = gap.shape[1]
    ends = rng.random((n, k)) < 1 / model.doses_per_course
    gap = np.where(ends, whole_days(rng, model.break_days, (n, k)), gap)
    stops = ends & (rng.random((n, k)) >= model.share_restart)

    shift = np.cumsum(gap, axis=1) - gap
    over = np.cumsum(stops, axis=1) - stops > 0
    day = np.where(over | never[:, None], FAR, first[:, None] + shift)
    course: np.ndarray = np.cumsum(ends, axis=1) - ends
    elsewhere = draw_elsewhere(rng, model, regular, k)
    return Doses(day, course, ends, regular, elsewhere).until(people.last)


def dose_gaps(rng: np.random.Generator, model: SimulationModel, regular: np.ndarray, n: int) -> np.ndarray:
    """Days from each dose to the next of the same course, n × K with K doses enough for the longest follow-up."""
    k = (model.follow_up_days[1] + _EARLIEST_DOSE) // min(model.dose_interval_days[0], 28) + 2
    gap = whole_days(rng, model.dose_interval_days, (n, k))
    late = rng.random((n, k)) < model.share_late
    gap += np.where(late, whole_days(rng, model.late_days, (n, k)), 0)
    gap += np.where(rng.random((n, k)) < model.share_missed, whole_days(rng, model.dose_interval_days, (n, k)), 0)
    gap[regular] = 28
    return gap


def draw_elsewhere(rng: np.random.Generator, model: SimulationModel, regular: np.ndarray, k: int) -> np.ndarray:
    """Which of n × `k` doses are given elsewhere; never one of a course recorded in a single row."""
    if model.share_elsewhere == 0:
        return np.zeros((len(regular), k), dtype=bool)
    return (rng.random((len(regular), k)) < model.share_elsewhere) & ~regular[:, None]
