"""Infections and IVIG in the order in which they happen, where an infection can bring a course of IVIG on.

Candidates of all patients are taken in step, every patient's earliest first: each is kept or not given the doses so
far, and one that is kept may add a course, or a death, later. So the causal effect of IVIG is the parameter of the
model, and what an analysis makes of a cohort whose exposure follows its outcome is left to the analysis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivig_core.simulate.baseline import People
from ivig_core.simulate.details import draw_details
from ivig_core.simulate.history import FAR, Doses, Periods, dose_gaps, draw_elsewhere
from ivig_core.simulate.infections import (
    Candidates,
    Infections,
    Surroundings,
    draw_candidates,
    grade_of,
    ivig_state,
)
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.parts import Starts

DEATH_WITHIN = 90
"""Days within which a patient who does not recover from a severe infection dies."""


@dataclass
class _Given:
    """Courses so far. n × K: `day` (`FAR`: none), `course`, `ends_course`; n: doses so far, day of the last one."""

    day: np.ndarray
    course: np.ndarray
    ends_course: np.ndarray
    doses: np.ndarray
    courses: np.ndarray
    busy: np.ndarray
    elapsed: np.ndarray

    def add(self, who: np.ndarray, first: np.ndarray, length: np.ndarray) -> None:
        """A course of `length` doses from day `first` on for each of the patients `who` (no patient twice)."""
        k = self.day.shape[1]
        length = np.minimum(length, k - self.doses[who])
        who, first, length = (each[length > 0] for each in (who, first, length))
        at = self.doses[who]
        place = np.arange(k) - at[:, None]
        mine = (place >= 0) & (place < length[:, None])
        day = first[:, None] + self.elapsed[who] - self.elapsed[who, at][:, None]
        self.day[who] = np.where(mine, day, self.day[who])
        self.course[who] = np.where(mine, self.courses[who][:, None], self.course[who])
        self.ends_course[who] |= place == length[:, None] - 1
        self.doses[who] = at + length
        self.courses[who] += 1
        self.busy[who] = day[np.arange(len(who)), at + length - 1]


@dataclass
class _Chances:
    """The uniform draws that each candidate needs."""

    severe: np.ndarray
    grade: np.ndarray
    start: np.ndarray
    delay: np.ndarray
    length: np.ndarray
    dies: np.ndarray


def draw_sequence(
    dose_rng: np.random.Generator,
    rng: np.random.Generator,
    model: SimulationModel,
    starts: Starts,
    people: People,
    around: Surroundings,
) -> tuple[Doses, Infections]:
    """Doses and infections of a batch; deaths that infections bring shorten follow-up: `people` is changed."""
    regular, given = _plan(dose_rng, model, starts, people, around.periods)
    elsewhere = draw_elsewhere(dose_rng, model, regular, given.day.shape[1])
    drawn = draw_candidates(rng, model, people, around)
    chance = _Chances(*rng.random((6, len(drawn))))
    kept, grade, protected = _run(model, starts, people, drawn, chance, given)
    alive = drawn.day[kept] <= people.last[drawn.patient[kept]]
    kept, grade, protected = kept[alive], grade[alive], protected[alive]

    doses = Doses(given.day, given.course, given.ends_course, regular, elsewhere)
    patient, day = drawn.patient[kept], drawn.day[kept]
    state = ivig_state(model, doses, patient, day)
    details = draw_details(rng, model, people, patient, day, grade, protected)
    return doses.until(people.last), Infections(patient, day, grade, state, details)


def _plan(
    rng: np.random.Generator, model: SimulationModel, starts: Starts, people: People, periods: Periods
) -> tuple[np.ndarray, _Given]:
    """Who is recorded as regular courses, and the courses that are planned whatever happens."""
    n = len(people)
    regular = rng.random(n) < model.share_course_rows
    gap = dose_gaps(rng, model, regular, n)
    k = gap.shape[1]
    none = np.zeros(n, dtype=np.int64)
    given = _Given(
        day=np.full((n, k), FAR),
        course=np.zeros((n, k), dtype=np.int64),
        ends_course=np.zeros((n, k), dtype=bool),
        doses=none,
        courses=none.copy(),
        busy=np.full(n, -1),
        elapsed=np.cumsum(gap, axis=1) - gap,
    )
    median, spread, latest = starts.planned_day
    first = np.floor(median * np.exp(spread * rng.standard_normal(n))).clip(max=latest).astype(np.int64)
    onset = periods.first_onset
    first = np.where((rng.random(n) < starts.at_progression) & (onset < FAR), onset, first)
    length = course_length(model, rng.random(n))
    who = np.flatnonzero(rng.random(n) < starts.share_planned)
    given.add(who, first[who], length[who])
    return regular, given


def _run(
    model: SimulationModel, starts: Starts, people: People, drawn: Candidates, chance: _Chances, given: _Given
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which candidates are infections, their grade, and whether IVIG protected when they happened."""
    kept = np.zeros(len(drawn), dtype=bool)
    grade = np.zeros(len(drawn), dtype=np.int64)
    protected = np.zeros(len(drawn), dtype=bool)
    count = np.bincount(drawn.patient, minlength=len(people))
    begins = np.cumsum(count) - count
    for turn in range(int(count.max(initial=0))):
        at = begins[count > turn] + turn
        at = at[drawn.day[at] <= people.last[drawn.patient[at]]]
        who, day = drawn.patient[at], drawn.day[at]
        doses = given.day[who]
        since = day - np.where(doses <= day[:, None], doses, -FAR).max(axis=1)
        safe = (since <= model.on_days) & drawn.works[at]
        rate = drawn.factor[at] * np.where(safe, model.irr_on_all, 1.0)
        yes = drawn.keep[at] * model.highest_factor < rate
        at, who, day, safe = at[yes], who[yes], day[yes], safe[yes]
        kept[at], protected[at] = True, safe
        grade[at] = grade_of(model, safe, chance.severe[at], chance.grade[at])
        _start(model, starts, people, chance, given, at, who, day, grade[at])
        _die(model, people, chance.dies[at], who, day, grade[at])
    kept = np.flatnonzero(kept)
    return kept, grade[kept], protected[kept]


