"""What could reasonably have been chosen otherwise: the definitions whose combinations make a specification curve."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Any

from ivig_core.spec import SETTINGS, AnalysisSpec, EndpointSpec, ExposureSpec, SurvivalSpec
from ivig_core.study.trust.rows.adjusted import ADJUSTERS, FIRST

Set = tuple[str, ...]
"""Adjusters of a model."""
Before = tuple[int, bool]
"""What is done about the time before the first dose: days kept apart, whether follow-up begins at the first dose."""

HIGHEST_GRADE = 5
VARIED = (
    "window_days", "pre_exposure_days", "from_first_dose", "dose_day", "episode_gap_days", "min_grade", "adjust_for",
)  # fmt: skip
"""The settings that differ between the rows of a curve."""


@dataclass(frozen=True)
class Choices:
    """The values of each choice; every combination of them is a definition.

    `before`: time before the first dose. Days kept apart are days before the first dose, so that they and a follow-up
    that begins there contradict each other: these are never combined. `adjusters`: factors that change over time, of
    which a model has none, one or all, or with `every_set` each set of them; `also`: further sets. Those that have many
    levels (therapy, calendar, blood counts) take several times as long, and are there to be chosen. IgG is never among
    them: it lies on the path from IVIG to infection.
    """

    window_days: tuple[int, ...] = (14, 21, 28, 30, 42)
    before: tuple[Before, ...] = ((0, False), (30, False), (60, False), (0, True))
    dose_day: tuple[str, ...] = ("on", "off", "excluded")
    episode_gap_days: tuple[int, ...] = (0, 7, 14)
    min_grade: tuple[int, ...] = (1, 3)
    adjusters: tuple[str, ...] = FIRST
    every_set: bool = False
    also: tuple[Set, ...] = ()

    def with_those_of(self, spec: AnalysisSpec) -> Choices:
        """These choices and the values of a spec, which then is one of the combinations, unless it adjusts for IgG."""
        exposure, endpoint = spec.exposure, spec.endpoint
        grades = _with(self.min_grade, endpoint.min_grade)
        mine = without_igg(spec.model.adjust_for)
        adjusters = tuple(name for name in ADJUSTERS if name in {*self.adjusters, *mine})
        listed = len(mine) < 2 or mine == adjusters or self.every_set
        return replace(
            self,
            window_days=_with(self.window_days, exposure.window_days),
            before=_with(self.before, before(exposure)),
            dose_day=_with(self.dose_day, exposure.dose_day),
            episode_gap_days=_with(self.episode_gap_days, endpoint.episode_gap_days),
            min_grade=tuple(grade for grade in grades if grade <= (endpoint.max_grade or HIGHEST_GRADE)),
            adjusters=adjusters,
            also=self.also if listed else (*self.also, mine),
        )


def before(exposure: ExposureSpec) -> Before:
    """What a definition of exposure does about the time before the first dose."""
    return (0, True) if exposure.from_first_dose else (exposure.pre_exposure_days, False)


def base_of(spec: AnalysisSpec) -> AnalysisSpec:
    """What all rows of a curve share: the settings that are no choice, with one window on IVIG."""
    same = replace(spec, survival=SurvivalSpec())
    return same.change(window_cuts=(), **{name: SETTINGS[name].default for name in VARIED})


def without_igg(adjusters: Iterable[str]) -> Set:
    """Adjusters that a curve can have."""
    return tuple(name for name in adjusters if name != "igg")


def exposures(choices: Choices, base: AnalysisSpec) -> list[ExposureSpec]:
    """Every definition of exposure."""
    combined = product(choices.before, choices.window_days, choices.dose_day)
    return [
        base.change(pre_exposure_days=days, from_first_dose=from_first, window_days=window, dose_day=dose_day).exposure
        for (days, from_first), window, dose_day in combined
    ]


def endpoints(choices: Choices, base: AnalysisSpec) -> list[EndpointSpec]:
    """Every endpoint."""
    combined = product(choices.min_grade, choices.episode_gap_days)
    return [base.change(min_grade=grade, episode_gap_days=gap).endpoint for grade, gap in combined]


def sets(choices: Choices, varying: Collection[str]) -> list[Set]:
    """Every set of adjusters that is fitted, without those that are not `varying` in a cohort."""
    names = [name for name in choices.adjusters if name in varying]
    sizes = range(len(names) + 1) if choices.every_set else (0, 1, len(names))
    listed = [found for size in sizes for found in combinations(names, size)]
    also = [tuple(name for name in names if name in more) for more in choices.also]
    return list(dict.fromkeys([*listed, *also]))


def _with(values: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """The values with one more, in order where they are numbers."""
    if value in values:
        return values
    return tuple(sorted((*values, value))) if isinstance(value, int) else (*values, value)
