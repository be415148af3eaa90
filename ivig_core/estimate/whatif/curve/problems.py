"""Many conditional Poisson models of the same terms at once, each reduced to the patterns that its covariates take.

A specification curve fits the same few terms hundreds of times: only who is on IVIG when, and which infections count,
differ. Patients' days are added up by pattern of covariates, a table patients × patterns for each definition of
exposure that all endpoints share. Then values, scores and information of all models are a few products of arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ivig_core.estimate.likelihood import LONG, MAX_HALVINGS, MAX_STEPS, TOLERANCE

LARGEST_CONDITION = 1e14


class At(NamedTuple):
    """Log-likelihoods (d, e) with their scores (d, e, p) and observed information (d, e, p, p)."""

    value: np.ndarray
    score: np.ndarray
    information: np.ndarray


@dataclass(frozen=True, eq=False)
class Problems:
    """Conditional Poisson models of d definitions of exposure × e endpoints, over s patients, u patterns and p terms.

    `X` (u, p): indicators of the terms. `days` (d, s, u): days of a patient in a pattern. `totals` (d, e, s):
    infections of a patient; `counts` (d, e, u): of a pattern. `constant` (d, e): Σ log days of the cells of all
    infections, which makes values equal to those of `likelihood.ConditionalPoisson`. `free` (d, e, p): coefficients
    that are estimated, the others are 0.
    """

    X: np.ndarray
    days: np.ndarray
    totals: np.ndarray
    counts: np.ndarray
    constant: np.ndarray
    free: np.ndarray

    @cached_property
    def _products(self) -> np.ndarray:
        """Products of two terms (u, p²)."""
        return (self.X[:, :, None] * self.X[:, None, :]).reshape(len(self.X), self.X.shape[1] ** 2)

    @cached_property
    def _present(self) -> np.ndarray:
        """Which patterns have a day of a patient with an infection (d, e, u)."""
        return (self.totals > 0).astype(float) @ self.days > 0

    def at(self, beta: np.ndarray) -> At:
        """Values and derivatives at coefficients (d, e, p)."""
        eta, weight, norm = self._weights(beta)
        value = self.constant + (self.counts * eta).sum(-1) - (self.totals * np.log(norm)).sum(-1)
        expected = weight * np.matmul(self.totals / norm, self.days)
        mean = self._means(weight, norm)
        p = self.X.shape[1]
        information = (expected @ self._products).reshape(*value.shape, p, p)
        information -= np.matmul((mean * self.totals[..., None]).swapaxes(-1, -2), mean)
        score = np.where(self.free, (self.counts - expected) @ self.X, 0.0)
        both = self.free[..., :, None] & self.free[..., None, :]
        return At(value, score, np.where(both, information, np.eye(p)))

    def _weights(self, beta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Linear predictors and rates of patterns (d, e, u), and the sum of days × rates of each patient (d, e, s)."""
        eta = beta @ self.X.T
        weight = np.exp(eta)
        norm = np.matmul(weight, self.days.transpose(0, 2, 1))
        # Who has no infection that counts, or no day, adds nothing.
        norm[self.totals == 0] = 1
        return eta, weight, norm

    def _means(self, weight: np.ndarray, norm: np.ndarray) -> np.ndarray:
        """Mean covariates of each patient's infections (d, e, s, p)."""
        return np.matmul(self.days[:, None], weight[..., None] * self.X) / norm[..., None]

    def scores(self, beta: np.ndarray, observed: np.ndarray) -> np.ndarray:
        """Score of every patient (d, e, s, p); `observed`: sums of the covariates over a patient's infections."""
        _, weight, norm = self._weights(beta)
        scores = observed - self.totals[..., None] * self._means(weight, norm)
        return np.where(self.free[..., None, :], scores, 0.0)

    def reach(self, step: np.ndarray) -> np.ndarray:
        """How far apart a step (d, e, p) moves the linear predictors of two patterns at most (d, e)."""
        moved = step @ self.X.T
        top = np.where(self._present, moved, -np.inf).max(-1, initial=-np.inf)
        low = np.where(self._present, moved, np.inf).min(-1, initial=np.inf)
        return np.where(np.isfinite(top), top - low, 0.0)

    def take(self, d: np.ndarray, e: np.ndarray) -> Problems:
        """Some of the models, one a definition."""
        return Problems(
            self.X,
            self.days[d],
            self.totals[d, e][:, None],
            self.counts[d, e][:, None],
            self.constant[d, e][:, None],
            self.free[d, e][:, None],
        )

    def without(self, term: int) -> Problems:
        """The same models with one coefficient at 0."""
        free = self.free.copy()
        free[..., term] = False
        return replace(self, free=free)


