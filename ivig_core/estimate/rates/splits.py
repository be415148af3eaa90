"""What a forest plot splits by: patients, states that change in them, or kinds of infections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivig_core.persontime.split import PersonTime
from ivig_core.persontime.states import MOST_BANDS, levels
from ivig_core.runs import run_starts
from ivig_core.terms import IGG_UNKNOWN, NONPROGRESSIVE, OTHER_DAYS, PROGRESSIVE, igg_levels


@dataclass(frozen=True, eq=False)
class Split:
    """A factor to look at.

    `level`: code of each row of `time.table` into `levels`, −1 where it is not known. `varies` for a factor that
    changes within patients (its main effect enters the model); `axes`: the axes of person-time that it is made of,
    which are then not adjusted for as well; `by_infection` where the rows of `time` repeat once per type of infection,
    each counting its own (levels are then fitted apart, adjusters too). `untested`: levels that have a row and no part
    in the test of interaction, such as the patients of whom the factor is not known.
    """

    factor: str
    levels: tuple[str, ...]
    time: PersonTime
    level: np.ndarray
    varies: bool = False
    axes: tuple[str, ...] = ()
    by_infection: bool = False
    untested: tuple[str, ...] = ()


def by_patient(factor: str, time: PersonTime, levels: pd.Categorical) -> Split:
    """Split by a baseline variable: `levels` has one entry per patient of the cohort."""
    level = np.asarray(levels.codes)[time.table["patient"].to_numpy()]
    return Split(factor, tuple(map(str, levels.categories)), time, level)


def by_igg_before(factor: str, time: PersonTime, igg: np.ndarray, cuts: tuple[int, ...]) -> Split:
    """Split by functional IgG before any dose (`igg`: mg/dL, one per patient of the cohort, NaN where unknown).

    Patients of whom it is unknown are a level of their own, the last one, and not part of the test; no levels where it
    is known of nobody.
    """
    code = np.where(np.isnan(igg), len(cuts) + 1, np.searchsorted(np.array(cuts), igg, side="right"))
    levels = pd.Categorical.from_codes(code, list(igg_levels(cuts))).remove_unused_categories()
    if list(levels.categories) == [IGG_UNKNOWN]:
        levels = levels.set_categories([])
    return replace(by_patient(factor, time, levels), untested=(IGG_UNKNOWN,))


def by_state(factor: str, time: PersonTime) -> Split:
    """Split by a time-varying axis of the person-time; its unknown days, and levels without a day, are left out."""
    known = [name for name in time.table[factor].cat.categories if not name.endswith("unknown")]
    return _by_level(factor, factor, time, {name: name for name in known})


def by_igg_below(factor: str, cut: int, time: PersonTime) -> Split:
    """Split by functional IgG below `cut` (one of the cut-offs of the person-time) and from it on, as `by_state`."""
    below = time.exposure.igg_cuts.index(cut) + 1
    known = igg_levels(time.exposure.igg_cuts)[:-1]
    names = {name: f"igg_{'lt' if at < below else 'ge'}_{cut}" for at, name in enumerate(known)}
    return _by_level(factor, "igg", time, names)


def _by_level(factor: str, axis: str, time: PersonTime, level_of: Mapping[str, str]) -> Split:
    """Split by an axis whose names are put together as `level_of` says; those that it does not name are left out."""
    column = time.table[axis].cat
    present = set(column.remove_unused_categories().cat.categories)
    levels = tuple(dict.fromkeys(level for name, level in level_of.items() if name in present))
    position = [
        levels.index(level_of[name]) if name in level_of and name in present else -1 for name in column.categories
    ]
    return Split(factor, levels, time, np.array(position)[column.codes.to_numpy()], varies=True, axes=(axis,))


def by_infection(factor: str, time: PersonTime, infections: pd.DataFrame, types: pd.Categorical) -> Split:
    """Split by a property of the infection: `types` has one entry per row of `infections`; missing are left out."""
    code, row = np.asarray(types.codes), time.row_of(infections)
    alike, group = _added_up(time.table)
    counted = [
        alike.assign(infections=np.bincount(group[row[(code == number) & (row >= 0)]], minlength=len(alike)))
        for number in range(len(types.categories))
    ]
    table = pd.concat(counted, ignore_index=True) if counted else alike.iloc[:0]
    level = np.repeat(np.arange(len(counted)), len(alike))
    stacked = replace(time, table=table)
    return Split(factor, tuple(map(str, types.categories)), stacked, level, by_infection=True)


def _added_up(table: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Days of each patient in each state added up, and which of these rows each row of `table` went into.

    A table per type of infection would otherwise be the whole person-time over again.
    """
    states = [name for name in table.columns if isinstance(table[name].dtype, pd.CategoricalDtype)]
    key = table["patient"].to_numpy(np.int64)
    for name in states:
        key = key * len(table[name].cat.categories) + table[name].cat.codes.to_numpy()
    order = np.argsort(key, kind="stable")
    opens = run_starts(key[order])
    group = np.empty(len(table), np.int64)
    group[order] = np.cumsum(opens) - 1
    first = order[opens]
    alike = table.iloc[first][["patient", *states]].reset_index(drop=True)
    return alike.assign(days=np.bincount(group, table["days"], len(first)).astype(np.int64)), group


def by_time(time: PersonTime) -> Split:
    """Split by time since the first day at risk, in the bands of the spec; levels are named by their days."""
    bands = tuple(time.table["time"].cat.categories)
    closed = time.exposure.time_last_band == "closed" and len(bands) < MOST_BANDS
    names = _days_of_bands(time.exposure.time_band_days, len(bands), closed)
    return _by_level("time", "time", time, dict(zip(bands, names, strict=True)))


def _days_of_bands(days: int, number: int, closed: bool) -> list[str]:
    first = [f"day_{band * days}_{(band + 1) * days - 1}" for band in range(number if closed else number - 1)]
    return first if closed else [*first, f"day_{(number - 1) * days}_on"]


def by_nonprogressive_igg_below(cut: int, time: PersonTime) -> Split:
    """Split into days without progression and with functional IgG below `cut`, and all other known days.

    The group of the 2021 study. A progressive day, and one with IgG from `cut` on, is another day whatever else is not
    known of it; a day that could be either is left out. `time` has the axes `phase` and `igg`.
    """
    phase, igg = time.table["phase"].cat, time.table["igg"].cat
    known = levels("igg", time.exposure, time.cohort)
    below = known[: time.exposure.igg_cuts.index(cut) + 1]
    progresses = phase.categories == PROGRESSIVE
    rests = phase.categories == NONPROGRESSIVE
    is_low = igg.categories.isin(below)
    is_high = ~is_low & (igg.categories != IGG_UNKNOWN)
    at_phase, at_igg = phase.codes.to_numpy(), igg.codes.to_numpy()
    both = rests[at_phase] & is_low[at_igg]
    neither = progresses[at_phase] | is_high[at_igg]
    names = (f"nonprogressive_igg_lt_{cut}", OTHER_DAYS)
    present = [name for name, days in zip(names, (both, neither), strict=True) if days.any()]
    level = np.where(both, 0, np.where(neither, len(present) - 1, -1))
    return Split("nonprogressive_hgg_days", tuple(present), time, level, varies=True, axes=("phase", "igg"))
