"""The two clocks of infections per patient: days spent in a period, and days since the first day at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.estimate.rates.rates import period_of, periods
from ivig_core.estimate.rates.terminal.followed import Followed
from ivig_core.estimate.survival.landmark import groups, looks_ahead
from ivig_core.persontime.split import PersonTime
from ivig_core.runs import run_starts
from ivig_core.terms import OBSERVATION, ON, REFERENCE

SHOWN = (ON, OBSERVATION, REFERENCE)


def by_period(time: PersonTime, infections: pd.DataFrame, population: str) -> dict[str, Followed]:
    """Patients on IVIG, off it and without it, with their days of the period put end to end.

    Day t of the clock is the t-th day in the period. A patient died in a period where the last day of follow-up is the
    day of death and lies in it; whoever goes over to another period, or whose last day is left out, is followed no
    longer in this one. Days before the first dose and of washout that the spec keeps apart are in no period. The time
    of one window (`window_cuts` unset); with `population` "all" reference is off IVIG. Only periods with a day.
    """
    names, period = periods(time, population), period_of(time, population)
    table, died = time.table, _dies_at_the_end(time.cohort)
    row = time.row_of(infections)
    day = infections["day"].to_numpy(np.int64)
    found = {}
    for name in (name for name in SHOWN if name in names):
        mine = np.flatnonzero(period == names.index(name))
        if not len(mine):
            continue
        patient, days = table["patient"].to_numpy()[mine], table["days"].to_numpy(np.int64)[mine]
        first = run_starts(patient)
        person = np.cumsum(first) - 1
        total = np.bincount(person, days).astype(np.int64)
        at_the_end = table["end_day"].to_numpy()[mine] == time.cohort.days[patient] - 1
        ends = np.bincount(person, at_the_end & died[patient]) > 0
        earlier = np.cumsum(days) - days
        earlier -= earlier[first][person]
        position = np.full(len(table), -1)
        position[mine] = np.arange(len(mine))
        at = np.where(row >= 0, position[row], -1)
        which = at[at >= 0]
        clock = earlier[which] + day[at >= 0] - table["start_day"].to_numpy(np.int64)[mine][which] + 1
        found[name] = Followed(total, ends, person[which], clock)
    return found


@dataclass(frozen=True, eq=False)
class Since:
    """Groups of patients from the first day at risk or a landmark on; see `since_start`.

    `excluded`: patients left out by the landmark; `without_group` by a blank in the grouping variable. `looks_ahead`:
    whether the groups use doses given later.
    """

    groups: dict[str, Followed]
    excluded: int
    without_group: int
    looks_ahead: bool


def since_start(
    cohort: Cohort,
    infections: pd.DataFrame,
    group: str,
    landmark_day: int,
    labels: Sequence[str] | pd.Categorical | None = None,
) -> Since:
    """Patients in the groups of a survival comparison, from the first day at risk, or from the landmark, to their end.

    `infections` (`patient`, `day`) are those that count; `group`, `labels` as of `landmark.groups`. A landmark at day L
    leaves out whose follow-up ended by then, and day L + 1 is day 1; infections up to L leave nobody out here, because
    another one can follow, and do not count.

    Raises `SpecError` as `landmark.groups`.
    """
    origin = landmark_day + 1 if landmark_day > 0 else 0
    assigned = groups(cohort, group, landmark_day, labels)
    stays = cohort.days > origin
    member = np.asarray(assigned.codes)
    patient, day = infections["patient"].to_numpy(np.int64), infections["day"].to_numpy(np.int64) + 1 - origin
    died = _dies_at_the_end(cohort)
    found = {}
    for code, name in enumerate(assigned.categories):
        mine = np.flatnonzero(stays & (member == code))
        if not len(mine):
            continue
        number = np.full(len(cohort), -1)
        number[mine] = np.arange(len(mine))
        counts = (number[patient] >= 0) & (day > 0)
        days = cohort.days[mine].astype(np.int64) - origin
        found[str(name)] = Followed(days, died[mine], number[patient][counts], day[counts])
    return Since(found, int((~stays).sum()), int((stays & (member < 0)).sum()), looks_ahead(group, landmark_day))


def _dies_at_the_end(cohort: Cohort) -> np.ndarray:
    """Patients whose last day of follow-up is the day of their death (bool)."""
    return cohort.patients["died_day"].to_numpy(float) == cohort.days - 1
