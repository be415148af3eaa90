"""Doses as recorded: a course is a first day, a last day and a step, and taken dose by dose only where it has to be.

A row of an upload is some bytes and can mean 36 525 doses. So neither time nor memory may grow with the doses that a
course means: windows that touch from dose to dose are one interval. Where they leave days between them, single doses
are needed, and `most_doses` bounds how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import CohortError, EstimationError
from ivig_core.persontime.block import Block
from ivig_core.persontime.days import leaves_days_between
from ivig_core.runs import run_starts
from ivig_core.spec import ExposureSpec

FEW_DOSES, DOSES_PER_COURSE, MOST_DOSES = 250_000, 120, 2_000_000
"""Doses of courses that are taken one by one: these in any file, so many a course in a larger one (three years of
monthly doses in three bands of the window), and never more than the app reads rows of single infusions."""

LONGER_WINDOW = (
    "; or make the window (window_days, window_days_sc) as long as the interval, and leave out window_cuts and dose_day"
)


class TooManyDosesError(CohortError, EstimationError):
    """The courses of a file mean more single doses than can be looked at: no table of it, and no estimate."""


class Courses(NamedTuple):
    """Doses up to the end of follow-up, one entry a row of the file, sorted by patient and first dose.

    `first`, `last`: days of the first and the last dose; `step`: days from one dose to the next (1 for a single dose).
    `window`: how many days after each dose still count, at first those of the on-IVIG window. `row`: which of the
    block's `ivig` rows it comes from.
    """

    patient: np.ndarray
    first: np.ndarray
    last: np.ndarray
    step: np.ndarray
    window: np.ndarray
    row: np.ndarray

    @property
    def number(self) -> np.ndarray:
        """How many doses each entry means."""
        return (self.last - self.first) // self.step + 1

    def take(self, entries: np.ndarray) -> Courses:
        return Courses(*(part[entries] for part in self))

    def lasting(self, days: np.ndarray | int) -> Courses:
        """The same doses, of which each counts on its day and `days` days after it."""
        return self._replace(window=np.broadcast_to(np.asarray(days, np.int64), self.first.shape))


def courses(block: Block, exposure: ExposureSpec) -> Courses:
    """Every dose on or before the last day of follow-up, also those before its start.

    A course (`interval_days` given) has a dose every `interval_days` from its first to its last day; without a last
    day it goes on to the end of follow-up.
    """
    rows = block.records("ivig")
    patient = rows["patient"].to_numpy(np.int64)
    first = rows["day"].to_numpy(np.int64)
    at_risk = block.days[patient] - 1
    last, step, begun = first, np.ones(len(rows), np.int64), first <= at_risk
    interval = rows["interval_days"].to_numpy(float)
    course = np.flatnonzero(~np.isnan(interval))
    if len(course):
        each = interval[course].astype(np.int64)
        end = np.fmin(rows["end"].to_numpy(float)[course], at_risk[course]).astype(np.int64)
        after = (end - first[course]) // each
        last = first.copy()
        last[course] += after * each
        step[course] = np.where(after > 0, each, 1)
        begun[course] = after >= 0
    subcutaneous = (rows["route"] == "sc").to_numpy(bool)
    window = np.where(subcutaneous, exposure.window_days_sc, exposure.window_days)
    given = Courses(patient, first, last, step, window, np.arange(len(rows)))
    return given if begun.all() else given.take(np.flatnonzero(begun))


def covered(given: Courses) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Windows (patient, first, last) that together are the days from a dose to `window` days after it."""
    apart = _apart(given)
    windows = (given.patient, given.first, given.last + given.window)
    if not apart.any():
        return windows
    far, near = _one_by_one(_needed(given, apart)), np.flatnonzero(~apart)
    patient, first, last = (part[near] for part in windows)
    return (
        np.concatenate([patient, far.patient]),
        np.concatenate([first, far.first]),
        np.concatenate([last, far.last + far.window]),
    )


def refuse_too_many(ways: Sequence[Courses]) -> None:
    """`TooManyDosesError` where the ways in which `covered` is asked about a file need too many single doses."""
    apart = [_apart(given) for given in ways]
    most = most_doses(ways[0])
    if sum(int(given.number[far].sum()) for given, far in zip(ways, apart, strict=True)) > most:
        refuse_doses(
            sum(_meant(_needed(given, far)) for given, far in zip(ways, apart, strict=True)), most, LONGER_WINDOW
        )


def most_doses(given: Courses) -> int:
    """How many doses of these courses are taken one by one, at most."""
    return min(MOST_DOSES, max(FEW_DOSES, DOSES_PER_COURSE * int((given.number > 1).sum())))


