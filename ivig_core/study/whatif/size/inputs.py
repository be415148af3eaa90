"""The numbers that a plan is computed with: entered, from the cohort, or a default that is said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.size.facts import DAYS_PER_YEAR, Facts, facts
from ivig_core.study.whatif.size.plan import (
    COHORT,
    DEFAULT,
    ENTERED,
    FALLBACK,
    NAMES,
    OF_COURSES,
    OF_EXPOSURE,
    Source,
    StudyPlan,
)


@dataclass(frozen=True)
class Input:
    """A number that a plan is computed with, and where it is from. None: each patient of the cohort has an own one."""

    name: str
    value: float | None
    source: Source


def plan_inputs(study: Study, spec: AnalysisSpec, plan: StudyPlan) -> tuple[Input, ...]:
    """Every number of a plan: entered, from the cohort, or a default, in the order of `StudyPlan`."""
    known = facts(study, spec, plan.trigger_days, plan.interval_days)
    given = _of_cohort(known)
    whole = use_cohort(known, plan)
    if not whole:
        # They follow from the days on IVIG that are entered.
        given = {name: value for name, value in given.items() if name not in OF_COURSES}
    rows = []
    for name in NAMES:
        entered = getattr(plan, name)
        if entered is not None:
            default = name not in FALLBACK and entered == getattr(StudyPlan(), name)
            rows.append(Input(name, float(entered), DEFAULT if default else ENTERED))
        elif whole and name in OF_EXPOSURE:
            rows.append(Input(name, given[name] if name == "share_on" else None, COHORT))
        elif name in given:
            rows.append(Input(name, given[name], COHORT))
        else:
            rows.append(Input(name, FALLBACK[name], DEFAULT))
    fitting = _fitting(rows)
    return fitting if whole else _with_courses(fitting, plan, spec.exposure.window_days)


def _with_courses(rows: tuple[Input, ...], plan: StudyPlan, window_days: int) -> tuple[Input, ...]:
    """One course that has the days on IVIG that are entered, begun so often that half of the days left pass before it,
    where nothing else is entered."""
    value = {row.name: row.value or 0.0 for row in rows}
    off = max(value["follow_up_days"] - value["on_days"], 1)
    courses = {
        "first_per_year": 2 * DAYS_PER_YEAR / off, "again_per_year": 0.0,
        "doses": max((value["on_days"] - window_days - 1) / plan.interval_days + 1, 1.0),
    }  # fmt: skip
    return tuple(
        Input(row.name, courses[row.name], DEFAULT)
        if row.name in courses and getattr(plan, row.name) is None else row
        for row in rows
    )  # fmt: skip


def use_cohort(known: Facts, plan: StudyPlan) -> bool:
    """Whether the days on IVIG are those of the cohort: nothing is entered, and it has such days and infections."""
    return not plan.entered_exposure and bool(known.on_days.sum()) and bool(known.infections.sum())


def _of_cohort(known: Facts) -> dict[str, float]:
    """What the cohort tells, by name."""
    courses = known.courses
    rates = courses.rates
    given = {
        "rate": known.rate * DAYS_PER_YEAR, "variance": known.variance, "trigger": rates.trigger,
        "start_by_rate": rates.by_rate, "first_per_year": rates.first * DAYS_PER_YEAR,
        "again_per_year": rates.again * DAYS_PER_YEAR,
        "doses": courses.doses, "trigger_days": float(known.trigger_days),
    }  # fmt: skip
    if known.patients:
        given["follow_up_days"] = float(np.median(known.follow_up))
    treated = known.on_days[known.on_days > 0]
    if len(treated):
        given |= {"on_days": float(np.median(treated)), "share_on": known.share_on}
    if not courses.starts:
        given |= dict.fromkeys(("start_by_rate", "first_per_year", "again_per_year", "trigger", "trigger_days"), np.nan)
    positive = ("rate", "follow_up_days", "on_days")
    return {name: value for name, value in given.items() if np.isfinite(value) and (value > 0 or name not in positive)}


def _fitting(rows: list[Input]) -> tuple[Input, ...]:
    """Days on IVIG that were not entered are at most the follow-up that was."""
    value = {row.name: row.value for row in rows}
    follow, on = value["follow_up_days"], value["on_days"]
    if follow is not None and on is not None and on > follow:
        rows = [
            Input("on_days", float(np.floor(follow / 2)), DEFAULT) if row.name == "on_days" else row for row in rows
        ]
    return tuple(rows)
