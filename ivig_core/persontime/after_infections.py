"""Person-time without what follows an infection: the days after each, or all that is left of a period after its first.

Both end observation because of the outcome, so that what is compared is no longer every infection: see
`study.trust.rows.after_infections` for what the ratios of these days estimate.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.persontime.split import PersonTime
from ivig_core.runs import run_starts


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
    return _counted(time, part, begins, cuts[1:][kept] - first, infections)


def first_of_each_period(time: PersonTime, infections: pd.DataFrame) -> PersonTime:
    """The person-time of each period up to the day of its first infection, with that infection alone.

    A period are the days of a patient from one change of the state of IVIG to the next; days that the settings exclude
    do not end it. Of several infections on its day the first counts as one. A period without an infection stays whole.
    """
    table = time.table
    if not len(table):
        return time
    state = table["state"].cat.codes.to_numpy()
    period = np.cumsum(run_starts(table["patient"].to_numpy(), state)) - 1
    row = time.row_of(infections)
    of, day = period[row[row >= 0]], infections["day"].to_numpy(np.int64)[row >= 0]
    last = np.full(int(period[-1]) + 1, np.iinfo(np.int64).max)
    np.minimum.at(last, of, day)
    start, end = (table[name].to_numpy(np.int64) for name in ("start_day", "end_day"))
    kept = np.flatnonzero(start <= last[period])
    end = np.minimum(end[kept], last[period[kept]])
    part = table.iloc[kept].reset_index(drop=True)
    result = _counted(time, part, start[kept], end - start[kept] + 1, infections)
    return replace(result, table=result.table.assign(infections=np.minimum(result.table["infections"], 1)))


def _keys(patient: pd.Series, day: pd.Series, stride: int) -> np.ndarray:
    return patient.to_numpy(np.int64) * stride + day.to_numpy(np.int64)


def _counted(
    time: PersonTime, rows: pd.DataFrame, start: np.ndarray, days: np.ndarray, infections: pd.DataFrame
) -> PersonTime:
    table = rows.assign(start_day=start, end_day=start + days - 1, days=days)
    return replace(time, table=table).count(infections)
