"""Which days are at risk, and which of them are on IVIG, before it, in washout, observation or reference."""

from __future__ import annotations

import numpy as np

from ivig_core.persontime.block import Block
from ivig_core.persontime.days import Steps, carried, merged, windows
from ivig_core.persontime.doses import Doses, doses, first_dose_day
from ivig_core.runs import following, run_ends
from ivig_core.spec import ExposureSpec
from ivig_core.terms import OBSERVATION, PRE, REFERENCE, WASHOUT, exposure_states

EXCLUDED = -1


def exposure_steps(block: Block, exposure: ExposureSpec) -> Steps:
    """State of every day as a code into `terms.exposure_states(exposure)`; `EXCLUDED` where the day is not analysed.

    Precedence where states meet: on IVIG, before the first dose, washout, observation. Every day of a patient without
    any on-IVIG day in the recorded follow-up is reference. `dose_day` = "off" makes every dose day observation,
    "excluded" takes it out, also inside the window of an earlier dose.
    """
    given = doses(block, exposure)
    first = first_dose_day(block)
    on = windows(block.clock, given.patient, given.day, given.day + given.window)
    level = _since_latest(block, exposure, given)
    pre = _before_first(block, exposure, first)
    washout = _washout(block, exposure, given)
    dose_day = _dose_days(block, exposure, given)
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
    state[is_on] = first_on if level is None else first_on + level.at(keys)[is_on]
    if dose_day is not None:
        state[dose_day.at(keys) == 1] = code[OBSERVATION] if exposure.dose_day == "off" else EXCLUDED

    patient = keys // block.clock.stride
    never = np.ones(len(block), bool)
    never[patient[np.flatnonzero(state >= first_on)]] = False
    state[never[patient] & (state != EXCLUDED)] = code[REFERENCE]
    if risk is not None:
        state[risk.at(keys) == 0] = EXCLUDED
    return Steps(keys, state)


def _since_latest(block: Block, exposure: ExposureSpec, given: Doses) -> Steps | None:
    """Level of a day by days since the latest dose; None where the window has one level."""
    if not exposure.window_cuts:
        return None
    firsts = np.array([0, *exposure.window_cuts])
    next_dose = np.where(run_ends(given.patient), np.iinfo(np.int64).max, following(given.day, 0))
    day = given.day[:, None] + firsts
    reached = (day < next_dose[:, None]).ravel()
    patient = np.repeat(given.patient, len(firsts))[reached]
    level = np.tile(np.arange(len(firsts), dtype=np.int8), len(given.day))[reached]
    return carried(block.clock, 0, patient, day.ravel()[reached], level)


def _dose_days(block: Block, exposure: ExposureSpec, given: Doses) -> Steps | None:
    """Days of doses, where they are anything else than on IVIG."""
    if exposure.dose_day == "on":
        return None
    return windows(block.clock, given.patient, given.day, given.day)


def _before_first(block: Block, exposure: ExposureSpec, first: np.ndarray) -> Steps | None:
    if not exposure.pre_exposure_days:
        return None
    patient = np.flatnonzero(~np.isnan(first))
    dose = first[patient].astype(np.int64)
    return windows(block.clock, patient, dose - exposure.pre_exposure_days, dose - 1)


def _washout(block: Block, exposure: ExposureSpec, given: Doses) -> Steps | None:
    if not exposure.washout_days:
        return None
    closes = given.day + given.window
    return windows(block.clock, given.patient, closes + 1, closes + exposure.washout_days)


def _at_risk(block: Block, exposure: ExposureSpec, first: np.ndarray) -> Steps | None:
    """Days that are analysed: from the first dose on where asked, then without the first days; None: all of them."""
    if not exposure.from_first_dose and not exposure.exclude_first_days:
        return None
    begins = np.zeros(len(block), np.int64)
    if exposure.from_first_dose:
        begins = np.where(np.isnan(first), block.days, np.maximum(first, 0)).astype(np.int64)
    begins = begins + exposure.exclude_first_days
    return windows(block.clock, np.arange(len(block)), begins, block.days - 1)
