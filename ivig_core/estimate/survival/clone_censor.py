"""Emulation of a trial of when to start IVIG, by cloning, censoring and weighting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.start_model import RIDGE, Pieces, StartDays, StartHazards, start_days, start_hazards
from ivig_core.estimate.survival.times import OF_INTEREST

TRUNCATED_AT = 0.99
SMALLEST = 1e-12


class Strategy(NamedTuple):
    """Start IVIG on one of the days `first` to `last`; `last` None: not before day `first`, afterwards as it comes."""

    name: str
    first: int
    last: int | None

    @property
    def decided(self) -> int:
        """The last day on which a patient can be seen to leave the strategy."""
        return self.first - 1 if self.last is None else self.last


class TrialData(NamedTuple):
    """One entry per patient, none with a dose before day 0: `time` to the first event (1 is the first day at risk),
    `cause` (0 censored, 1 the event, else a competing one), `first_dose` (float days, NaN without one); `pieces`."""

    time: np.ndarray
    cause: np.ndarray
    first_dose: np.ndarray
    pieces: Pieces


class Arm(NamedTuple):
    """What a strategy rests on.

    `followed`: patients seen to follow it, free of the event when it is decided, `effective`: as many with equal
    weights would say as much; `before`: events up to then in patients who had not left it, `after`: events of those who
    follow it from then to the horizon; `largest`: the largest weight as a multiple of the mean one, before truncation.
    """

    followed: int
    effective: float
    before: int
    after: int
    largest: float


@dataclass(frozen=True, eq=False)
class Emulation:
    """Risks of the event by strategy.

    `risk` (strategies, days 0..horizon): cumulative incidence, competing events taken into account; NaN from where
    nobody following the strategy is observed. `resampled` (resamples, strategies, days): the same by bootstrap, NaN
    where a resample has no estimate. `at_risk` (strategies, days): patients who have not left the strategy, each once.
    `arms` in the order of `strategies`.
    """

    strategies: tuple[Strategy, ...]
    risk: np.ndarray
    at_risk: np.ndarray
    resampled: np.ndarray
    arms: tuple[Arm, ...]

    def lost(self, horizon: int) -> tuple[np.ndarray, np.ndarray]:
        """Mean days lost to the event up to day `horizon` (area under the risk): strategies; resamples, strategies."""
        return self.risk[:, :horizon].sum(axis=1), self.resampled[:, :, :horizon].sum(axis=2)


def clone_censor(
    data: TrialData,
    strategies: Sequence[Strategy],
    horizon: int = 365,
    resamples: int = 500,
    seed: int = 20240,
    *,
    truncated_at: float = TRUNCATED_AT,
    ridge: float = RIDGE,
) -> Emulation:
    """Risk of the first event up to day `horizon` had everybody followed each strategy, and its bootstrap by patient.

    Every patient enters each strategy at day 0, is censored on the day of leaving it, and those who
    stay are weighted to stand for those who left (Hernán & Robins, Am J Epidemiol 2016;183:758; Maringe et al., Int J
    Epidemiol 2020;49:1719). An infection on the day of a dose came before it.

    Weights are the inverse of the probability, by `start_model.start_hazards`, of what was done on each day up to the
    decision. "Start on one of the days a to b" says nothing of which day: taken as it comes with a start forced on the
    last day, the few who start just then would stand for all who had not. Here the day is drawn from the days on which
    the patients of the cohort start, whatever their covariates (a random dynamic regime; Cain et al., Int J Biostat
    2010;6:18): with h the marginal probability of a start, f(j) = h(j) S(j) / (S(j) − S(b + 1)) where S is the
    probability of no start since day a, and a weight is the product of (1 − f) / (1 − p) over days without a start
    and of f / p on the day of the start. Weights above their quantile `truncated_at` at the decision are set to it.

    The estimate is right if all reasons to start that also bear on the event are in `pieces`, if everybody could have
    done either on every day, and if the model of starting is right; leaving follow-up is taken as unrelated.

    Raises `EstimationError` where nobody is seen to follow a strategy.
    """
    strategies = tuple(strategies)
    last = max(item.decided for item in strategies)
    days = start_days(data.time, data.cause, data.first_dose, data.pieces, last)
    n = len(data.time)
    everybody = np.ones(n, np.int64)
    hazards = start_hazards(days, everybody, ridge)
    weights = [strategy_weights(days, item, hazards) for item in strategies]
    arms = tuple(_arm(data, part, horizon) for part in weights)
    for arm, item in zip(arms, strategies, strict=True):
        if not arm.followed:
            raise EstimationError(f"Nobody is seen to follow the strategy “{item.name}”: it cannot be compared.")
    risk = _risks(data, weights, everybody, horizon, truncated_at)
    at_risk = np.stack([_at_risk(data.time, (part > 0).astype(float), horizon) for part in weights])
    resampled = np.full((resamples, *risk.shape), np.nan)
    draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples)
    for at, number in enumerate(draws):
        try:
            drawn = start_hazards(days, number, ridge, hazards.beta)
        except EstimationError:
            continue
        weights = [strategy_weights(days, item, drawn) for item in strategies]
        resampled[at] = _risks(data, weights, number, horizon, truncated_at)
    return Emulation(strategies, risk, at_risk.round().astype(np.int64), resampled, arms)


def strategy_weights(days: StartDays, strategy: Strategy, hazards: StartHazards) -> np.ndarray:
    """Weight of each patient on each day (patients, 0..decided + 1), for what was done on the days before.

    0 once the strategy is left.
    """
    size = strategy.decided + 1
    row = days.row_of[:, :size]
    p = np.clip(hazards.model, SMALLEST, 1 - SMALLEST)
    wanted = _wanted(strategy, hazards.marginal)
    with np.errstate(divide="ignore"):
        stays, goes = np.log1p(-wanted), np.log(wanted)
    factor = np.where(row < 0, 0, stays - np.log1p(-p)[row])
    given = np.flatnonzero((days.started >= 0) & (days.started < size))
    on = days.started[given]
    factor[given, on] = goes[on] - np.log(p[row[given, on]])
    return np.exp(np.hstack([np.zeros((len(row), 1)), np.cumsum(factor, axis=1)]))


def _wanted(strategy: Strategy, marginal: np.ndarray) -> np.ndarray:
    """Probability of a start on each day up to the decision, of those not started, under the strategy."""
    wanted = np.zeros(strategy.decided + 1)
    if strategy.last is None:
        return wanted
    h = marginal[strategy.first : strategy.last + 1]
    left = np.concatenate([[1.0], np.cumprod(1 - h)])
    remaining = left[:-1] - left[-1]
    wanted[strategy.first :] = np.divide(h * left[:-1], remaining, out=np.ones(len(h)), where=remaining > SMALLEST)
    # Exactly, so that whoever has not started by then has left the strategy.
    wanted[strategy.last] = 1
    return np.minimum(wanted, 1)


def _risks(
    data: TrialData, weights: Sequence[np.ndarray], number: np.ndarray, horizon: int, truncated_at: float
) -> np.ndarray:
    """Risk by strategy and day with each patient `number` times."""
    return np.stack([_risk(data, _truncated(data, part, number, truncated_at), horizon) for part in weights])


def _truncated(data: TrialData, weights: np.ndarray, number: np.ndarray, at: float) -> np.ndarray:
    """Weights times `number`, none above the quantile `at` of those of the patients who follow the strategy."""
    final = weights[:, -1][(number > 0) & (weights[:, -1] > 0) & (data.time > weights.shape[1] - 1)]
    cap = np.quantile(final, at) if len(final) and at < 1 else np.inf
    return np.minimum(weights, cap) * number[:, None]


def _arm(data: TrialData, weights: np.ndarray, horizon: int) -> Arm:
    decided = weights.shape[1] - 1
    happened = data.cause == OF_INTEREST
    inside = weights[np.arange(len(weights)), np.minimum(data.time - 1, decided)] > 0
    before = int((happened & inside & (data.time <= decided)).sum())
    follows = (weights[:, -1] > 0) & (data.time > decided)
    final = weights[follows, -1]
    if not len(final):
        return Arm(0, 0.0, before, 0, np.nan)
    after = int((happened & follows & (data.time <= horizon)).sum())
    effective = float(final.sum() ** 2 / (final**2).sum())
    return Arm(len(final), effective, before, after, float(final.max() / final.mean()))


def _at_risk(time: np.ndarray, weights: np.ndarray, horizon: int) -> np.ndarray:
    """Weights at risk on days 0..horizon; `weights` (patients, days up to the decision and from then on)."""
    by_end = np.bincount(np.minimum(time, horizon + 1), weights[:, -1], minlength=horizon + 2)
    at_risk = by_end[::-1].cumsum()[::-1][: horizon + 1]
    early = min(weights.shape[1] - 1, horizon)
    at_risk[1 : early + 1] = (weights[:, :early] * (time[:, None] > np.arange(early))).sum(axis=0)
    at_risk[0] = weights[:, 0].sum()
    return at_risk


def _risk(data: TrialData, weights: np.ndarray, horizon: int) -> np.ndarray:
    """Weighted Aalen–Johansen estimate for days 0..horizon, an event on the first day at risk being on day 1."""
    time = data.time
    at_risk = _at_risk(time, weights, horizon)
    of_event = weights[np.arange(len(time)), np.minimum(time, weights.shape[1]) - 1]
    ends = np.minimum(time, horizon + 1)
    happened = [
        np.bincount(ends[which], of_event[which], minlength=horizon + 2)[: horizon + 1]
        for which in (data.cause == OF_INTEREST, data.cause != 0)
    ]
    some = at_risk > SMALLEST
    hazards = [np.divide(part, at_risk, out=np.zeros(horizon + 1), where=some) for part in happened]
    free = np.cumprod(1 - np.minimum(hazards[1], 1))
    risk = np.concatenate([[0.0], np.cumsum(free[:-1] * hazards[0][1:])])
    known = int(np.flatnonzero(some).max(initial=0))
    if known < horizon and free[known] > SMALLEST:
        risk[known + 1 :] = np.nan
    return risk
