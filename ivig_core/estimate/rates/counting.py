"""Follow-up as a counting process: rows (start, stop] of one patient, each ending in an infection or in a change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.estimate.cells import Cells, Factor
from ivig_core.estimate.rates.marginal import Entered, enter
from ivig_core.persontime.split import PersonTime
from ivig_core.runs import run_starts

FEWEST_EVENTS = 10


@dataclass(frozen=True, eq=False)
class CountingRows:
    """Intervals (start, stop] at risk, sorted by patient and time.

    `start`, `stop` are on the clock of the model. An infection, where `event` is true, is at `stop`. `number` is the
    running number of the infection-day that the patient is at risk of, 1 for the first. `stratum` is what risk sets are
    formed within. `factors`: the terms of the model, codes per row. `merged`: infections that were counted together
    with another one of the same patient and day.
    """

    patient: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    event: np.ndarray
    number: np.ndarray
    stratum: np.ndarray
    factors: tuple[Factor, ...]
    merged: int

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as a table, one column of codes per factor."""
        names = ("patient", "start", "stop", "event", "number", "stratum")
        codes = {factor.name: factor.codes for factor in self.factors}
        return pd.DataFrame({**{name: getattr(self, name) for name in names}, **codes})


def counting_rows(
    time: PersonTime, infections: pd.DataFrame, population: str, adjust_for: Collection[str]
) -> CountingRows:
    """Rows of the patients of a population ("exposed" or "all") on the clock of days since the first day at risk.

    The clock shows t = day + 1 at the end of a day, so that day d is (d, d + 1] and an infection on the first day at
    risk is at 1. Follow-up is cut at every change of state in `time` and at every infection-day; days without
    person-time are gaps, and an infection on one of them does not count. The clock runs on through gaps, and it counts
    from the recorded first day at risk also where a spec leaves out days after it (late entry).

    `infections`: rows with `patient` and `day`, those that `time` has counted. Several on one day are one event.
    """
    return rows_of(enter(time, population, adjust_for), infections)


def rows_of(entered: Entered, infections: pd.DataFrame) -> CountingRows:
    """`counting_rows` of what entered a model."""
    table = entered.time.table
    row = entered.time.row_of(infections)
    inside = row >= 0
    # Person-time is sorted by patient and day: so are (row, day) pairs.
    pairs = np.stack([row[inside], infections["day"].to_numpy(np.int64)[inside]])
    happened = pairs[:, np.lexsort(pairs[::-1])]
    happened = happened[:, run_starts(*happened)]
    patient, first, end = (table[name].to_numpy(np.int64) for name in ("patient", "start_day", "end_day"))
    # A row ends at each of its infections and at its last day, which may be the day of an infection.
    unfinished = np.ones(len(table), bool)
    unfinished[happened[0][happened[1] == end[happened[0]]]] = False
    rest = np.flatnonzero(unfinished)
    of = np.concatenate([happened[0], rest])
    stop = np.concatenate([happened[1], end[rest]]) + 1
    event = np.arange(len(of)) < happened.shape[1]
    order = np.lexsort((stop, of))
    of, stop, event = of[order], stop[order], event[order]
    opens = run_starts(of)
    start = np.where(opens, first[of], np.concatenate([[0], stop[:-1]])[: len(stop)])
    before = np.cumsum(event) - event
    number = before - np.repeat(before[run_starts(patient[of])], np.diff(_bounds(patient[of]))) + 1
    return CountingRows(
        patient[of], start, stop, event, number, np.zeros(len(of), np.int64),
        tuple(replace(factor, codes=factor.codes[of]) for factor in entered.factors),
        merged=int(inside.sum()) - happened.shape[1],
    )  # fmt: skip


def gap_time(rows: CountingRows, fewest: int = FEWEST_EVENTS) -> CountingRows:
    """The same rows with a clock that starts again after each infection-day, in strata by the running number.

    A number is a stratum of its own up to the last one that at least `fewest` patients have reached an infection of;
    that one and all later ones share a stratum, in which a patient can be at risk more than once. The clock before the
    first infection is days since the first day at risk.
    """
    new = run_starts(rows.patient, rows.number)
    # After an infection the interval opens where it happened, also when the days that follow are a gap.
    previous = np.concatenate([[0], rows.stop[:-1]])[: len(new)]
    origin = np.where(rows.number[new] == 1, 0, previous[new])
    origin = np.repeat(origin, np.diff(np.append(np.flatnonzero(new), len(new))))
    enough = np.bincount(rows.number[rows.event], minlength=2) >= fewest
    last = max(int(np.flatnonzero(enough).max(initial=1)), 1)
    return replace(rows, start=rows.start - origin, stop=rows.stop - origin, stratum=np.minimum(rows.number, last) - 1)


