"""Time-varying states other than IVIG: disease phase, season, time since start, prophylaxis and functional IgG.

Each function gives a step function of codes into the level names of `LEVELS`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ivig_core.persontime.block import Block
from ivig_core.persontime.days import Steps, carried, steps, windows
from ivig_core.persontime.igg import functional_igg
from ivig_core.runs import following, run_ends
from ivig_core.spec import ExposureSpec
from ivig_core.terms import (
    FALL_WINTER,
    NO_PROPHYLAXIS,
    NONPROGRESSIVE,
    PHASE_UNKNOWN,
    PROGRESSIVE,
    PROPHYLAXIS,
    SEASON_UNKNOWN,
    SPRING_SUMMER,
    TIME_BANDS,
    igg_levels,
    time_bands,
)

PROPHYLAXIS_CATEGORIES = ("antiviral_prophylaxis", "antibacterial_prophylaxis", "antifungal_prophylaxis")
FALL_MONTHS = (10, 11, 12, 1, 2, 3)


def phase_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Progressive inside a progressive row; elsewhere nonprogressive, or unknown if the file records no phase."""
    if not block.cohort.records_phase:
        return steps(block.clock, 2, [])
    rows = block.records("phase")
    return _row_windows(block, rows[(rows["phase"] == PROGRESSIVE).to_numpy(bool)])


def prophylaxis_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Whether a day is covered by antiviral, antibacterial or antifungal prophylaxis."""
    rows = block.records("therapy")
    return _row_windows(block, rows[rows["category"].isin(PROPHYLAXIS_CATEGORIES).to_numpy(bool)])


def _row_windows(block: Block, rows: pd.DataFrame) -> Steps:
    patient = rows["patient"].to_numpy(np.int64)
    end = rows["end"].to_numpy(float)
    last = np.where(np.isnan(end), block.days[patient] - 1, end).astype(np.int64)
    return windows(block.clock, patient, rows["day"].to_numpy(np.int64), last)


def season_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Fall/winter (October–March in the north) or spring/summer by calendar date; unknown without one."""
    if block.cohort.calendar == "none" or not len(block):
        return steps(block.clock, 2, [])
    known = np.full(len(block), True) if block.cohort.calendar == "dates" else block.day0 != -1
    day0, days = block.day0, block.days
    turns = _season_turns(day0.min(), (day0 + days).max())
    low = np.searchsorted(turns, day0, side="right")
    number = np.where(known, np.searchsorted(turns, day0 + days - 1, side="right") - low, 0)
    patient, nth = _repeat(number)
    turn = turns[low[patient] + nth]
    base = np.where(known, _is_fall(day0, exposure), 2)
    return steps(block.clock, base, [(block.clock.key(patient, turn - day0[patient]), _is_fall(turn, exposure))])


def _season_turns(first: int, last: int) -> np.ndarray:
    """Every 1 April and 1 October around the given days since 1970-01-01."""
    months = np.arange(
        np.datetime64(int(first), "D").astype("M8[M]"), np.datetime64(int(last), "D").astype("M8[M]") + 2
    )
    turning = months[np.isin(months.astype(int) % 12, (3, 9))]
    return turning.astype("M8[D]").astype(np.int64)


def _is_fall(epoch_day: np.ndarray, exposure: ExposureSpec) -> np.ndarray:
    month = epoch_day.astype("M8[D]").astype("M8[M]").astype(int) % 12 + 1
    fall = np.isin(month, FALL_MONTHS)
    return (fall if exposure.hemisphere == "north" else ~fall).astype(np.int8)


def time_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Band of time since day 0, `time_band_days` each, the eighth open-ended."""
    number = np.minimum((block.days - 1) // exposure.time_band_days, TIME_BANDS - 1)
    patient, nth = _repeat(number)
    day = (nth + 1) * exposure.time_band_days
    return steps(block.clock, 0, [(block.clock.key(patient, day), (nth + 1).astype(np.int8))])


def _repeat(number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Patient code and running number 0..n-1 for `number` entries of each patient."""
    patient = np.repeat(np.arange(len(number)), number)
    return patient, np.arange(len(patient)) - np.repeat(np.cumsum(number) - number, number)


def igg_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Level of functional IgG; a value holds from the day after its measurement for at most `igg_carry_days`.

    From the next day, because a measurement made on account of an infection must not explain it.
    """
    igg = functional_igg(block, exposure)
    unknown = len(exposure.igg_cuts) + 1
    level = np.searchsorted(np.array(exposure.igg_cuts), igg.value, side="right").astype(np.int8)
    gap = following(igg.day, 0) - igg.day
    lapses = run_ends(igg.patient) | (gap > exposure.igg_carry_days)
    patient = np.concatenate([igg.patient, igg.patient[lapses]])
    day = np.concatenate([igg.day + 1, igg.day[lapses] + exposure.igg_carry_days + 1])
    value = np.concatenate([level, np.full(lapses.sum(), unknown, np.int8)])
    order = np.lexsort((day, patient))
    return carried(block.clock, unknown, patient[order], day[order], value[order])


Axis = Callable[[Block, ExposureSpec], Steps]

AXES: dict[str, Axis] = {
    "phase": phase_steps,
    "season": season_steps,
    "time": time_steps,
    "prophylaxis": prophylaxis_steps,
    "igg": igg_steps,
}


def levels(axis: str, exposure: ExposureSpec) -> tuple[str, ...]:
    """Level names of an axis in the order of its codes."""
    return {
        "phase": (NONPROGRESSIVE, PROGRESSIVE, PHASE_UNKNOWN),
        "season": (SPRING_SUMMER, FALL_WINTER, SEASON_UNKNOWN),
        "time": time_bands(),
        "prophylaxis": (NO_PROPHYLAXIS, PROPHYLAXIS),
        "igg": igg_levels(exposure.igg_cuts),
    }[axis]
