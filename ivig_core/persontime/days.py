"""Days and their inclusivity, decided here once.

Follow-up is the days 0..days-1 of a patient, both at risk. A window is given by its first and last day, both inside.
A (patient, day) pair is one int64 key, `patient * stride + day`, so that a sort, a merge or a search over all patients
is one numpy call. `stride` leaves room for the day after the last, where a window that reaches the end of follow-up
stops, so that it never spills into the next patient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ivig_core.runs import run_ends, run_starts


@dataclass(frozen=True, eq=False)
class Clock:
    """Follow-up of a block of patients on the key scale. `days`: length of follow-up of each patient (int64)."""

    days: np.ndarray

    @property
    def stride(self) -> int:
        return int(self.days.max(initial=0)) + 1

    @property
    def starts(self) -> np.ndarray:
        """Key of every patient's day 0."""
        return np.arange(len(self.days), dtype=np.int64) * self.stride

    def key(self, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
        return patient.astype(np.int64) * self.stride + day.astype(np.int64)

    def inside(self, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Which (patient, day) pairs are days at risk."""
        return (day >= 0) & (day < self.days[patient])


@dataclass(frozen=True, eq=False)
class Steps:
    """A step function of (patient, day): `values[k]` holds from `keys[k]` until the next key.

    Holds a key for every patient's day 0, so that a value never carries over from the patient before.
    """

    keys: np.ndarray
    values: np.ndarray

    def at(self, keys: np.ndarray) -> np.ndarray:
        """Values on the given days."""
        if keys is self.keys:
            return self.values
        return self.values[np.searchsorted(self.keys, keys, side="right") - 1]


def leaves_days_between(apart: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Whether days are left between the windows of two doses `apart` days apart: the first counts on its day and
    `window` days after it."""
    return apart > window + 1


def steps(clock: Clock, base: np.ndarray | int, changes: Sequence[tuple[np.ndarray, np.ndarray]]) -> Steps:
    """Step function that begins at `base` on day 0 and takes `values` from `keys` for each (keys, values) of `changes`.

    Where several changes fall on one day the later one in `changes` holds.
    """
    starts = clock.starts
    first = np.broadcast_to(np.asarray(base), starts.shape)
    keys = np.concatenate([starts, *(change[0] for change in changes)])
    values = np.concatenate([first, *(change[1] for change in changes)])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    last_of_day = np.flatnonzero(run_ends(keys))
    return Steps(keys[last_of_day], values[order[last_of_day]])


def merged(parts: Sequence[Steps]) -> np.ndarray:
    """Every key of some step functions once, sorted; of a single one its own array.

    Sorted runs are quickly merged; `np.unique` would look every key up in a hash table, which takes several times as
    long.
    """
    if len(parts) == 1:
        return parts[0].keys
    keys = np.sort(np.concatenate([part.keys for part in parts]), kind="stable")
    return keys[run_starts(keys)]


def windows(clock: Clock, patient: np.ndarray, first: np.ndarray, last: np.ndarray) -> Steps:
    """1 on every day inside some window `first..last` (both inclusive, cut to follow-up), 0 elsewhere."""
    begin, stop = _united(clock, patient, first, last)
    return steps(clock, 0, [(stop, np.zeros(len(stop), np.int8)), (begin, np.ones(len(begin), np.int8))])


def outside(clock: Clock, sets: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> Steps:
    """In how many of some sets of windows (patient, first, last) a day is in none."""
    united = [_united(clock, *windows_of_set) for windows_of_set in sets]
    keys = np.concatenate([clock.starts, *(key for pair in united for key in pair)])
    change = np.concatenate(
        [np.zeros(len(clock.days), np.int8), *(np.repeat(np.array([-1, 1], np.int8), len(pair[0])) for pair in united)]
    )
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    last_of_day = np.flatnonzero(run_ends(keys))
    return Steps(keys[last_of_day], len(sets) + np.cumsum(change[order], dtype=np.int8)[last_of_day])


def _united(clock: Clock, patient: np.ndarray, first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keys at which windows begin, and of the days after they end; those that overlap or touch are one."""
    first = np.maximum(first, 0)
    last = np.minimum(last, clock.days[patient] - 1)
    some = np.flatnonzero(first <= last)
    begin = clock.key(patient[some], first[some])
    stop = begin + (last - first)[some] + 1
    order = np.argsort(begin, kind="stable")
    begin, stop = begin[order], np.maximum.accumulate(stop[order])
    apart = np.flatnonzero(begin[1:] > stop[:-1])
    return np.append(begin[:1], begin[apart + 1]), np.append(stop[apart], stop[-1:])


def carried(clock: Clock, base: int, patient: np.ndarray, day: np.ndarray, value: np.ndarray) -> Steps:
    """Each record's value from its day until the next record of the patient; `base` before the first.

    Records before follow-up count: the last of them holds on day 0. Records must be sorted by patient, then day.
    """
    before_end = day < clock.days[patient]
    patient, day, value = patient[before_end], day[before_end], value[before_end]
    return steps(clock, base, [(clock.key(patient, np.maximum(day, 0)), value)])
