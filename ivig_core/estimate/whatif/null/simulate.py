"""Cohorts like one that was observed: the same follow-up, infections and IVIG drawn from the fitted process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ivig_core.estimate.whatif.null.fit import Evidence
from ivig_core.estimate.whatif.null.process import (
    FAR,
    LAG_EDGES,
    LONGEST_LAG,
    RESTART_BANDS,
    START_EDGES,
    TIME_EDGES,
    Floats,
    Histories,
    Process,
    Whole,
    accumulated,
    piece,
    when,
)  # fmt: skip
from ivig_core.estimate.whatif.null.tally import Rule, Tally, first_doses

MOST_COURSES = 100


@dataclass(frozen=True, eq=False)
class _Begun:
    """Patients at their first dose: `first` (day), `frailty` (infections a day in the first band); of each infection
    before it whose it was (`entry`), and how many days before the dose (`lag`)."""

    first: Whole
    frailty: Floats
    entry: Whole
    lag: Whole

    def before(self, days: int = FAR) -> Floats:
        """Infections of each patient in so many days before the first dose."""
        return np.bincount(self.entry[self.lag <= days], minlength=len(self.first)).astype(float)


@dataclass(frozen=True, eq=False)
class _Course:
    """One course of each of some patients: doses (`entry`: whose, `day`), position of each patient's last dose."""

    entry: Whole
    day: Whole
    last: Whole


class _Stretch(NamedTuple):
    """A course of the patients `active` and the time to the next one (day `until`; beyond the end of follow-up where
    there is none), with its infections: whose (`entry`, a place in `active`), `day`, and whether `on` IVIG."""

    active: Whole
    course: _Course
    until: Whole
    entry: Whole
    day: Whole
    on: np.ndarray

    def number(self, of: np.ndarray) -> Floats:
        """How many of some of its infections each patient has."""
        return np.bincount(self.entry[of], minlength=len(self.active)).astype(float)


def simulate(evidence: Evidence, model: Process, cohorts: int, rule: Rule, rng: np.random.Generator) -> Tally:
    """`cohorts` cohorts of the patients of `evidence`, drawn from one parameter set of the process.

    Each patient keeps the days of follow-up and, where the first dose was on or before the first day, that dose. The
    others are drawn among those who have a first dose in follow-up: its day first, then the infections before it given
    that it was not earlier, so that no draw is thrown away. Afterwards courses follow one another: doses with the
    intervals of the cohort, infections, and a restart by itself or brought on by an infection since the last dose.
    """
    who = np.tile(np.arange(len(evidence.histories)), cohorts)
    begun = _first_doses(evidence, model, who, rng)
    days, before = evidence.histories.days[who], begun.before()
    days_on, infections_on, infections = np.zeros(len(who)), np.zeros(len(who)), before.copy()
    for part in _stretches(evidence, model, begun, days, rng):
        days_on[part.active] += _days_on(evidence, part.course, np.minimum(part.until, days[part.active]))
        infections_on[part.active] += part.number(part.on)
        infections[part.active] += part.number(np.ones(len(part.on), bool))
    shape = (cohorts, len(evidence.histories))
    counts = (days_on, infections, infections_on, before, begun.before(rule.before_days))
    return Tally(days.reshape(shape), begun.first.reshape(shape), *(part.reshape(shape) for part in counts))


def draw(evidence: Evidence, model: Process, cohorts: int, rng: np.random.Generator) -> Histories:
    """The cohorts of `simulate` with the day of every infection and dose, as patients of one cohort after another."""
    who = np.tile(np.arange(len(evidence.histories)), cohorts)
    begun, days = _first_doses(evidence, model, who, rng), evidence.histories.days[who]
    infections, doses = [(begun.entry, begun.first[begun.entry] - begun.lag)], []
    for part in _stretches(evidence, model, begun, days, rng):
        infections.append((part.active[part.entry], part.day))
        doses.append((part.active[part.course.entry], part.course.day))
    return Histories(days, *_by_patient(infections), *_by_patient(doses), evidence.histories.window)


