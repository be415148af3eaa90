"""Do infections bring infections? Whether they lie closer together than chance would put them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.persontime.split import PersonTime
from ivig_core.runs import run_starts

NEAR, FAR = 30, (61, 180)
"""Days after an infection in which another counts as near; how far apart the pairs lie that these are compared with.
Between them lie chains: an infection that was brought on by one that was itself brought on."""
DRAWS = (39, 399)
DRAWN, TOGETHER = 600_000, 100_000
"""Least and most random redistributions; about how many infections they draw in all, and at a time."""
SEED = 20260101


@dataclass(frozen=True)
class Clustering:
    """Pairs of infections of one patient, `near` (0–30 days apart) and `far` (61–180), as recorded and by chance.

    By chance: each infection on a random day among those of the same patient in the same state of IVIG; `expected` is
    the mean of the near pairs, `low` to `high` the middle 95 % of them. `times`: how many times as frequent another
    infection is in the 30 days after one than in days 61 to 180, against the same by chance; NaN without far
    pairs. `p_value`: how often chance puts at least so large a share of the pairs near, one-sided.
    """

    infections: int
    near: int
    far: int
    expected: float
    low: float
    high: float
    times: float
    p_value: float


def clustering(time: PersonTime, infections: pd.DataFrame) -> Clustering:
    """Pairs of the counted `infections` (`patient`, `day`) of a person-time against a Monte-Carlo test.

    Redistributed within patient and state, infections keep whatever IVIG, a patient's frailty and the days at risk do;
    comparing near pairs with pairs a little further apart keeps out what changes over months. The same cohort always
    gets the same draws. A permutation test as of Diggle et al., Stat Methods Med Res 1995;4:124 (space–time
    interaction), here in time alone.
    """
    row = time.row_of(infections)
    counted = infections[row >= 0]
    row = row[row >= 0]
    patient, day = counted["patient"].to_numpy(np.int64), counted["day"].to_numpy(np.int64)
    stride = int(time.table["end_day"].max()) + FAR[1] + 2 if len(time.table) else 1
    near, far = map(int, _pairs(np.sort(patient * stride + day)[None])[0])
    if not near + far:
        return Clustering(len(row), near, far, math.nan, math.nan, math.nan, math.nan, math.nan)
    drawn = _by_chance(time.table, row, stride)
    shares = drawn[:, 0] / np.maximum(drawn.sum(axis=1), 1)
    mean_near, mean_far = drawn.mean(axis=0)
    low, high = np.quantile(drawn[:, 0], (0.025, 0.975))
    beyond = int((shares >= near / (near + far)).sum())
    times = near / far / (mean_near / mean_far) if far and mean_near and mean_far else math.nan
    p = (1 + beyond) / (1 + len(drawn))
    return Clustering(len(row), near, far, float(mean_near), float(low), float(high), float(times), p)


def _by_chance(table: pd.DataFrame, row: np.ndarray, stride: int) -> np.ndarray:
    """Near and far pairs of each redistribution (draws × 2)."""
    state = table["state"].cat
    cell = table["patient"].to_numpy(np.int64) * len(state.categories) + state.codes.to_numpy()
    order = np.argsort(cell, kind="stable")
    opens = np.flatnonzero(run_starts(cell[order]))
    ends = np.cumsum(table["days"].to_numpy(np.int64)[order])
    before = ends - table["days"].to_numpy(np.int64)[order]
    number = np.empty(len(order), np.int64)
    number[order] = np.cumsum(run_starts(cell[order])) - 1
    first = before[opens]
    size = np.append(first[1:], ends[-1]) - first
    mine = number[row]
    patient, start = table["patient"].to_numpy(np.int64)[order], table["start_day"].to_numpy(np.int64)[order]
    rng = np.random.default_rng(SEED)
    draws = int(np.clip(DRAWN // max(len(row), 1), *DRAWS))
    together = max(TOGETHER // max(len(row), 1), 1)
    blocks = (min(together, draws - done) for done in range(0, draws, together))
    parts = []
    for many in blocks:
        # Places on one line on which the days of a cell lie beside each other.
        place = first[mine] + (rng.random((many, len(mine))) * size[mine]).astype(np.int64)
        where = np.searchsorted(ends, place, side="right")
        keys = patient[where] * stride + start[where] + place - before[where]
        parts.append(_pairs(np.sort(keys, axis=1)))
    return np.concatenate(parts)


def _pairs(keys: np.ndarray) -> np.ndarray:
    """Pairs up to 30 days apart, and 61 to 180 days apart, of keys patient × stride + day, sorted in each row
    (rows × 2).

    Each infection is set against the next, then the one after that, as long as any lies within 180 days: of few
    infections many lie so far apart that most are done after the first step.
    """
    rows, many = keys.shape
    line = keys.ravel()
    found = np.zeros((rows, 2), np.int64)
    at = np.flatnonzero(np.arange(line.size) % max(many, 1) < many - 1)
    step = 1
    while len(at):
        apart = line[at + step] - line[at]
        for column, inside in enumerate((apart <= NEAR, (apart >= FAR[0]) & (apart <= FAR[1]))):
            found[:, column] += np.bincount(at[inside] // many, minlength=rows)
        step += 1
        at = at[(apart <= FAR[1]) & (at % many < many - step)]
    return found
