"""Time to the event of a survival analysis, one row per patient, before any landmark or grouping."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import EstimationError, SpecError
from ivig_core.spec import SURVIVAL_EVENTS

INFECTION_EVENTS = ("infection", "infection_or_death")

CENSORED, OF_INTEREST, DEATH = 0, 1, 2
"""Codes of the column `cause`: 1 is an infection or a progression."""


def event_times(cohort: Cohort, event: str, infections: pd.DataFrame) -> pd.DataFrame:
    """Time from the first day at risk to the event, and what ended it.

    The first day at risk has time 1 (time = day + 1). `infections` holds `patient` and `day` of the infections that
    count, all of them within follow-up (0 ≤ day < days).

    - `infection`, `infection_or_death`: the first infection; else death when it falls on the last day at risk; else
      censored on that day. Infection risk closes with follow-up: a death recorded after it is not an event here. An
      infection on the day of death is an infection. The two differ in what is an event (`is_event`), not in the times.
    - `death` (overall survival): death, else censored at last contact, which is never before the end of follow-up.
    - `progression_or_death` (progression-free survival): the earlier of the two (progression, when both fall on one
      day), else censored at last contact. A patient with a progression before day 0 was never at risk of a first one
      and has no row.

    Returns `patient` (the cohort's code), `time` (int64 days), `cause` (int8: 0 censored, 1 infection or progression,
    2 death), in the order of the cohort.

    Raises `SpecError` for an unknown event, `EstimationError` for `progression_or_death` without progression dates.
    """
    if event not in SURVIVAL_EVENTS:
        raise SpecError("survival_event", event, "one of " + ", ".join(SURVIVAL_EVENTS))
    if event in INFECTION_EVENTS:
        first, last = _first_infection_day(cohort, infections), cohort.days.astype(float) - 1
        died = _day(cohort, "died_day")
        died = np.where(died == last, died, np.nan)
    else:
        first = _first_progression_day(cohort) if event == "progression_or_death" else np.full(len(cohort), np.nan)
        # fmax skips NaN; a patient at risk until the end of follow-up is known alive until then
        last = np.fmax(_day(cohort, "last_contact_day"), cohort.days - 1)
        died = _day(cohort, "died_day")
    day = np.fmin(first, died)
    cause = np.select([np.isnan(day), day == first], [CENSORED, OF_INTEREST], DEATH).astype(np.int8)
    time = np.where(np.isnan(day), last, day) + 1
    at_risk = time >= 1
    return pd.DataFrame(
        {
            "patient": np.flatnonzero(at_risk),
            "time": time[at_risk].astype(np.int64),
            "cause": cause[at_risk],
        }
    )


def is_event(cause: np.ndarray, event: str) -> np.ndarray:
    """Which causes are the event (bool): death censors a cause-specific `infection`, and is an event elsewhere."""
    return cause == OF_INTEREST if event == "infection" else cause != CENSORED


def _first_infection_day(cohort: Cohort, infections: pd.DataFrame) -> np.ndarray:
    first = np.full(len(cohort), np.inf)
    np.minimum.at(first, infections["patient"].to_numpy(), infections["day"].to_numpy(float))
    return np.where(np.isinf(first), np.nan, first)


def _first_progression_day(cohort: Cohort) -> np.ndarray:
    progressed = _day(cohort, "progressed_day")
    if np.isnan(progressed).all():
        raise EstimationError(
            "No patient has a progression date (column progressed_on): "
            "progression-free survival cannot be computed from this file."
        )
    return progressed


def _day(cohort: Cohort, column: str) -> np.ndarray:
    return cohort.patients[column].to_numpy(float)