def _by_patient(parts: list[tuple[Whole, Whole]]) -> tuple[Whole, Whole]:
    patient, day = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((day, patient))
    return patient[order], day[order]


def _stretches(
    evidence: Evidence, model: Process, begun: _Begun, days: Whole, rng: np.random.Generator
) -> Iterator[_Stretch]:
    """One course after another of the patients who have one, each with what follows it."""
    active, start = np.arange(len(days)), begun.first
    for _ in range(MOST_COURSES):
        if not len(active):
            break
        end_of_risk = days[active]
        course = _course(evidence, start, end_of_risk, rng)
        until, *infections = _during(evidence, model, course, begun.frailty[active], start, end_of_risk, rng)
        yield _Stretch(active, course, until, *infections)
        goes_on = until < end_of_risk
        active, start = active[goes_on], until[goes_on]


def _first_doses(evidence: Evidence, model: Process, who: Whole, rng: np.random.Generator) -> _Begun:
    """First doses and what came before them.

    With H and G the integrated hazards of a first dose apart from infections and through one, A(t) as in
    `Evidence._first`, and a gamma frailty: on day t it comes by itself with density h(t) E[exp(−H − zA)], or through
    an infection u days before with density E[z exp(−H − zA)] g(u) exp(−G(u)). The other infections before it are a
    Poisson process thinned by exp(−G), because none of them has brought it on earlier.
    """
    longest = int(evidence.histories.days.max())
    day = np.arange(longest + 1)
    times = model.times[piece(TIME_EDGES, day)]
    missed = np.exp(-accumulated(LAG_EDGES, model.lags, np.arange(LONGEST_LAG + 1)))
    elapsed = np.append(0.0, np.cumsum(times))[: longest + 1]
    short = np.append(0.0, np.cumsum((missed - missed[-1])[1:]))[np.minimum(day, LONGEST_LAG)]
    brought = np.maximum((1 - missed[-1]) * elapsed - np.append(times[0], times[:-1]) * short, 0)
    inverse = model.shape / model.rate
    left = np.exp(-accumulated(START_EDGES, model.starts, day)) * (1 + brought / inverse) ** -model.shape
    itself = model.starts[piece(START_EDGES, day)] * left
    cause = -np.diff(missed)
    through = np.append(0.0, np.convolve(times, cause)[:longest]) * left / (1 + brought / inverse) * model.rate
    itself[0] = through[0] = 0.0

    total = np.cumsum(itself + through)
    days, given = evidence.histories.days[who], first_doses(evidence.histories)[who]
    first = np.minimum(np.searchsorted(total, rng.random(len(who)) * total[days - 1]), days - 1)
    later = evidence.later[who]
    first = np.where(later, first, given)
    at = np.maximum(first, 0)
    infected = (rng.random(len(who)) * (itself + through)[at] < through[at]) & later
    frailty = rng.gamma(model.shape + infected) / (inverse + np.where(later, brought[at], 0))

    causes = np.flatnonzero(infected)
    chances = np.append(0.0, np.cumsum(cause))
    lag = np.searchsorted(chances, rng.random(len(causes)) * chances[np.minimum(at[causes], LONGEST_LAG)])
    waiting = np.where(later, np.maximum(elapsed[at] - brought[at], 0), 0)
    others = np.repeat(np.arange(len(who)), rng.poisson(frailty * waiting))
    far = missed[-1] * elapsed[np.maximum(at - LONGEST_LAG, 0)]
    other_lag = _lags(
        at[others], rng.random(len(others)) * waiting[others], (far[others], waiting[others]), missed, elapsed
    )
    return _Begun(first, frailty, np.concatenate([others, causes]), np.concatenate([other_lag, lag]))


