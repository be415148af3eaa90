"""Single doses from rows of infusions and of courses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.block import Block
from ivig_core.spec import ExposureSpec


class Doses(NamedTuple):
    """Doses up to the end of follow-up, sorted by patient and day; `window`: last day of the on-IVIG window − dose."""

    patient: np.ndarray
    day: np.ndarray
    window: np.ndarray


def doses(block: Block, exposure: ExposureSpec) -> Doses:
    """Every dose on or before the last day of follow-up, also those before its start; courses dose by dose.

    A course (`interval_days` given) has a dose every `interval_days` from its first to its last day; without a last
    day it goes on to the end of follow-up.
    """
    rows = block.records("ivig")
    patient = rows["patient"].to_numpy(np.int64)
    first = rows["day"].to_numpy(np.int64)
    interval = rows["interval_days"].to_numpy(float)
    last_at_risk = block.days[patient] - 1
    end = rows["end"].to_numpy(float)
    course = ~np.isnan(interval)
    end = np.where(course, np.where(np.isnan(end), last_at_risk, np.minimum(end, last_at_risk)), first)
    step = np.where(course, interval, 1)
    number = np.where(first <= last_at_risk, (end - first) // step + 1, 0).astype(np.int64)
    number = np.maximum(number, 0)
    row = np.repeat(np.arange(len(rows)), number)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    day = first[row] + nth * step[row].astype(np.int64)
    subcutaneous = (rows["route"] == "sc").to_numpy(bool)
    window = np.where(subcutaneous, exposure.window_days_sc, exposure.window_days)[row]
    order = np.lexsort((day, patient[row]))
    return Doses(patient[row][order], day[order], window[order])


def first_dose_day(patients: Cohort | Block) -> np.ndarray:
    """Day of each patient's first dose on or before the end of follow-up (float, NaN = none).

    Doses before follow-up count and have negative days; the first dose of a course is on its `day`.
    """
    rows = patients.records("ivig") if isinstance(patients, Block) else patients.ivig
    first = np.full(len(patients), np.inf)
    np.minimum.at(first, rows["patient"].to_numpy(), rows["day"].to_numpy(float))
    return np.where(first < patients.days, first, np.nan)
