"""What each strategy gives to every patient: days on IVIG, infusions, and the infections expected on these days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ivig_core.estimate.whatif.strategies.calendar import Weighted, sum_by_patient
from ivig_core.estimate.whatif.strategies.igg_path import IggPath, course
from ivig_core.estimate.whatif.strategies.rules import (
    AfterInfections,
    AtVisits,
    ByIgg,
    Events,
    Given,
    Rhythm,
    after_infections,
    from_day,
    on_windows,
)
from ivig_core.estimate.whatif.strategies.shrink import Shrunken

DAYS_PER_YEAR = 365.25
BELOW_ONE = 1 - 1e-9


class Relief(NamedTuple):
    """Patients × draws. `infections`: expected on days on IVIG if IVIG did nothing; `on_days`, `doses`: in follow-up.
    Rates are per patient-year."""

    infections: np.ndarray
    on_days: np.ndarray
    doses: np.ndarray

    @classmethod
    def nothing(cls, patients: int, draws: int) -> Relief:
        return cls(*(np.zeros((patients, draws)) for _ in range(3)))


def recorded(weighted: Weighted, rate: np.ndarray, doses: np.ndarray) -> Relief:
    """IVIG as it was given."""
    days = weighted.calendar.days_by_level(True)
    on_days = np.broadcast_to(days.sum(axis=1)[:, None], rate.shape)
    given = np.broadcast_to(doses[:, None].astype(float), rate.shape)
    return Relief(rate * (days @ weighted.weights) / DAYS_PER_YEAR, on_days, given)


def from_a_day(weighted: Weighted, rate: np.ndarray, day: int, months: float, rhythm: Rhythm) -> Relief:
    """One course for everybody."""
    follow_up = weighted.calendar.follow_up
    given = from_day(follow_up, day, months, rhythm)
    number, first, last = on_windows(given, rhythm, given.start)
    patient = given.path[number]
    amount = sum_by_patient(patient, weighted.windows(patient, first, last), len(follow_up))
    days = np.minimum(last, follow_up[patient] - 1) - first + 1
    on_days = np.bincount(patient, days, len(follow_up))
    doses = np.bincount(given.path, given.doses, len(follow_up))
    return Relief(rate * amount / DAYS_PER_YEAR, _alike(on_days, rate), _alike(doses, rate))


def _alike(values: np.ndarray, rate: np.ndarray) -> np.ndarray:
    return np.broadcast_to(values[:, None].astype(float), rate.shape)


def by_igg(
    weighted: Weighted,
    rate: np.ndarray,
    path: IggPath,
    rule: ByIgg,
    rhythm: Rhythm,
    inner: int,
    rng: np.random.Generator,
) -> Relief:
    """IVIG by the IgG found at visits; the mean of `inner` courses of IgG for every patient and draw."""
    follow_up = weighted.calendar.follow_up
    # Longest first: those still followed at a visit are the first ones.
    order = np.argsort(-follow_up, kind="stable")
    patients, draws = rate.shape
    own = path.level + path.own + path.own_sd * rng.standard_normal((inner, patients, draws))
    own = own[:, order]
    state = AtVisits.new(rule, rhythm, own.shape)
    amount, on_days, doses = (np.zeros((patients, draws)) for _ in range(3))
    begin = weighted.opens[order]
    for day in range(0, int(follow_up.max(initial=0)), rhythm.interval):
        who = order[: np.count_nonzero(follow_up > day)]
        state = state.only(len(who))
        usual = own[:, : len(who)] + course(np.array([day])) @ path.slope
        value = np.exp(usual + path.residual * rng.standard_normal(usual.shape))
        dosed = state.visit(value)
        doses[who] += dosed.mean(axis=0)
        begin, following = begin[: len(who)], weighted.until(who, np.minimum(day + rhythm.interval, follow_up[who]))
        visits = 0
        while left := rhythm.left(visits):
            share = (state.since == visits).mean(axis=0)
            until = np.minimum(day + left, follow_up[who])
            end = following if left == rhythm.interval else weighted.until(who, until)
            amount[who] += share * (end - begin)
            on_days[who] += share * (until - day)[:, None]
            visits += 1
        begin = following
    return Relief(rate * amount / DAYS_PER_YEAR, on_days, doses)


def when_infected(
    weighted: Weighted,
    rates: Shrunken,
    share: np.ndarray | None,
    ratio: np.ndarray,
    wanted: np.ndarray,
    rule: AfterInfections,
    rhythm: Rhythm,
    inner: int,
    rng: np.random.Generator,
) -> Relief:
    """IVIG after infections; the mean of `inner` paths for every patient and draw of `wanted` (bool).

    A path has a rate from the patient's posterior and one Poisson process of potential infections at the higher of the
    rates off and on IVIG, thinned by uniform marks. `share`: of infections those that count for the rule (None: all);
    `ratio`: on them, one per draw.
    """
    pair = np.flatnonzero(wanted.ravel())
    patient, draw = np.divmod(np.tile(pair, inner), wanted.shape[1])
    paths = len(patient)
    rate = rng.standard_gamma(rates.shape[patient, draw]) / rates.scale[patient, draw]
    counts_for = rate if share is None else rate * share[patient, draw]
    highest = np.maximum(ratio, 1.0)[draw]
    number = rng.poisson(counts_for * highest * weighted.total[patient, draw] / DAYS_PER_YEAR)
    events = _events(weighted, patient, draw, number, rng)
    chance = np.stack([1 / highest, ratio[draw] / highest])
    found = after_infections(events, weighted.calendar.follow_up[patient], chance, rule, rhythm)
    on = _on(weighted, found.given, found.not_before, patient, draw, rhythm)
    cell = np.tile(pair, inner)

    def mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(cell, values, wanted.size).reshape(wanted.shape) / inner

    infections = rate * np.bincount(on[0], on[1], paths) / DAYS_PER_YEAR
    doses = np.bincount(found.given.path, found.given.doses, paths)
    return Relief(mean(infections), mean(np.bincount(on[0], on[2], paths)), mean(doses))


def _events(
    weighted: Weighted, patient: np.ndarray, draw: np.ndarray, number: np.ndarray, rng: np.random.Generator
) -> Events:
    """Potential infections of each path, in order, spread over its days by their weights."""
    path = np.repeat(np.arange(len(number)), number)
    place = np.sort(path + np.minimum(rng.random(len(path)), BELOW_ONE))
    day = weighted.day_at(patient[path], draw[path], place - path)
    return Events(path, day, rng.random(len(path)))


def _on(
    weighted: Weighted, given: Given, not_before: np.ndarray, patient: np.ndarray, draw: np.ndarray, rhythm: Rhythm
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Windows on IVIG: their path, weighted days and days."""
    number, first, last = on_windows(given, rhythm, not_before)
    path = given.path[number]
    who = patient[path]
    last = np.minimum(last, weighted.calendar.follow_up[who] - 1)
    some = first <= last
    path, who, first, last = path[some], who[some], first[some], last[some]
    return path, weighted.windows_of(who, draw[path], first, last), last - first + 1
