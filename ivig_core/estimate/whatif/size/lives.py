"""Simulated patients whose infections bring IVIG on: courses of doses start more often after an infection."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

DAYS_PER_YEAR = 365.25
NEVER = 1 << 20
"""A day later than any real one."""
WINTER_DAYS = 182
MOST_SOONER = 20.0
"""However many infections patients have, they start no more than so many times as often as others."""


@dataclass(frozen=True, eq=False)
class LifeModel:
    """What simulated patients are drawn from; rates are per day.

    follow_up: lengths of follow-up (days), one of which is drawn for each patient.
    rate: infections per day off IVIG of an average patient. ratio: factor on days on IVIG.
    variance: of the rate between patients (gamma, mean 1). season: rate in the half-year of winter against summer.
    window_days: last day after a dose that is on IVIG (the dose day is 0). interval_days: from one dose to the next.
    doses: mean number of doses of a course (geometric, at least 1).
    first, again: courses started per day by patients who had none so far, and by those who had, off IVIG.
    trigger: factor on both on the days 1 to `trigger_days` after an infection.
    start_by_rate: exponent with which `first` goes with the patient's own rate: 0 not at all, 1 in proportion.
    share_treatable: proportion of patients who can be given IVIG at all. share_at_start: of these on IVIG on day 0.
    """

    follow_up: np.ndarray
    rate: float
    ratio: float
    variance: float = 0.5
    season: float = 1.0
    window_days: int = 30
    interval_days: int = 28
    doses: float = 8.0
    first: float = 1 / DAYS_PER_YEAR
    again: float = 1 / DAYS_PER_YEAR
    trigger: float = 1.0
    trigger_days: int = 30
    start_by_rate: float = 0.0
    share_treatable: float = 1.0
    share_at_start: float = 0.0


@dataclass(frozen=True, eq=False)
class Lives:
    """Simulated patients, one entry each: `days` of follow-up, `on_days` of them on IVIG, day of the `first_dose`
    (`NEVER` without one, below 0 before follow-up). Infections: `patient`, `day`, `on` (bool: on IVIG). Courses:
    `course_patient`, `course_start` (day of its first dose), `course_doses`.
    """

    days: np.ndarray
    on_days: np.ndarray
    first_dose: np.ndarray
    patient: np.ndarray
    day: np.ndarray
    on: np.ndarray
    course_patient: np.ndarray
    course_start: np.ndarray
    course_doses: np.ndarray

    def levels(self, before_days: int) -> tuple[np.ndarray, np.ndarray]:
        """Days and infections (patients, levels) off IVIG, on IVIG and, where `before_days` is above 0, on so many days
        before the first dose."""
        n = len(self.days)
        treated = (self.first_dose >= 0) & (self.first_dose < self.days)
        before = np.where(treated, np.minimum(self.first_dose, before_days), 0)
        lead = self.first_dose[self.patient] - self.day
        early = (lead >= 1) & (lead <= before[self.patient])
        level = np.where(self.on, 1, 2 * early)
        counts = np.bincount(self.patient * 3 + level, minlength=3 * n).reshape(n, 3)
        days = np.stack([self.days - self.on_days - before, self.on_days, before], axis=1)
        wanted = slice(None) if before_days else slice(2)
        return days[:, wanted], counts[:, wanted]


@dataclass
class _State:
    """Where each patient is: current or last course (`start`, `doses`, last day on IVIG `until`), `last` infection."""

    start: np.ndarray
    doses: np.ndarray
    until: np.ndarray
    last: np.ndarray
    first: np.ndarray
    on_days: np.ndarray
    courses: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)


def draw_lives(rng: np.random.Generator, model: LifeModel, patients: int) -> Lives:
    """So many independent patients. Infections are a Poisson process whose rate depends on the doses so far, starts of
    courses one whose rate depends on the infections so far: candidates of both are drawn at their highest rate and
    taken in the order of days, each kept with the probability that its past gives it (thinning, Lewis & Shedler 1979).
    """
    days = rng.choice(np.asarray(model.follow_up, np.int64), patients)
    frailty = rng.gamma(1 / model.variance, model.variance, patients) if model.variance > 0 else np.ones(patients)
    treatable = rng.random(patients) < model.share_treatable
    state = _begin(rng, model, days, treatable)
    first = _first(model, frailty)
    who, day, kind = _candidates(rng, model, days, frailty, first * treatable)
    chance = rng.random(len(who), dtype=np.float32)
    drawn = _course(rng, model.doses, len(who))
    phase = rng.integers(0, 365, patients)
    count = np.bincount(who, minlength=patients)
    begins = np.cumsum(count) - count
    found = []
    for turn in range(int(count.max(initial=0))):
        at = begins[count > turn] + turn
        starts = kind[at] == 0
        _start(model, state, days, first, at[starts], who, day, chance, drawn)
        found.append(_infections(model, state, phase, at[~starts], who, day, chance))
    patient, when, on = (np.concatenate([part[i] for part in found]) if found else np.zeros(0, int) for i in range(3))
    courses = [np.concatenate(parts) for parts in zip(*state.courses, strict=True)]
    return Lives(days, state.on_days, state.first, patient, when, on.astype(bool), *courses)


def candidates_per_patient(model: LifeModel) -> float:
    """How many candidates `draw_lives` takes in order for a patient, on average: its time and memory go with them."""
    frailty = np.random.default_rng(0).gamma(1 / max(model.variance, 1e-3), max(model.variance, 1e-3), 2000)
    starts = float(_start_top(model, _first(model, frailty)).mean()) * model.share_treatable
    infections = model.rate * max(1.0, model.ratio) * _season_top(model)
    return float(np.mean(model.follow_up)) * (starts + infections)


def _first(model: LifeModel, frailty: np.ndarray) -> np.ndarray:
    """First courses per day of each patient."""
    return model.first * np.clip(np.maximum(frailty, 1e-9) ** model.start_by_rate, 0, MOST_SOONER)


def _begin(rng: np.random.Generator, model: LifeModel, days: np.ndarray, treatable: np.ndarray) -> _State:
    """Nobody has had anything yet, but for those who are on IVIG when follow-up begins."""
    n = len(days)
    state = _State(
        start=np.full(n, -NEVER), doses=np.zeros(n, np.int64), until=np.full(n, -1), last=np.full(n, -NEVER),
        first=np.full(n, NEVER), on_days=np.zeros(n, np.int64),
    )  # fmt: skip
    who = np.flatnonzero(treatable & (rng.random(n) < model.share_at_start))
    start = -rng.integers(0, min(model.interval_days, model.window_days + 1), len(who))
    _give(model, state, days, who, start, _course(rng, model.doses, len(who)))
    return state


def _course(rng: np.random.Generator, mean: float, size: int) -> np.ndarray:
    """Doses of so many courses, geometric; at least 1."""
    return rng.geometric(1 / max(mean, 1.0), size)


def _candidates(
    rng: np.random.Generator, model: LifeModel, days: np.ndarray, frailty: np.ndarray, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Patient, day and kind (0 a start, 1 an infection) of what may happen, in order; on one day a start comes first,
    because the dose day is on IVIG."""
    infections = rng.poisson(frailty * days * (model.rate * max(1.0, model.ratio) * _season_top(model)))
    starts = rng.poisson(days * _start_top(model, first))
    who = np.concatenate([np.repeat(np.arange(len(days)), starts), np.repeat(np.arange(len(days)), infections)])
    kind = np.repeat([0, 1], [starts.sum(), infections.sum()])
    day = np.floor(rng.random(len(who)) * days[who]).astype(np.int64)
    stride = int(days.max(initial=0)) + 1
    order = np.argsort((who * stride + day) * 2 + kind, kind="stable")
    return who[order], day[order], kind[order]


