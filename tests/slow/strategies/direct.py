"""Strategies simulated directly, day by day, from the model that a cohort was drawn from: a second way to the same
numbers that shares no code with `estimate/whatif`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ivig_core.simulate.arms import Arm, Histories, join
from ivig_core.simulate.draw import Streams
from ivig_core.simulate.generator import BLOCK, _draw_arm
from ivig_core.simulate.model import DAYS_PER_YEAR, SimulationModel
from ivig_core.study.whatif.assumptions import Assumptions

STRATEGIES = ("observed", "none", "primary", "igg_guided", "infection_guided")
NOISE = 0.10
"""What the generator adds to the logarithm of a measured IgG (`simulate/labs.py`)."""


def histories(model: SimulationModel, patients: int, seed: int) -> Histories:
    """What `simulate(model, patients, seed)` is written from."""
    arm = Arm("all", 1, model)
    blocks = [_draw_arm(arm, Streams(seed, block, 0), BLOCK) for block in range(-(-patients // BLOCK))]
    return join(blocks).take(np.arange(patients))


class Totals(NamedTuple):
    """Replicates × patients. `infections`, `severe`: that happened; `expected`, `expected_severe`: their rates added up
    over the days; `on_days`, `doses`."""

    infections: np.ndarray
    severe: np.ndarray
    expected: np.ndarray
    expected_severe: np.ndarray
    on_days: np.ndarray
    doses: np.ndarray


@dataclass
class _State:
    """Replicates × patients: day of the last dose, doses still to come of a course, the next one's day, and the last
    infections (replicates × patients × number)."""

    last_dose: np.ndarray
    to_come: np.ndarray
    next_dose: np.ndarray
    infused: np.ndarray
    dosed: np.ndarray
    recent: np.ndarray


def direct(
    model: SimulationModel, truth: Histories, assumed: Assumptions, strategy: str, replicates: int, seed: int
) -> Totals:
    """Every day of every patient in turn."""
    rng = np.random.default_rng(seed)
    people = truth.people
    shape = (replicates, len(people))
    far = np.full(shape, -(10**6))
    state = _State(
        far.copy(), np.zeros(shape, int), far.copy(), np.zeros(shape), np.zeros(shape, bool),
        np.full((*shape, assumed.infections), -(10**6)),
    )  # fmt: skip
    if strategy == "observed":
        # A dose before follow-up may still reach into it.
        early = np.where(truth.doses.day < 0, truth.doses.day, -(10**6)).max(axis=1)
        state.last_dose[:] = early
    totals = Totals(*(np.zeros(shape) for _ in Totals._fields))
    everybody = np.arange(len(people))
    for day in range(int(people.last.max()) + 1):
        alive = day <= people.last
        given = _dose(model, truth, assumed, strategy, state, day, rng) & alive
        state.last_dose[given] = day
        who = everybody[alive]
        on = day - state.last_dose[:, who] <= model.on_days
        month = (people.day0[who] + day).astype("M8[D]").astype("M8[M]").astype(int) % 12 + 1
        rate = model.rate_per_year / DAYS_PER_YEAR * people.frailty[who]
        rate = rate * np.where((month >= 10) | (month <= 3), model.irr_fall_winter, 1.0)
        rate = rate * model.trend ** min(day // model.trend_band_days, model.trend_last_band)
        rate = rate * np.where(truth.around.periods.holds(who, np.full(len(who), day)), model.irr_progressive, 1)
        severe = rate * model.share_grade_3_plus * np.where(on, model.irr_on_grade_3_plus, 1.0)
        mild = rate * (1 - model.share_grade_3_plus) * np.where(on, model.irr_on_grade_1_2, 1.0)
        found_severe, found_mild = rng.poisson(severe), rng.poisson(mild)
        found = found_severe + found_mild
        now = (found, found_severe, severe + mild, severe, on, given[:, who])
        for total, each in zip(totals, now, strict=True):
            total[:, who] += each
        hit = np.zeros(shape, int)
        hit[:, who] = found
        _react(assumed, strategy, state, day, hit, people.last)
    return totals


def _dose(
    model: SimulationModel,
    truth: Histories,
    assumed: Assumptions,
    strategy: str,
    state: _State,
    day: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Who is given a dose today."""
    shape = state.dosed.shape
    if strategy == "observed":
        return np.broadcast_to((truth.doses.day == day).any(axis=1), shape)
    if strategy == "primary":
        after = day - assumed.primary_day
        course = _doses_of(assumed.primary_months, assumed) * assumed.interval_days
        due = 0 <= after < course and after % assumed.interval_days == 0
        return np.full(shape, due)
    if strategy == "infection_guided":
        due = (state.next_dose == day) & (state.to_come > 0)
        state.to_come[due] -= 1
        state.next_dose[due] = day + assumed.interval_days
        return due
    if strategy == "igg_guided":
        state.infused *= 0.5 ** (1 / model.igg.half_life_days)
        if day % assumed.interval_days:
            return np.zeros(shape, bool)
        native = truth.around.igg.level(np.arange(shape[1]), np.full(shape[1], day))
        measured = (native + state.infused) * np.exp(NOISE * rng.standard_normal(shape))
        state.dosed = measured < np.where(state.dosed, assumed.igg_stop, assumed.igg_start)
        state.infused += model.igg.rise_per_dose * state.dosed
        return state.dosed
    return np.zeros(shape, bool)


def _doses_of(months: int, assumed: Assumptions) -> int:
    """The number of doses whose intervals come closest to a course of so many months."""
    asked = months * DAYS_PER_YEAR / 12
    number = 1
    while abs((number + 1) * assumed.interval_days - asked) < abs(number * assumed.interval_days - asked):
        number += 1
    return number


def _react(assumed: Assumptions, strategy: str, state: _State, day: int, found: np.ndarray, last: np.ndarray) -> None:
    """Courses that today's infections bring on."""
    if strategy != "infection_guided":
        return
    doses = _doses_of(assumed.infections_months, assumed)
    for more in range(int(found.max())):
        hit = found > more
        state.recent[hit] = np.concatenate([state.recent[hit][:, 1:], np.full((hit.sum(), 1), day)], axis=1)
        # A course holds until the day before another dose would be due.
        free = (state.to_come == 0) & (day >= state.next_dose)
        begins = hit & free & (day - state.recent[:, :, 0] < 365) & (day + assumed.start_delay_days <= last)
        state.to_come[begins] = doses
        state.next_dose[begins] = day + assumed.start_delay_days
