"""Person-time without the days after each infection."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.persontime.split import PersonTime


def without_days_after(time: PersonTime, infections: pd.DataFrame, days: int) -> PersonTime:
    """The person-time without days 1 to `days` after each infection, and without the infections on these days.

    Every row of `infections` (`patient`, `day`, sorted) takes its days away: also one that itself lies on a day taken
    away, and one on a day that the settings exclude. The day of an infection stays unless an earlier one takes it, so
    that all infections of one day stay or go together; an episode takes the days after its first. What is left are
    the days on which no infection began in the `days` before.
    """
    table = time.table
    stride = int(time.cohort.days.max(initial=0)) + days + 2
    start = _keys(table["patient"], table["start_day"], stride)
    stop = start + table["days"].to_numpy(np.int64)
    begin = np.unique(_keys(infections["patient"], infections["day"], stride)) + 1
    if not len(table) or not len(begin):
        return time
    # Windows are of one length: those that overlap or touch the one before end where theirs ends.
    apart = np.flatnonzero(np.diff(begin) > days)
    opens, closes = np.append(begin[:1], begin[apart + 1]), np.append(begin[apart], begin[-1:]) + days
    cuts = np.unique(np.concatenate([start, stop, opens, closes]))
    row = np.searchsorted(start, cuts[:-1], side="right") - 1
    window = np.searchsorted(opens, cuts[:-1], side="right") - 1
    taken = (window >= 0) & (cuts[:-1] < closes[np.maximum(window, 0)])
    kept = np.flatnonzero((row >= 0) & (cuts[:-1] < stop[np.maximum(row, 0)]) & ~taken)
    row, first = row[kept], cuts[:-1][kept]
    part = table.iloc[row].reset_index(drop=True)
    begins = table["start_day"].to_numpy(np.int64)[row] + first - start[row]
    days = cuts[1:][kept] - first
    part = part.assign(start_day=begins, end_day=begins + days - 1, days=days)
    return replace(time, table=part).count(infections)


def _keys(patient: pd.Series, day: pd.Series, stride: int) -> np.ndarray:
    return patient.to_numpy(np.int64) * stride + day.to_numpy(np.int64)