def _start_top(model: LifeModel, first: np.ndarray) -> np.ndarray:
    """Highest rate of starts of each patient, whose first course starts at the rate `first`; 0 where none can."""
    return np.where(first > 0, np.maximum(first, model.again), 0) * max(1.0, model.trigger)


def _season_top(model: LifeModel) -> float:
    return 2 * max(1.0, model.season) / (1 + model.season)


def _start(
    model: LifeModel, state: _State, days: np.ndarray, first: np.ndarray, at: np.ndarray, who: np.ndarray,
    day: np.ndarray, chance: np.ndarray, drawn: np.ndarray,
) -> None:  # fmt: skip
    """The courses that begin among candidates `at`, of which no patient has two."""
    patient, when = who[at], day[at]
    hazard = np.where(state.first[patient] < NEVER, model.again, first[patient])
    since = when - state.last[patient]
    hazard = hazard * np.where((since >= 1) & (since <= model.trigger_days), model.trigger, 1.0)
    top = _start_top(model, first[patient])
    yes = (when > state.until[patient]) & (chance[at] * top < hazard)
    _give(model, state, days, patient[yes], when[yes], drawn[at[yes]])


def _give(
    model: LifeModel, state: _State, days: np.ndarray, who: np.ndarray, start: np.ndarray, doses: np.ndarray
) -> None:
    """A course for each of `who`, with its days on IVIG inside follow-up."""
    state.start[who], state.doses[who] = start, doses
    state.until[who] = start + (doses - 1) * model.interval_days + model.window_days
    state.first[who] = np.minimum(state.first[who], start)
    state.on_days[who] += _on_days(model, days[who] - start, doses) - _on_days(model, np.maximum(-start, 0), doses)
    state.courses.append((who, start, doses))


def _on_days(model: LifeModel, elapsed: np.ndarray, doses: np.ndarray) -> np.ndarray:
    """Days on IVIG among the first `elapsed` days of a course."""
    window = model.window_days + 1
    between = min(model.interval_days, window)
    whole = np.minimum(elapsed // model.interval_days, doses - 1)
    last = np.where(whole == doses - 1, window, between)
    return whole * between + np.clip(elapsed - whole * model.interval_days, 0, last)


def _infections(
    model: LifeModel, state: _State, phase: np.ndarray, at: np.ndarray, who: np.ndarray, day: np.ndarray,
    chance: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Patient, day, and whether on IVIG, of the candidates `at` that happen."""
    patient, when = who[at], day[at]
    since = when - state.start[patient]
    dose = np.minimum(since // model.interval_days, state.doses[patient] - 1)
    on = (state.doses[patient] > 0) & (since - dose * model.interval_days <= model.window_days)
    rate = np.where(on, model.ratio, 1.0)
    if model.season != 1:
        winter = (phase[patient] + when) % 365 < WINTER_DAYS
        rate = rate * np.where(winter, model.season, 1.0) * (2 / (1 + model.season))
    yes = chance[at] * (max(1.0, model.ratio) * _season_top(model)) < rate
    patient, when, on = patient[yes], when[yes], on[yes]
    state.last[patient] = when
    return patient, when, on