def _start(
    model: SimulationModel,
    starts: Starts,
    people: People,
    chance: _Chances,
    given: _Given,
    at: np.ndarray,
    who: np.ndarray,
    day: np.ndarray,
    grade: np.ndarray,
) -> None:
    """The courses that these infections bring on."""
    probability = np.where(given.doses[who] > 0, starts.again, starts.after_infection)
    yes = (day > given.busy[who]) & (grade >= starts.min_grade) & (chance.start[at] < probability)
    at, who, day = at[yes], who[yes], day[yes]
    soon = chance.delay[at] < starts.share_soon
    u = np.where(
        soon,
        chance.delay[at] / max(starts.share_soon, 1e-12),
        (chance.delay[at] - starts.share_soon) / max(1 - starts.share_soon, 1e-12),
    )
    low, high = (np.where(soon, *pair) for pair in zip(starts.soon_days, starts.delay_days, strict=True))
    first = day + low + np.floor(u * (high - low + 1)).astype(np.int64)
    given.add(who, first, course_length(model, chance.length[at]))


def _die(
    model: SimulationModel, people: People, u: np.ndarray, who: np.ndarray, day: np.ndarray, grade: np.ndarray
) -> None:
    """Grade 5 is a death on that day; some patients die within 90 days of a grade 3 or 4."""
    later = (grade >= 3) & (grade < 5) & (u < model.share_dies_after_severe)
    wait = 1 + np.floor(u / max(model.share_dies_after_severe, 1e-12) * DEATH_WITHIN).astype(np.int64)
    dies = (grade == 5) | later
    when = np.where(grade == 5, day, day + wait)[dies]
    who, fatal = who[dies], grade[dies] == 5
    first = when <= people.contact[who]
    who, when, fatal = who[first], when[first], fatal[first]
    people.died[who] = when
    people.contact[who] = when
    people.last[who] = np.minimum(people.last[who], when)
    people.death_cause[who] = np.where(fatal, "infection", "other")


def course_length(model: SimulationModel, u: np.ndarray) -> np.ndarray:
    """Doses of a course from uniform draws: geometric with mean `doses_per_course`."""
    if model.doses_per_course <= 1:
        return np.ones(len(u), dtype=np.int64)
    return 1 + np.floor(np.log1p(-u) / np.log1p(-1 / model.doses_per_course)).astype(np.int64)