def single(given: Courses) -> Courses:
    """The same doses one by one, sorted by patient and day; `TooManyDosesError` where courses mean too many."""
    refuse_doses(_meant(given), most_doses(given))
    return _sorted(_one_by_one(given))


def between(given: Courses) -> Courses:
    """The same dose days, sorted, so that no entry begins before the one before it has ended.

    A course that no other dose of its patient falls into stays as it is; others are taken dose by dose.
    `TooManyDosesError` where these mean too many.
    """
    given = _sorted(_once(given))
    overlaps = np.zeros(len(given.first), bool)
    overlaps[1:] = _keys(given.patient, given.first)[1:] <= np.maximum.accumulate(_keys(given.patient, given.last))[:-1]
    # Entries that overlap one after the other are a group; the only one of its group has no dose of another within.
    group = np.cumsum(~overlaps) - 1
    alone = np.bincount(group)[group] == 1
    if alone.all():
        return given
    others = given.take(np.flatnonzero(~alone))
    refuse_doses(_meant(others), most_doses(given))
    return _sorted(_joined(given.take(np.flatnonzero(alone)), _one_by_one(others)))


def first_dose_day(patients: Cohort | Block) -> np.ndarray:
    """Day of each patient's first dose on or before the end of follow-up (float, NaN = none).

    Doses before follow-up count and have negative days; the first dose of a course is on its `day`.
    """
    rows = patients.records("ivig") if isinstance(patients, Block) else patients.ivig
    patient = rows["patient"].to_numpy()
    earliest = run_starts(patient)
    first = np.full(len(patients), np.inf)
    first[patient[earliest]] = rows["day"].to_numpy()[earliest]
    return np.where(first < patients.days, first, np.nan)


def _apart(given: Courses) -> np.ndarray:
    """Which entries leave days between the windows of two doses."""
    return leaves_days_between(given.step, given.window)


def _needed(given: Courses, apart: np.ndarray) -> Courses:
    """The entries of `apart`, each dose once, without doses whose windows end before follow-up."""
    far = given.take(np.flatnonzero(apart))
    passed = np.clip(-((far.first + far.window) // far.step), 0, far.number - 1)
    return _once(far._replace(first=far.first + passed * far.step))


def _one_by_one(given: Courses) -> Courses:
    number = given.number
    entry = np.repeat(np.arange(len(number)), number)
    nth = np.arange(len(entry)) - np.repeat(np.cumsum(number) - number, number)
    given = given.take(entry)
    day = given.first + nth * given.step
    return given._replace(first=day, last=day, step=np.ones(len(day), np.int64))


def _once(given: Courses) -> Courses:
    """The same dose days with courses of one rhythm that overlap made one."""
    many = given.number > 1
    if many.sum() < 2:
        return given
    rest, given = given.take(np.flatnonzero(~many)), given.take(np.flatnonzero(many))
    phase = given.first % given.step
    order = np.lexsort((given.first, phase, given.step, given.window, given.patient))
    given, phase = given.take(order), phase[order]
    begins = run_starts(given.patient, given.window, given.step, phase)
    rhythm = np.cumsum(begins)
    begins[1:] |= _keys(rhythm, given.first)[1:] > np.maximum.accumulate(_keys(rhythm, given.last))[:-1]
    at = np.flatnonzero(begins)
    return _joined(rest, given.take(at)._replace(last=np.maximum.reduceat(given.last, at)))


def _joined(one: Courses, other: Courses) -> Courses:
    return Courses(*(np.concatenate(parts) for parts in zip(one, other, strict=True)))


def _sorted(given: Courses) -> Courses:
    # Rows come sorted, and a course is rarely interleaved with other rows of its patient.
    key = _keys(given.patient, given.first)
    return given if (key[1:] >= key[:-1]).all() else given.take(np.argsort(key, kind="stable"))


def _keys(code: np.ndarray, day: np.ndarray) -> np.ndarray:
    """One whole number a (code, day) in their order; days before follow-up are negative."""
    return code * (np.int64(1) << 32) + day


def _meant(given: Courses) -> int:
    """How many doses are meant by entries of more than one."""
    number = given.number
    return int(number[number > 1].sum())


def refuse_doses(number: int, most: int, remedy: str = "") -> None:
    """`TooManyDosesError` where courses mean more single doses than the most that can be looked at."""
    if number > most:
        raise TooManyDosesError(
            f"The courses of this file mean {number:,} single doses that have to be looked at one by one; at most "
            f"{most:,} can be. Check interval_days of the courses, the end of those that are open and the end of "
            f"follow-up{remedy}."
        )
