"""Person-time and infections by month since the first day at risk: what a density view of many patients draws."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.persontime.split import PersonTime
from ivig_core.terms import OBSERVATION, ON, PRE, REFERENCE, WASHOUT

DAYS_PER_MONTH = 365.25 / 12
PERIODS = (ON, WASHOUT, PRE, OBSERVATION, REFERENCE)
MOST_BINS = 72
WIDTHS = (1, 3, 6, 12, 60)


def bin_width(time: PersonTime) -> int:
    """Months to a bin: the fewest of `WIDTHS` with which the follow-up has at most 72 bins."""
    months = (int(time.table["end_day"].max()) + 1) / DAYS_PER_MONTH if len(time.table) else 0.0
    return next((width for width in WIDTHS if months / width <= MOST_BINS), WIDTHS[-1])


def monthly(time: PersonTime, infections: pd.DataFrame | None = None) -> pd.DataFrame:
    """Days, and infections where they are given, by bin of months and period; parts of the IVIG window are joined.

    `infections` have `patient` and `day`; those outside person-time are not counted. Returns one row per bin and period
    of `PERIODS` that occurs: `month` (first of the bin), `months` (its width), `period`, `person_days`, `patients`
    (mean number in that state over the bin), `infections`. Time linear in the patient-months.
    """
    width = bin_width(time)
    length = width * DAYS_PER_MONTH
    table = time.table
    code = _period(table)
    start, end = table["start_day"].to_numpy(np.int64), table["end_day"].to_numpy(np.int64)
    first, last = (start / length).astype(np.int64), (end / length).astype(np.int64)
    number = last - first + 1
    row = np.repeat(np.arange(len(table)), number)
    bins = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    # First whole day of a bin and of the next one.
    opens, closes = np.ceil(bins * length), np.ceil((bins + 1) * length)
    days = np.minimum(end[row] + 1, closes) - np.maximum(start[row], opens)
    total = int(bins.max(initial=-1)) + 1
    key = code[row] * total + bins
    person_days = np.bincount(key, days, len(PERIODS) * total).astype(np.int64)
    counts = np.zeros(len(PERIODS) * total, np.int64)
    if infections is not None and total:
        at = time.row_of(infections)
        day = infections["day"].to_numpy(float)[at >= 0]
        counts += np.bincount(code[at[at >= 0]] * total + (day / length).astype(np.int64), minlength=len(counts))
    bin_days = np.diff(np.ceil(np.arange(total + 1) * length)) if total else np.empty(0)
    result = pd.DataFrame(
        {
            "month": np.tile(np.arange(total) * width, len(PERIODS)),
            "months": width,
            "period": np.repeat(np.array(PERIODS, dtype=object), total),
            "person_days": person_days,
            "patients": person_days / np.tile(bin_days, len(PERIODS)),
            "infections": counts,
        }
    )
    occurs = result.groupby("period")["person_days"].transform("sum") > 0
    return result[occurs.to_numpy(bool)].reset_index(drop=True)


def _period(table: pd.DataFrame) -> np.ndarray:
    """Code into `PERIODS` of each row of person-time."""
    names = [ON if name.startswith(ON) else name for name in table["state"].cat.categories]
    return np.array([PERIODS.index(name) for name in names])[table["state"].cat.codes.to_numpy()]
