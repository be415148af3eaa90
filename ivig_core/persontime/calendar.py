"""Season and half-year of a day, where the file gives calendar dates."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.block import Block
from ivig_core.persontime.days import Steps, steps
from ivig_core.runs import running_numbers
from ivig_core.spec import ExposureSpec
from ivig_core.terms import CALENDAR_UNKNOWN

FALL_MONTHS = (10, 11, 12, 1, 2, 3)
SEASON_TURNS, HALF_YEAR_TURNS = (3, 9), (0, 6)
"""Months, from 0, whose first day begins a season or a half-year."""
EPOCH = 1970


def season_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Fall/winter (October–March in the north) or spring/summer by calendar date; unknown without one."""
    if block.cohort.calendar == "none" or not len(block):
        return steps(block.clock, 2, [])
    known = np.full(len(block), True) if block.cohort.calendar == "dates" else block.day0 != -1
    key, day = _turns(block, _around(block, SEASON_TURNS), known)
    base = np.where(known, _is_fall(block.day0, exposure), 2)
    return steps(block.clock, base, [(key, _is_fall(day, exposure))])


def calendar_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Half-year of every day by its date, as a code into `calendar_levels`.

    Needs dates: a file in study days gives at most the month of day 0, never the year, and then every day is unknown.
    """
    numbers = half_years(block.cohort)
    if not len(numbers) or not len(block):
        return steps(block.clock, 0, [])
    key, day = _turns(block, _around(block, HALF_YEAR_TURNS), np.full(len(block), True))
    first = int(numbers[0])
    code = np.zeros(int(numbers[-1]) - first + 1, np.int16)
    code[numbers - first] = np.arange(len(numbers))
    base = code[half_year_of(block.day0) - first]
    return steps(block.clock, base, [(key, code[half_year_of(day) - first])])


def half_month_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Half-month of every day, 0 for 1–15 January to 23 for the second half of December; 24 unknown."""
    if block.cohort.calendar == "none" or not len(block):
        return steps(block.clock, 24, [])
    known = np.full(len(block), True) if block.cohort.calendar == "dates" else block.day0 != -1
    turns = _around(block, range(12))
    key, day = _turns(block, np.sort(np.concatenate([turns, turns + 15])), known)
    base = np.where(known, half_month_of(block.day0), 24)
    return steps(block.clock, base, [(key, half_month_of(day).astype(np.int8))])


def half_month_of(epoch_day: np.ndarray) -> np.ndarray:
    """0–23: the half-month, cut after the 15th, of days since 1970-01-01."""
    month = epoch_day.astype("M8[D]").astype("M8[M]")
    first = month.astype("M8[D]").astype(np.int64)
    return (month.astype(np.int64) % 12 * 2 + (epoch_day - first >= 15)).astype(np.int64)


def calendar_levels(cohort: Cohort) -> tuple[str, ...]:
    """Names of `half_years`; without dates unknown alone."""
    names = [f"calendar_{EPOCH + number // 2}_h{number % 2 + 1}" for number in half_years(cohort).tolist()]
    return tuple(names) or (CALENDAR_UNKNOWN,)


def half_years(cohort: Cohort) -> np.ndarray:
    """Half-years since 1970 in which some patient is at risk, rising; none without dates."""
    if cohort.calendar != "dates" or not len(cohort):
        return np.zeros(0, np.int64)
    first, last = half_year_of(cohort.day0), half_year_of(cohort.day0 + cohort.days - 1)
    low, size = int(first.min()), int(last.max() - first.min()) + 2
    begun = np.bincount(first - low, minlength=size) - np.bincount(last + 1 - low, minlength=size)
    return np.flatnonzero(np.cumsum(begun)) + low


def half_year_of(epoch_day: np.ndarray) -> np.ndarray:
    """Half-years since 1970-01-01 of days since then."""
    return epoch_day.astype("M8[D]").astype("M8[M]").astype(np.int64) // 6


def _around(block: Block, months: Collection[int]) -> np.ndarray:
    return _first_days(block.day0.min(), (block.day0 + block.days).max(), months)


def _turns(block: Block, turns: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keys and dates of those `turns` (days since 1970-01-01, rising) that lie inside follow-up, but for day 0."""
    day0, days = block.day0, block.days
    low = np.searchsorted(turns, day0, side="right")
    number = np.where(known, np.searchsorted(turns, day0 + days - 1, side="right") - low, 0)
    patient, nth = running_numbers(number)
    turn = turns[low[patient] + nth]
    return block.clock.key(patient, turn - day0[patient]), turn


def _first_days(first: int, last: int, months: Collection[int]) -> np.ndarray:
    """The first day of every such month (from 0) around the given days since 1970-01-01."""
    around = np.arange(
        np.datetime64(int(first), "D").astype("M8[M]"), np.datetime64(int(last), "D").astype("M8[M]") + 2
    )
    return around[np.isin(around.astype(int) % 12, list(months))].astype("M8[D]").astype(np.int64)


def _is_fall(epoch_day: np.ndarray, exposure: ExposureSpec) -> np.ndarray:
    month = epoch_day.astype("M8[D]").astype("M8[M]").astype(int) % 12 + 1
    fall = np.isin(month, FALL_MONTHS)
    return (fall if exposure.hemisphere == "north" else ~fall).astype(np.int8)