class Maxima(NamedTuple):
    """Where each log-likelihood is largest (d, e, p), what it and its information are there, and which were found."""

    beta: np.ndarray
    at: At
    found: np.ndarray


def maximise_all(problems: Problems, start: np.ndarray) -> Maxima:
    """Newton–Raphson for all models together, each with the steps that `likelihood.maximise` takes alone.

    Where one has no maximum it is not `found`: to be fitted alone, which says why.
    """
    beta = np.where(problems.free, start, 0.0)
    now = problems.at(beta)
    open_, found = np.ones(now.value.shape, bool), np.zeros(now.value.shape, bool)
    for _ in range(MAX_STEPS):
        step = _solve(now.information, now.score)
        gain = (step * now.score).sum(-1)
        open_ &= gain >= 0
        done = open_ & (gain <= TOLERANCE * np.maximum(1.0, np.abs(now.value)))
        found |= done
        open_ &= ~done
        if not open_.any():
            break
        beta, now = _ascend(problems, beta, _shortened(problems, step), now, open_)
    return Maxima(beta, now, found)


def inverse_all(information: np.ndarray) -> np.ndarray:
    """Covariances; NaN where there is none."""
    size = information.shape[-1]
    usable = np.isfinite(information).all((-1, -2))
    usable &= np.linalg.cond(np.where(usable[..., None, None], information, np.eye(size))) < LARGEST_CONDITION
    safe = np.where(usable[..., None, None], information, np.eye(size))
    return np.where(usable[..., None, None], np.linalg.inv(safe), np.nan)


def _solve(information: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Steps of Newton; NaN where the information is singular."""
    try:
        return np.linalg.solve(information, score[..., None])[..., 0]
    except np.linalg.LinAlgError:
        step = np.full(score.shape, np.nan)
        for at in np.ndindex(score.shape[:-1]):
            try:
                step[at] = np.linalg.solve(information[at], score[at])
            except np.linalg.LinAlgError:
                continue
        return step


def _shortened(problems: Problems, step: np.ndarray) -> np.ndarray:
    apart = problems.reach(step)
    part = np.where(apart > LONG, np.log1p(apart) / np.where(apart > 0, apart, 1), 1.0)
    return step * part[..., None]


def _ascend(
    problems: Problems, beta: np.ndarray, step: np.ndarray, now: At, open_: np.ndarray
) -> tuple[np.ndarray, At]:
    """One step for each open model, halved where it does not raise the likelihood; closes those that none raises."""
    step = np.where(open_[..., None], step, 0.0)
    least = now.value - 1e-12 * np.maximum(1.0, np.abs(now.value))
    new = problems.at(beta + step)
    for _ in range(MAX_HALVINGS):
        bad = open_ & ~(np.isfinite(new.value) & (new.value >= least))
        if not bad.any():
            break
        step = np.where(bad[..., None], step / 2, step)
        new = problems.at(beta + step)
    bad = open_ & ~(np.isfinite(new.value) & (new.value >= least))
    open_ &= ~bad
    step = np.where(bad[..., None], 0.0, step)
    return beta + step, new if not bad.any() else problems.at(beta + step)
