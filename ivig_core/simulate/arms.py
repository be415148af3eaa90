"""Arms of a simulated cohort: who is asked for, from which model, and how many of each."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ivig_core.errors import SpecError
from ivig_core.simulate.baseline import People
from ivig_core.simulate.history import FAR, Doses
from ivig_core.simulate.infections import Infections, Surroundings
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import IggModel

ADMISSIONS = {
    "everybody": "all patients drawn from the model",
    "treated": "patients with a recorded dose in follow-up",
    "untreated": "patients without any dose until the end of follow-up",
    "primary": "patients with a recorded first dose in follow-up and before any infection",
    "not_primary": "all patients who are not in the arm with a first dose before any infection",
}
"""Who is taken from the patients that a model gives, as a retrospective study takes them: by what happened to them."""


@dataclass(frozen=True)
class Arm:
    """`patients` (at the preset's own size; a weight at any other) drawn from `model` and admitted by `admit`.

    `least_days`: shortest follow-up that is admitted, deaths included.
    """

    name: str
    patients: int
    model: SimulationModel
    admit: str = "everybody"
    least_days: int = 1

    def __post_init__(self) -> None:
        if self.admit not in ADMISSIONS:
            raise SpecError("admit", self.admit, f"one of {', '.join(ADMISSIONS)}")
        if self.patients < 1:
            raise SpecError("patients", self.patients, "at least 1 in each arm")


def as_arms(model: SimulationModel | tuple[Arm, ...]) -> tuple[Arm, ...]:
    """A single model as one arm of everybody."""
    return (Arm("all", 1, model),) if isinstance(model, SimulationModel) else model


def arm_of(arms: tuple[Arm, ...], number: np.ndarray) -> np.ndarray:
    """Which arm patient `number` (0, 1, …) belongs to: a repeating pattern that holds each arm's patients evenly."""
    at = np.concatenate([(np.arange(arm.patients) + 0.5) / arm.patients for arm in arms])
    who = np.repeat(np.arange(len(arms)), [arm.patients for arm in arms])
    pattern = who[np.lexsort((who, at))]
    return pattern[number % len(pattern)]


@dataclass
class Histories:
    """Everything drawn for a batch of patients, except labs and therapies."""

    people: People
    around: Surroundings
    doses: Doses
    infections: Infections

    def admitted(self, arm: Arm) -> np.ndarray:
        """Which patients belong in an arm (bool)."""
        return self._by_history(arm.admit) & (self.people.last + 1 >= arm.least_days)

    def _by_history(self, admit: str) -> np.ndarray:
        if admit == "everybody":
            return np.ones(len(self.people), dtype=bool)
        recorded = self.doses.recorded & (self.doses.day <= self.people.last[:, None])
        if admit == "untreated":
            return ~np.any(self.doses.day < FAR, axis=1)
        if admit == "treated":
            return np.any(recorded & (self.doses.day >= 0), axis=1)
        first = np.where(recorded, self.doses.day, FAR).min(axis=1)
        infected = np.full(len(self.people), FAR)
        np.minimum.at(infected, self.infections.patient, self.infections.day)
        primary = (first < FAR) & (first < infected)
        return primary if admit == "primary" else ~primary

    def take(self, who: np.ndarray) -> Histories:
        """The patients `who` (ascending places), renumbered from 0."""
        place = np.full(len(self.people), -1)
        place[who] = np.arange(len(who))
        kept = _rows(self.infections, np.flatnonzero(place[self.infections.patient] >= 0))
        return Histories(
            people=_rows(self.people, who),
            around=_rows(self.around, who),
            doses=_rows(self.doses, who),
            infections=replace(kept, patient=place[kept.patient]),
        )


def join(parts: list[Histories]) -> Histories:
    """Patients of several batches one after another, renumbered."""
    if len(parts) == 1:
        return parts[0]
    before = np.cumsum([0, *(len(part.people) for part in parts)])
    infections = [
        replace(part.infections, patient=part.infections.patient + first)
        for part, first in zip(parts, before, strict=False)
    ]
    return Histories(
        people=_together([part.people for part in parts]),
        around=_together([part.around for part in parts]),
        doses=_together([part.doses for part in parts]),
        infections=_together(infections),
    )


def _rows(value: Any, at: np.ndarray) -> Any:
    """Rows `at` of an array, of every array in a mapping or in a dataclass; parameters stay as they are."""
    if isinstance(value, np.ndarray):
        return value[at]
    if isinstance(value, dict):
        return {name: _rows(each, at) for name, each in value.items()}
    if isinstance(value, IggModel):
        return value
    return type(value)(**{each.name: _rows(getattr(value, each.name), at) for each in fields(value)})


def _together(values: list[Any]) -> Any:
    """Arrays one after another, likewise through mappings and dataclasses; parameters of the first."""
    first = values[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(values)
    if isinstance(first, dict):
        return {name: _together([value[name] for value in values]) for name in first}
    if isinstance(first, IggModel):
        return first
    return type(first)(**{each.name: _together([getattr(v, each.name) for v in values]) for each in fields(first)})
