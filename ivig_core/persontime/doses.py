"""Single doses from rows of infusions and of courses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.block import Block
from ivig_core.runs import run_starts
from ivig_core.spec import ExposureSpec


class Doses(NamedTuple):
    """Doses up to the end of follow-up, sorted by patient and day.

    `window`: last day of the on-IVIG window − dose. `row`: which of the block's `ivig` rows it comes from.
    """

    patient: np.ndarray
    day: np.ndarray
    window: np.ndarray
    row: np.ndarray


def doses(block: Block, exposure: ExposureSpec) -> Doses:
    """Every dose on or before the last day of follow-up, also those before its start; courses dose by dose.

    A course (`interval_days` given) has a dose every `interval_days` from its first to its last day; without a last
    day it goes on to the end of follow-up.
    """
    rows = block.records("ivig")
    patient = rows["patient"].to_numpy(np.int64)
    first = rows["day"].to_numpy(np.int64)
    row, day = _dose_by_dose(rows, first, block.days[patient] - 1)
    patient = patient[row]
    subcutaneous = (rows["route"] == "sc").to_numpy(bool)
    window = np.where(subcutaneous, exposure.window_days_sc, exposure.window_days)[row]
    # Rows come sorted, and a course is rarely interleaved with other rows of its patient.
    if ((patient[1:] == patient[:-1]) & (day[1:] < day[:-1])).any():
        order = np.lexsort((day, patient))
        patient, day, window, row = patient[order], day[order], window[order], row[order]
    return Doses(patient, day, window, row)


def _dose_by_dose(rows: pd.DataFrame, first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row and day of every dose from the day `first` of its row to `last`, the last day at risk of its patient."""
    number = (first <= last).astype(np.int64)
    step = np.ones(len(rows), np.int64)
    interval = rows["interval_days"].to_numpy(float)
    course = np.flatnonzero(~np.isnan(interval))
    if not len(course):
        row = np.flatnonzero(number)
        return row, first[row]
    step[course] = interval[course].astype(np.int64)
    end = np.fmin(rows["end"].to_numpy(float)[course], last[course]).astype(np.int64)
    number[course] = np.maximum((end - first[course]) // step[course] + 1, 0)
    row = np.repeat(np.arange(len(rows)), number)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    return row, first[row] + nth * step[row]


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
