"""Follow-up as segments on which nothing but IVIG changes, weighted by how the rate of infections varies with them.

A draw b has one weight per level (phase, season, time since start): `weights[level, b]`. A weighted day is a day times
the weight of its level, so that infections expected off IVIG are the patient's rate times weighted days. All windows
are whole days, both ends inside, as in `persontime`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ivig_core.runs import run_starts


@dataclass(frozen=True, eq=False)
class Calendar:
    """Segments of follow-up, sorted by patient and day, without a gap.

    `patient`, `start`, `days`, `level`, `on` (on IVIG as recorded, bool): one entry per segment. `follow_up`: days at
    risk of each patient. `design`: levels × covariates, the values that a level stands for.
    """

    patient: np.ndarray
    start: np.ndarray
    days: np.ndarray
    level: np.ndarray
    on: np.ndarray
    follow_up: np.ndarray
    design: np.ndarray

    @property
    def patients(self) -> int:
        return len(self.follow_up)

    @cached_property
    def first(self) -> np.ndarray:
        """The first segment of each patient."""
        return np.flatnonzero(run_starts(self.patient))

    def days_by_level(self, on: bool) -> np.ndarray:
        """Days of each patient at each level, patients × levels: those on IVIG as recorded, or those off it."""
        chosen = self.on == on
        cell = self.patient[chosen] * len(self.design) + self.level[chosen]
        size = self.patients * len(self.design)
        return np.bincount(cell, self.days[chosen], size).reshape(self.patients, len(self.design))

    def place(self, patient: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Segment that `day` lies in, and how many days of it are before `day`; the day after the last one too."""
        stride = int(self.follow_up.max(initial=0)) + 1
        keys = self.patient * stride + self.start
        segment = np.searchsorted(keys, patient * stride + day, side="right") - 1
        return segment, day - self.start[segment]

    def weighted(self, weights: np.ndarray) -> Weighted:
        """The same days under some draws of weights (levels × draws)."""
        amount = self.days[:, None] * weights[self.level]
        total = np.cumsum(amount, axis=0)
        before = total - amount
        return Weighted(
            self, weights, before, before[self.first], np.append(before[self.first[1:]], total[-1:], axis=0)
        )


@dataclass(frozen=True, eq=False)
class Weighted:
    """Weighted days of a calendar. `before`: segments × draws, the sum over all earlier segments of all patients;
    `opens`, `closes`: patients × draws, the same before each patient's first day and after the last."""

    calendar: Calendar
    weights: np.ndarray
    before: np.ndarray
    opens: np.ndarray
    closes: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Weighted days of each patient's follow-up, patients × draws."""
        return self.closes - self.opens

    def windows(self, patient: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Weighted days from `first` to `last`, both inside and cut to follow-up, windows × draws."""
        inside = np.minimum(last, self.calendar.follow_up[patient] - 1) + 1
        begin = np.minimum(np.maximum(first, 0), inside)
        return self.until(patient, inside) - self.until(patient, begin)

    def until(self, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Weighted days of all patients before and of this one up to the day before `day`, days × draws."""
        segment, into = self.calendar.place(patient, day)
        return self.before[segment] + into[:, None] * self.weights[self.calendar.level[segment]]

    def windows_of(self, patient: np.ndarray, draw: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """The same for one draw each: `draw` has one entry per window."""
        inside = np.minimum(last, self.calendar.follow_up[patient] - 1) + 1
        begin = np.minimum(np.maximum(first, 0), inside)
        return self._until_of(patient, draw, inside) - self._until_of(patient, draw, begin)

    def _until_of(self, patient: np.ndarray, draw: np.ndarray, day: np.ndarray) -> np.ndarray:
        segment, into = self.calendar.place(patient, day)
        return self.before[segment, draw] + into * self.weights[self.calendar.level[segment], draw]

    def day_at(self, patient: np.ndarray, draw: np.ndarray, share: np.ndarray) -> np.ndarray:
        """The day on which the given share (0 to below 1) of a patient's weighted days is reached, one draw each."""
        draws = self.before.shape[1]
        # One increasing sequence for all draws: one search finds every event.
        shift = np.concatenate([[0.0], np.cumsum(self.closes[-1, :-1] + 1.0)]) if draws > 1 else np.zeros(1)
        keys = (self.before + shift).T.ravel()
        at = self.opens[patient, draw] + share * self.total[patient, draw]
        segment = np.searchsorted(keys, at + shift[draw], side="right") - 1 - draw * len(self.before)
        segment = np.clip(segment, self.calendar.first[patient], None)
        weight = self.weights[self.calendar.level[segment], draw]
        into = np.floor((at - self.before[segment, draw]) / weight).astype(np.int64)
        return self.calendar.start[segment] + np.clip(into, 0, self.calendar.days[segment] - 1)


def sum_by_patient(patient: np.ndarray, values: np.ndarray, patients: int) -> np.ndarray:
    """Sums of rows by patient (rows sorted by patient), patients × draws."""
    result = np.zeros((patients, values.shape[1]))
    if len(patient):
        at = np.flatnonzero(run_starts(patient))
        result[patient[at]] = np.add.reduceat(values, at, axis=0)
    return result
