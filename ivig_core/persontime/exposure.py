"""Which days are at risk, and which of them are on IVIG, before it, in washout, observation or reference."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ivig_core.persontime.block import Block
from ivig_core.persontime.days import Steps, merged, outside, windows
from ivig_core.persontime.doses import Courses, courses, covered, first_dose_day, refuse_too_many
from ivig_core.spec import ExposureSpec
from ivig_core.terms import OBSERVATION, PRE, REFERENCE, WASHOUT, exposure_states

EXCLUDED = -1


def exposure_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """State of every day as a code into `terms.exposure_states(exposure)`; `EXCLUDED` where the day is not analysed.

    Precedence where states meet: on IVIG, before the first dose, washout, observation. Every day of a patient without
    any on-IVIG day in the recorded follow-up is reference. `dose_day` = "off" makes every dose day observation,
    "excluded" takes it out, also inside the window of an earlier dose. Raises `TooManyDosesError` with the first block
    of a cohort.
    """
    ways = _ways(courses(block, exposure), exposure)
    if block.low == 0:
        file = Block(block.cohort, 0, len(block.cohort))
        refuse_too_many((ways if len(file) == len(block) else _ways(courses(file, exposure), exposure)).all())
    first = first_dose_day(block)
    on = windows(block.clock, *covered(ways.on))
    level = outside(block.clock, [covered(way) for way in ways.cuts]) if ways.cuts else None
    pre = _before_first(block, exposure, first)
    washout = None if ways.washout is None else windows(block.clock, *covered(ways.washout))
    dose_day = None if ways.dose_day is None else windows(block.clock, *covered(ways.dose_day))
    risk = _at_risk(block, exposure, first)

    keys = merged([part for part in (on, level, pre, washout, dose_day, risk) if part is not None])
    code = {state: number for number, state in enumerate(exposure_states(exposure))}
    first_on = len(code) - len(exposure.window_cuts) - 1
    state = np.full(len(keys), code[OBSERVATION], np.int8)
    if washout is not None:
        state[washout.at(keys) == 1] = code[WASHOUT]
    if pre is not None:
        state[pre.at(keys) == 1] = code[PRE]
    is_on = np.flatnonzero(on.at(keys))
    state[is_on] = first_on if level is None else first_on + level.at(keys[is_on])
    if dose_day is not None:
        state[dose_day.at(keys) == 1] = code[OBSERVATION] if exposure.dose_day == "off" else EXCLUDED

    patient = keys // block.clock.stride
    never = np.ones(len(block), bool)
    never[patient[np.flatnonzero(state >= first_on)]] = False
    state[never[patient] & (state != EXCLUDED)] = code[REFERENCE]
    if risk is not None:
        state[risk.at(keys) == 0] = EXCLUDED
    return Steps(keys, state)


class _Ways(NamedTuple):
    """Doses by what is asked of them, each with the days that count; None where it is not asked."""

    on: Courses
    cuts: list[Courses]
    """One a cut of the window: a day's level is how many of them do not cover it, which the latest dose decides."""
    washout: Courses | None
    """Also the window itself, which comes first in the precedence."""
    dose_day: Courses | None

    def all(self) -> list[Courses]:
        return [way for way in (self.on, *self.cuts, self.washout, self.dose_day) if way is not None]


def _ways(given: Courses, exposure: ExposureSpec) -> _Ways:
    return _Ways(
        given,
        [given.lasting(cut - 1) for cut in exposure.window_cuts],
        given.lasting(given.window + exposure.washout_days) if exposure.washout_days else None,
        given.lasting(0) if exposure.dose_day != "on" else None,
    )


def _before_first(block: Block, exposure: ExposureSpec, first: np.ndarray) -> Steps | None:
    if not exposure.pre_exposure_days:
        return None
    patient = np.flatnonzero(~np.isnan(first))
    dose = first[patient].astype(np.int64)
    return windows(block.clock, patient, dose - exposure.pre_exposure_days, dose - 1)


def _at_risk(block: Block, exposure: ExposureSpec, first: np.ndarray) -> Steps | None:
    """Days that are analysed: from the first dose on where asked, then without the first days; None: all of them."""
    if not exposure.from_first_dose and not exposure.exclude_first_days:
        return None
    begins = np.zeros(len(block), np.int64)
    if exposure.from_first_dose:
        begins = np.where(np.isnan(first), block.days, np.maximum(first, 0)).astype(np.int64)
    begins = begins + exposure.exclude_first_days
    return windows(block.clock, np.arange(len(block)), begins, block.days - 1)
