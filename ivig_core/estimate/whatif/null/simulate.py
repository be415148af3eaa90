"""Cohorts like one that was observed: the same follow-up, infections and IVIG drawn from the fitted process."""

from __future__ import annotations

from dataclasses import dataclass

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
    """Patients at their first dose: `first` (day), `frailty` (infections a day in the first band), infections."""

    first: Whole
    frailty: Floats
    before: Floats
    before_near: Floats


@dataclass(frozen=True, eq=False)
class _Course:
    """One course of each of some patients: doses (`entry`: whose, `day`), position of each patient's last dose."""

    entry: Whole
    day: Whole
    last: Whole


def simulate(evidence: Evidence, model: Process, cohorts: int, rule: Rule, rng: np.random.Generator) -> Tally:
    """`cohorts` cohorts of the patients of `evidence`, drawn from one parameter set of the process.

    Each patient keeps the days of follow-up and, where the first dose was on or before the first day, that dose. The
    others are drawn among those who have a first dose in follow-up: its day first, then the infections before it given
    that it was not earlier, so that no draw is thrown away. Afterwards courses follow one another: doses with the
    intervals of the cohort, infections, and a restart by itself or brought on by an infection since the last dose.
    """
    who = np.tile(np.arange(len(evidence.histories)), cohorts)
    begun = _first_doses(evidence, model, who, rule, rng)
    days = evidence.histories.days[who]
    days_on, infections_on, infections = np.zeros(len(who)), np.zeros(len(who)), begun.before.copy()
    active, start = np.arange(len(who)), begun.first
    for _ in range(MOST_COURSES):
        if not len(active):
            break
        end_of_risk = days[active]
        course = _course(evidence, start, end_of_risk, rng)
        until, on, counted = _during(evidence, model, course, begun.frailty[active], start, end_of_risk, rng)
        days_on[active] += _days_on(evidence, course, np.minimum(until, end_of_risk))
        infections_on[active] += on
        infections[active] += counted
        goes_on = until < end_of_risk
        active, start = active[goes_on], until[goes_on]
    shape = (cohorts, len(evidence.histories))
    counts = (days_on, infections, infections_on, begun.before, begun.before_near)
    return Tally(days.reshape(shape), begun.first.reshape(shape), *(part.reshape(shape) for part in counts))


def _first_doses(evidence: Evidence, model: Process, who: Whole, rule: Rule, rng: np.random.Generator) -> _Begun:
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
    kept = np.append(0.0, np.cumsum(np.exp(-accumulated(LAG_EDGES, model.lags, day[1:]))))
    number = rng.poisson(np.where(later, frailty * np.maximum(elapsed[at] - brought[at], 0), 0))
    others = np.repeat(np.arange(len(who)), number)
    other_lag = np.searchsorted(kept, rng.random(len(others)) * kept[at[others]])
    patient, lags = np.concatenate([others, causes]), np.concatenate([other_lag, lag])
    near = np.bincount(patient[lags <= rule.before_days], minlength=len(who)).astype(float)
    return _Begun(first, frailty, np.bincount(patient, minlength=len(who)).astype(float), near)


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
) -> tuple[Whole, Floats, Floats]:  # fmt: skip
    """Day of the next course (beyond `end` where there is none), and infections before it: on IVIG, and all."""
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
    entry, on = entry[counted], on[counted]
    return until, np.bincount(entry[on], minlength=n).astype(float), np.bincount(entry, minlength=n).astype(float)


def _days_on(evidence: Evidence, course: _Course, until: Whole) -> Floats:
    """Days on IVIG of a course, without those before follow-up."""
    following = np.append(course.day[1:], 0)
    following[course.last] = until
    ends = np.minimum(following, course.day + evidence.histories.window + 1)
    on = np.maximum(ends, 0) - np.maximum(course.day, 0)
    return np.asarray(np.bincount(course.entry, on, len(until)), float)
