"""Person-time: follow-up cut into intervals on which every time-varying state is constant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.block import Block, blocks
from ivig_core.persontime.days import Steps, merged
from ivig_core.persontime.exposure import EXCLUDED, exposure_steps
from ivig_core.persontime.states import AXES, levels
from ivig_core.runs import following, run_ends, run_starts
from ivig_core.spec import DayFilter, ExposureSpec
from ivig_core.terms import PHASE_UNKNOWN, exposure_states, igg_levels


@dataclass(frozen=True, eq=False)
class PersonTime:
    """Person-time of a cohort.

    `table`, one row per patient × interval, sorted by patient and day: `patient` (code), `start_day`, `end_day` (both
    inside), `days`, `infections`, `state` (categories of `terms.exposure_states`) and one column per axis asked for
    (`states.AXES`; categories of `states.levels`). Days that a spec excludes have no
    row. The sum of `days` is the follow-up that is left, the sum of `infections` the infections counted in it.
    """

    cohort: Cohort
    exposure: ExposureSpec
    table: pd.DataFrame

    def count(self, infections: pd.DataFrame) -> PersonTime:
        """The same intervals with `infections` (rows with `patient`, `day`) counted; those on excluded days are not."""
        row = self.row_of(infections)
        counts = np.bincount(row[row >= 0], minlength=len(self.table))
        return replace(self, table=self.table.assign(infections=counts))

    def row_of(self, infections: pd.DataFrame) -> np.ndarray:
        """Row of `table` in which each infection lies, −1 where its day is not in person-time."""
        if self.table.empty:
            return np.full(len(infections), -1)
        stride = int(self.cohort.days.max(initial=0)) + 1
        patient = infections["patient"].to_numpy(np.int64)
        day = infections["day"].to_numpy(np.int64)
        starts = self.table["patient"].to_numpy(np.int64) * stride + self.table["start_day"].to_numpy(np.int64)
        row = np.maximum(np.searchsorted(starts, patient * stride + day, side="right") - 1, 0)
        same = self.table["patient"].to_numpy()[row] == patient
        inside = (self.table["start_day"].to_numpy()[row] <= day) & (self.table["end_day"].to_numpy()[row] >= day)
        return np.where(same & inside, row, -1)

    def within(self, filters: Sequence[DayFilter]) -> PersonTime:
        """Only the days that pass every filter; the axis of each filter must be in the table."""
        keep = np.ones(len(self.table), bool)
        for item in filters:
            keep &= self.table[item.factor].isin(_levels_within(item, self.exposure)).to_numpy(bool)
        return self if keep.all() else replace(self, table=self.table[keep].reset_index(drop=True))

    @property
    def person_days(self) -> int:
        return int(self.table["days"].sum())

    @property
    def infections(self) -> int:
        return int(self.table["infections"].sum())

    @property
    def patients(self) -> int:
        """Patients with at least one day."""
        return int(self.table["patient"].nunique())


Shared = dict[tuple[int, str], Steps]
"""Axes of the blocks of a cohort, by first patient and name."""


def person_time(
    cohort: Cohort, exposure: ExposureSpec, axes: Collection[str] = (), shared: Shared | None = None
) -> PersonTime:
    """Split follow-up by the exposure and by the time-varying `axes` (names of `states.AXES`); nothing is counted yet.

    Returns a `PersonTime` whose `infections` are 0. Cut one definition once, then count as many endpoints as needed.
    `shared`, empty at first, keeps the axes from one definition to the next, of the same cohort and with the same
    bands, hemisphere and rules of IgG.
    """
    wanted = [axis for axis in AXES if axis in axes]
    parts = [_split(block, exposure, wanted, shared) for block in blocks(cohort)]
    table = pd.concat(parts, ignore_index=True) if len(parts) != 1 else parts[0]
    return PersonTime(cohort, exposure, table)


def _split(block: Block, exposure: ExposureSpec, axes: Sequence[str], shared: Shared | None = None) -> pd.DataFrame:
    clock = block.clock
    state = exposure_steps(block, exposure)
    shared = {} if shared is None else shared
    for axis in axes:
        if (block.low, axis) not in shared:
            shared[block.low, axis] = AXES[axis](block, exposure)
    others = {axis: shared[block.low, axis] for axis in axes}
    keys = merged([state, *others.values()])
    patient, day = np.divmod(keys, clock.stride)
    values = [state.at(keys), *(part.at(keys) for part in others.values())]
    patient, day, *values = _rows(day < clock.days[patient], patient, day, *values)
    # Steps also note days on which nothing changes (a dose inside a window): they do not cut an interval.
    patient, day, *values = _rows(run_starts(patient, *values), patient, day, *values)
    end = np.where(run_ends(patient), clock.days[patient], following(day, 0)) - 1
    patient, day, end, *values = _rows(values[0] != EXCLUDED, patient, day, end, *values)
    columns = {
        "patient": patient + block.low,
        "start_day": day,
        "end_day": end,
        "days": end - day + 1,
        "infections": np.zeros(len(day), np.int64),
        "state": _coded(values[0], exposure_states(exposure)),
    }
    for axis, code in zip(others, values[1:], strict=True):
        columns[axis] = _coded(code, levels(axis, exposure, block.cohort))
    # Gathering the whole numbers into one block would copy every one of them again.
    return pd.DataFrame(columns, copy=False)


def _rows(keep: np.ndarray, *arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """The entries to keep of each array; the arrays themselves where that is all, which is the usual case."""
    if keep.all():
        return arrays
    # Found once, positions are read several times as fast as a mask is.
    rows = np.flatnonzero(keep)
    return tuple(array[rows] for array in arrays)


def _coded(codes: np.ndarray, names: tuple[str, ...]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, dtype=_dtype(names))


@lru_cache(maxsize=64)
def _dtype(names: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(list(names))


def _levels_within(item: DayFilter, exposure: ExposureSpec) -> list[str]:
    if item.factor == "phase":
        return [PHASE_UNKNOWN if item.value == "unknown" else item.value]
    *known, unknown = igg_levels(exposure.igg_cuts)
    if item.igg_bound is None:
        return [unknown]
    op, bound = item.igg_bound
    below = exposure.igg_cuts.index(bound) + 1
    return known[:below] if op == "<" else known[below:]
