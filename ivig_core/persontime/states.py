"""Time-varying states other than IVIG, by name: what a day can be adjusted for or split by.

Each function gives a step function of codes into the level names of `levels`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.block import Block
from ivig_core.persontime.calendar import calendar_levels, calendar_steps, half_month_steps, season_steps
from ivig_core.persontime.days import Steps, steps
from ivig_core.persontime.labs import alc_steps, anc_steps, igg_steps
from ivig_core.persontime.therapy import row_windows, therapy_levels, therapy_steps
from ivig_core.runs import running_numbers
from ivig_core.spec import ExposureSpec
from ivig_core.terms import (
    ALC_LOW,
    ALC_OK,
    ALC_UNKNOWN,
    ANC_LOW,
    ANC_OK,
    ANC_UNKNOWN,
    FALL_WINTER,
    NO_PROPHYLAXIS,
    NONPROGRESSIVE,
    PHASE_UNKNOWN,
    PROGRESSIVE,
    PROPHYLAXIS,
    SEASON_UNKNOWN,
    SPRING_SUMMER,
    TIME_BANDS,
    half_months,
    igg_levels,
    time_bands,
)

PROPHYLAXIS_CATEGORIES = ("antiviral_prophylaxis", "antibacterial_prophylaxis", "antifungal_prophylaxis")
MOST_BANDS = 60
"""Thirty years of half-years: where as many bands as follow-up needs are asked for, the 60th is open-ended."""


def phase_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Progressive inside a progressive row; elsewhere nonprogressive, or unknown if the file records no phase."""
    if not block.cohort.records_phase:
        return steps(block.clock, 2, [])
    rows = block.records("phase")
    return row_windows(block, rows[(rows["phase"] == PROGRESSIVE).to_numpy(bool)])


def prophylaxis_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Whether a day is covered by antiviral, antibacterial or antifungal prophylaxis."""
    rows = block.records("therapy")
    return row_windows(block, rows[rows["category"].isin(PROPHYLAXIS_CATEGORIES).to_numpy(bool)])


def time_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """Band of time since day 0, `time_band_days` each, the last one open-ended."""
    number = np.minimum((block.days - 1) // exposure.time_band_days, number_of_bands(block.cohort, exposure) - 1)
    patient, nth = running_numbers(number)
    day = (nth + 1) * exposure.time_band_days
    return steps(block.clock, 0, [(block.clock.key(patient, day), (nth + 1).astype(np.int8))])


def number_of_bands(cohort: Cohort, exposure: ExposureSpec) -> int:
    """Eight, or with `time_last_band` = "closed" as many as the longest follow-up of the cohort needs."""
    if exposure.time_last_band == "open":
        return TIME_BANDS
    return min(max(-(-int(cohort.days.max(initial=1)) // exposure.time_band_days), 2), MOST_BANDS)


Axis = Callable[[Block, ExposureSpec], Steps]

AXES: dict[str, Axis] = {
    "phase": phase_steps,
    "season": season_steps,
    "time": time_steps,
    "prophylaxis": prophylaxis_steps,
    "therapy": therapy_steps,
    "calendar": calendar_steps,
    "half_month": half_month_steps,
    "anc": anc_steps,
    "alc": alc_steps,
    "igg": igg_steps,
}
_OF_ADJUSTER = {"counts": ("anc", "alc")}


def axes_of(adjusters: Iterable[str]) -> tuple[str, ...]:
    """The axes of person-time that adjusters need: one of the same name, but for `counts`, which are two."""
    return tuple(axis for name in adjusters for axis in _OF_ADJUSTER.get(name, (name,)))


def levels(axis: str, exposure: ExposureSpec, cohort: Cohort) -> tuple[str, ...]:
    """Level names of an axis in the order of its codes; half-years and closed bands of time are those of the cohort."""
    return _LEVELS[axis](exposure, cohort)


_LEVELS: dict[str, Callable[[ExposureSpec, Cohort], tuple[str, ...]]] = {
    "phase": lambda exposure, cohort: (NONPROGRESSIVE, PROGRESSIVE, PHASE_UNKNOWN),
    "season": lambda exposure, cohort: (SPRING_SUMMER, FALL_WINTER, SEASON_UNKNOWN),
    "time": lambda exposure, cohort: time_bands(number_of_bands(cohort, exposure)),
    "prophylaxis": lambda exposure, cohort: (NO_PROPHYLAXIS, PROPHYLAXIS),
    "therapy": lambda exposure, cohort: therapy_levels(exposure),
    "calendar": lambda exposure, cohort: calendar_levels(cohort),
    "half_month": lambda exposure, cohort: half_months(),
    "anc": lambda exposure, cohort: (ANC_OK, ANC_LOW, ANC_UNKNOWN),
    "alc": lambda exposure, cohort: (ALC_OK, ALC_LOW, ALC_UNKNOWN),
    "igg": lambda exposure, cohort: igg_levels(exposure.igg_cuts),
}