def _bounds(sorted_keys: np.ndarray) -> np.ndarray:
    """Where runs begin, and the length of the array."""
    return np.append(np.flatnonzero(run_starts(sorted_keys)), len(sorted_keys))


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Who is at risk at each event time of each stratum, ties together.

    `times`: event times on the clock, stratum after stratum. Row r is at risk at the positions `enters[r]` to
    `leaves[r] − 1` in it; an event of the row is at the last of them.
    """

    rows: CountingRows
    times: np.ndarray
    enters: np.ndarray
    leaves: np.ndarray

    def total(self, values: np.ndarray) -> np.ndarray:
        """Sums of values (rows, p) over the rows at risk at each time (times, p)."""
        size = len(self.times) + 1
        change = [np.bincount(self.enters, v, size) - np.bincount(self.leaves, v, size) for v in values.T]
        return np.cumsum(np.stack(change, axis=1)[:-1], axis=0)


class RiskCells(NamedTuple):
    """Risk sets added up by covariate pattern: the cells, and the number of the pattern of each row and each cell."""

    cells: Cells
    of_row: np.ndarray
    of_cell: np.ndarray


def risk_sets(rows: CountingRows) -> RiskSets:
    """Risk sets of rows: (start, stop] is at risk at t where start < t ≤ stop, in its own stratum."""
    stride = int(rows.stop.max(initial=0)) + 1
    base = rows.stratum * stride
    times = np.unique((base + rows.stop)[rows.event])
    enters, leaves = (np.searchsorted(times, base + edge, side="right") for edge in (rows.start, rows.stop))
    return RiskSets(rows, times % stride, enters, leaves)


def risk_cells(risk: RiskSets) -> RiskCells:
    """Number at risk, as `days`, and events, as `infections`, by event time (`stratum`) and covariate pattern.

    With these the conditional Poisson likelihood is the partial likelihood with Breslow's ties: what it cannot tell
    apart, or sends to infinity, Cox regression cannot either.
    """
    rows = risk.rows
    sizes = [len(factor.terms) + 1 for factor in rows.factors]
    key = np.ravel_multi_index([factor.codes for factor in rows.factors], sizes)
    patterns, of_row = np.unique(key, return_inverse=True)
    shape = (len(risk.times) + 1, len(patterns))
    entered, gone, happened = (
        np.bincount(place * shape[1] + pattern, minlength=shape[0] * shape[1]).reshape(shape)[:-1]
        for place, pattern in (
            (risk.enters, of_row), (risk.leaves, of_row), (risk.leaves[rows.event] - 1, of_row[rows.event]),
        )
    )  # fmt: skip
    number = np.cumsum(entered - gone, axis=0)
    time, pattern = np.nonzero(number)
    cells = Cells(
        stratum=time,
        cluster=time,
        days=number[time, pattern].astype(float),
        infections=happened[time, pattern].astype(float),
        codes=np.stack(np.unravel_index(patterns[pattern], sizes), axis=1),
        factors=tuple((factor.name, factor.terms) for factor in rows.factors),
    )
    return RiskCells(cells, of_row, pattern)


def rows_left(risk: RiskSets, table: RiskCells, kept: np.ndarray) -> CountingRows:
    """Rows at risk at some event, in the cells that are `kept` (bool) only.

    A row of which some cells are kept and some are not is cut into the single times at which it is.
    """
    gone = np.zeros((len(risk.times) + 1, int(table.of_row.max(initial=-1)) + 1), np.int64)
    gone[table.cells.stratum[~kept] + 1, table.of_cell[~kept]] = 1
    gone = np.cumsum(gone, axis=0)
    lost = gone[risk.leaves, table.of_row] - gone[risk.enters, table.of_row]
    length = risk.leaves - risk.enters
    whole = np.flatnonzero((length > 0) & (lost == 0))
    torn = np.flatnonzero((lost > 0) & (lost < length))
    piece = np.repeat(torn, length[torn])
    at = np.arange(len(piece)) - np.repeat(np.cumsum(length[torn]) - length[torn], length[torn]) + risk.enters[piece]
    stays = gone[at + 1, table.of_row[piece]] == gone[at, table.of_row[piece]]
    piece, at = piece[stays], at[stays]
    rows = _take(risk.rows, np.concatenate([whole, piece]))
    many = len(whole)
    rows.start[many:], rows.stop[many:] = risk.times[at] - 1, risk.times[at]
    rows.event[many:] &= at == risk.leaves[piece] - 1
    return rows


def _take(rows: CountingRows, index: np.ndarray) -> CountingRows:
    names = ("patient", "start", "stop", "event", "number", "stratum")
    factors = tuple(replace(factor, codes=factor.codes[index]) for factor in rows.factors)
    return replace(rows, factors=factors, **{name: getattr(rows, name)[index] for name in names})