def _lags(at: Whole, place: Floats, until: tuple[Floats, Floats], missed: Floats, elapsed: Floats) -> Whole:
    """Days before the first dose (day `at`) of infections that did not bring it on.

    Their density on a day is the factor of time × exp(−G) of the days from it to the dose; `place` is where each lies
    in its sum over the days, `until` what that sum is before the last `LONGEST_LAG` days, and in all. In these the
    factor of time is taken as constant.
    """
    far, whole = until
    day = np.searchsorted(elapsed, place / missed[-1], side="right") - 1
    kept = np.append(0.0, np.cumsum(missed[1:]))
    within = np.clip((place - far) / np.maximum(whole - far, 1e-12), 0, 1) * kept[np.minimum(at, LONGEST_LAG)]
    return np.clip(np.where(place < far, at - day, np.searchsorted(kept, within)), 1, at)


def _course(evidence: Evidence, start: Whole, end: Whole, rng: np.random.Generator) -> _Course:
    """Doses from day `start` on: a geometric number, intervals of the cohort drawn with replacement."""
    room = np.maximum((end - 1 - start) // evidence.intervals.min() + 1, 1)
    number = np.minimum(rng.geometric(evidence.stop, len(start)), room)
    entry = np.repeat(np.arange(len(start)), number)
    opens = np.cumsum(number) - number
    interval = evidence.intervals[rng.integers(0, len(evidence.intervals), len(entry))]
    interval[opens] = 0
    elapsed = np.cumsum(interval)
    day = start[entry] + elapsed - elapsed[opens][entry]
    inside = day < end[entry]
    entry, day = entry[inside], day[inside]
    return _Course(entry, day, np.cumsum(np.bincount(entry, minlength=len(start))) - 1)


def _during(
    evidence: Evidence, model: Process, course: _Course, frailty: Floats, start: Whole, end: Whole,
    rng: np.random.Generator,
) -> tuple[Whole, Whole, Whole, np.ndarray]:  # fmt: skip
    """Day of the next course (beyond `end` where there is none); infections before it: whose, day, whether on IVIG."""
    n, longest = len(start), evidence.histories.stop_after
    ratio, last = float(np.exp(model.log_ratio)), course.day[course.last]
    highest = float(model.times.max()) * max(1.0, ratio)
    begin = np.maximum(start, 0)
    entry = np.repeat(np.arange(n), rng.poisson(frailty * highest * (end - begin)))
    day = begin[entry] + (rng.random(len(entry)) * (end - begin)[entry]).astype(np.int64)
    keep, patience = rng.random(len(entry)) * highest, rng.standard_exponential(len(entry))
    far = np.int64(1) << 32
    latest = np.searchsorted(course.entry * far + course.day, entry * far + day, side="right") - 1
    on = day - course.day[latest] <= evidence.histories.window
    happens = keep < model.times[piece(TIME_EDGES, day)] * np.where(on, ratio, 1.0)
    entry, day, on, patience = entry[happens], day[happens], on[happens], patience[happens]

    again = last + longest + when(RESTART_BANDS, model.restarts, rng.standard_exponential(n))
    since = day > last[entry]
    waited = accumulated(LAG_EDGES, model.lags, np.maximum(last[entry] + longest - day, 0)[since])
    brought = day[since] + when(LAG_EDGES, model.lags, patience[since] / model.again + waited)
    np.minimum.at(again, entry[since], brought)
    until = np.maximum(np.ceil(np.minimum(again, FAR)).astype(np.int64), last + longest + 1)
    counted = day < until[entry]
    return until, entry[counted], day[counted], on[counted]


def _days_on(evidence: Evidence, course: _Course, until: Whole) -> Floats:
    """Days on IVIG of a course, without those before follow-up."""
    following = np.append(course.day[1:], 0)
    following[course.last] = until
    ends = np.minimum(following, course.day + evidence.histories.window + 1)
    on = np.maximum(ends, 0) - np.maximum(course.day, 0)
    return np.asarray(np.bincount(course.entry, on, len(until)), float)
