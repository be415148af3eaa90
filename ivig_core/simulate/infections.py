"""Infections given the doses: an exact Poisson process by thinning.

Candidates are drawn at the highest rate the patient could ever have, spread evenly over the days at risk, and kept with
probability rate(day) / highest rate. So each day has a Poisson number of infections with exactly the model's rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivig_core.simulate.baseline import People
from ivig_core.simulate.details import draw_details
from ivig_core.simulate.history import FAR, Doses, Periods
from ivig_core.simulate.igg import HGG, NativeIgg
from ivig_core.simulate.model import DAYS_PER_YEAR, SimulationModel


@dataclass
class Surroundings:
    """What the rate of infections depends on besides IVIG: progressive periods and native IgG."""

    periods: Periods
    igg: NativeIgg


@dataclass
class Candidates:
    """Possible infections, ordered by patient and day, at the highest rate a patient could ever have.

    `factor`: product of the factors of phase, season, trend and IgG; `works`: IVIG has its effect on that day (bool);
    `keep`: uniform draw that decides whether it happens.
    """

    patient: np.ndarray
    day: np.ndarray
    factor: np.ndarray
    works: np.ndarray
    keep: np.ndarray

    def __len__(self) -> int:
        return len(self.day)


@dataclass
class Infections:
    """One entry per infection, ordered by patient and day. `state`: `on`, `before` or `off` IVIG; `grade` 1–5."""

    patient: np.ndarray
    day: np.ndarray
    grade: np.ndarray
    state: np.ndarray
    column: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.day)


def ivig_state(model: SimulationModel, doses: Doses, patient: np.ndarray, day: np.ndarray) -> np.ndarray:
    """`on`, `before` (the window before the first dose) or `off` for each day; on IVIG goes first."""
    on = doses.days_since(patient, day) <= model.on_days
    to_first = doses.first[patient] - day
    before = (to_first >= 1) & (to_first <= model.before_days) & (doses.first[patient] < FAR)
    return np.select([on, before], ["on", "before"], "off")


def draw_candidates(
    rng: np.random.Generator, model: SimulationModel, people: People, around: Surroundings
) -> Candidates:
    """Candidates over the whole planned follow-up."""
    highest = model.rate_per_year / DAYS_PER_YEAR * people.frailty * model.highest_factor
    count = rng.poisson(highest * (people.last + 1))
    patient = np.repeat(np.arange(len(people)), count)
    day = np.floor(rng.random(len(patient)) * (people.last[patient] + 1)).astype(np.int64)
    keep = rng.random(len(patient))
    order = np.lexsort((day, patient))
    patient, day, keep = patient[order], day[order], keep[order]

    month = (people.day0[patient] + day).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    winter = (month >= 10) | (month <= 3)
    band = np.minimum(day // model.trend_band_days, model.trend_last_band)
    progressive = around.periods.holds(patient, day)
    factor = np.where(winter, model.irr_fall_winter, 1.0) * np.power(model.trend, band)
    factor = factor * np.where(progressive, model.irr_progressive, 1.0)
    works = np.ones(len(day), dtype=bool)
    if model.igg.slope or model.only_in_calm_hgg:
        level = around.igg.level(patient, day)
        factor = factor * around.igg.rate_factor(level)
        works = ~progressive & (level < HGG) if model.only_in_calm_hgg else works
    return Candidates(patient, day, factor, works, keep)


def draw_infections(
    rng: np.random.Generator, model: SimulationModel, people: People, around: Surroundings, doses: Doses
) -> Infections:
    """All infections of a batch. A fatal one ends the follow-up of its patient: `people` is changed accordingly."""
    drawn = draw_candidates(rng, model, people, around)
    state = ivig_state(model, doses, drawn.patient, drawn.day)
    protected = (state == "on") & drawn.works
    effect = np.select([protected, state == "before"], [model.irr_on_all, model.irr_before_first_dose], 1.0)
    kept = np.flatnonzero(drawn.keep * model.highest_factor < drawn.factor * effect)
    patient, day, state, protected = drawn.patient[kept], drawn.day[kept], state[kept], protected[kept]

    grade = grade_of(model, protected, rng.random(len(kept)), rng.random(len(kept)))
    grade[(grade == 5) & (day < doses.first[patient]) & (doses.first[patient] < FAR)] = 4
    alive = _die_of_infection(people, patient, day, grade)
    patient, day, state, grade, protected = (each[alive] for each in (patient, day, state, grade, protected))
    details = draw_details(rng, model, people, patient, day, grade, protected)
    return Infections(patient, day, grade, state, details)


def grade_of(model: SimulationModel, protected: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """CTCAE grade of each infection from two uniform draws; where IVIG works, grade 3 and higher is rarer still."""
    severe_on = model.share_grade_3_plus * model.irr_on_grade_3_plus / model.irr_on_all
    severe = u < np.where(protected, severe_on, model.share_grade_3_plus)
    high = np.select([v < model.share_grade_5, v < model.share_grade_5 + model.share_grade_4], [5, 4], 3)
    return np.where(severe, high, np.where(v < model.share_grade_2, 2, 1))


def _die_of_infection(people: People, patient: np.ndarray, day: np.ndarray, grade: np.ndarray) -> np.ndarray:
    """End follow-up on the day of each patient's first grade 5 infection; True for the infections that remain.

    Only one infection of a patient stays grade 5: another on the day of death is written as grade 4.
    """
    fatal = np.flatnonzero(grade == 5)
    who, at = np.unique(patient[fatal], return_index=True)
    first = fatal[at]
    people.last[who] = day[first]
    people.contact[who] = day[first]
    people.died[who] = day[first]
    people.death_cause[who] = "infection"
    grade[np.setdiff1d(fatal, first)] = 4
    return day <= people.last[patient]
