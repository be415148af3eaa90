"""Patients drawn with replacement: what an estimate would have been with other patients of the same kind.

Two analyses of the same or overlapping patients are not independent. Drawn together, patient by patient, their
difference has the spread that it really has (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ivig_core.estimate.fit import Fit
from ivig_core.estimate.rates.influence import by_patient
from ivig_core.runs import run_starts

DRAWS, FEWER_DRAWS, PLACES = 2000, 400, 10_000_000
"""From one seed to another a 95 % limit moves by 0.68 / √draws of the interval's width (the standard error of a
quantile of a normal distribution): 1.5 %. Fewer only where draws × patients would be more than `PLACES`."""
SEED = 2026
WORK = 3e8
"""Draws × cells × terms up to which every draw is fitted to its end; beyond, patients are many and one step will do."""
AT_ONCE = 1_000_000
CHORDS, STEPS, LONGEST = 4, 20, 3.0
SHORT, LEAST = 3e-4, 1e-5
"""A draw is there when its step is so short a part of the spread of all draws, or so short in log ratio."""
FEWEST_DRAWS = 0.95
"""Share of draws that must have a difference for an interval to be told."""


class Spread(NamedTuple):
    """95 % limits of a difference over draws, two-sided p against none, and the share of draws that have one."""

    low: float
    high: float
    p_value: float
    known: float


def draws_of(patients: int) -> int:
    """How many draws of so many patients."""
    return int(np.clip(PLACES // max(patients, 1), FEWER_DRAWS, DRAWS))


def patient_weights(patients: int, draws: int = DRAWS, seed: int = SEED) -> np.ndarray:
    """How often each of `patients` is drawn, (draws, patients) of float32, which holds counts exactly: rows add up to
    the number of patients."""
    out = np.zeros((draws, patients), np.float32)
    rng = np.random.default_rng(seed)
    for row in out if patients else ():
        row[:] = np.bincount(rng.integers(patients, size=patients), minlength=patients)
    return out


def log_ratios(fitted: Fit, term: str, places: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Log rate ratio of `term` in every draw (draws,): −∞ or ∞ where all infections lie on one side, NaN where none can
    be told.

    `places`: column of `weights` of each patient code of the cells. Each draw begins with one step of Newton from the
    estimate with everybody, with its own score and information, and is iterated to the maximum as long as draws ×
    cells × terms are no more than `WORK`.
    """
    if term not in fitted.terms:
        return np.full(len(weights), np.nan)
    at = fitted.terms.index(term)
    found = by_patient(fitted)
    drawn = weights[:, places[found.patient]]
    p = len(fitted.maximum.beta)
    # Of one type, or numpy multiplies by hand.
    score = (drawn @ found.score.astype(drawn.dtype)).astype(float)
    information = (drawn @ found.information.reshape(len(drawn.T), p * p).astype(drawn.dtype)).astype(float)
    information = information.reshape(-1, p, p)
    beta = fitted.maximum.beta + _shortened(np.linalg.solve(_stable(information), score[..., None])[..., 0])
    if weights.shape[0] * len(fitted.likelihood.offset) * p <= WORK:
        beta = _to_the_maximum(_Draws.of(fitted, places), weights, beta, np.linalg.inv(_stable(information)), at)
    ratios = beta[:, at].copy()
    own, other = _sides(fitted, term, places, weights)
    ratios[own == 0], ratios[other == 0] = -np.inf, np.inf
    ratios[(own == 0) & (other == 0)] = np.nan
    return ratios


def _stable(information: np.ndarray) -> np.ndarray:
    """Information (draws, p, p) that can be inverted where a draw has nothing of a level."""
    p = information.shape[1]
    trace = np.einsum("dii->d", information) / p
    return information + (1e-10 * np.maximum(trace, 1e-10))[:, None, None] * np.eye(p)


def _shortened(step: np.ndarray) -> np.ndarray:
    """Steps (draws, p) none longer than `LONGEST` in any term."""
    longest = np.abs(step).max(axis=1, initial=0.0, keepdims=True)
    return step * np.minimum(1.0, LONGEST / np.maximum(longest, LONGEST))


@dataclass(frozen=True, eq=False)
class _Draws:
    """The cells of a fit, as the likelihood of a draw needs them; `of_stratum`: column of the weights of a stratum."""

    X: np.ndarray
    offset: np.ndarray
    infections: np.ndarray
    stratum: np.ndarray
    starts: np.ndarray
    total: np.ndarray
    of_stratum: np.ndarray

    @classmethod
    def of(cls, fitted: Fit, places: np.ndarray) -> _Draws:
        """In float32, whose seven digits are enough for a step and take half of the time."""
        cells = fitted.data.keep(fitted.screen.kept())
        starts = np.flatnonzero(run_starts(cells.stratum))
        return cls(
            np.asarray(fitted.likelihood.X, np.float32),
            fitted.likelihood.offset.astype(np.float32),
            cells.infections.astype(np.float32),
            cells.stratum,
            starts,
            np.add.reduceat(cells.infections, starts).astype(np.float32),
            places[cells.cluster[starts]],
        )

    def score(self, weights: np.ndarray, beta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Score (draws, p), and the share of its stratum that each cell is expected to have (draws, cells)."""
        w = weights[:, self.of_stratum]
        # No covariate of a cell moves far: nothing overflows before a step is found too long.
        share = np.exp(np.clip(self.offset + beta.astype(np.float32) @ self.X.T, -80, 80))
        share /= np.add.reduceat(share, self.starts, axis=1)[:, self.stratum]
        residual = self.infections - self.total[self.stratum] * share
        return (w[:, self.stratum] * residual) @ self.X, share

    def information(self, weights: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Observed information (draws, p, p)."""
        w, p = weights[:, self.of_stratum] * self.total, self.X.shape[1]
        pairs = (self.X[:, :, None] * self.X[:, None, :]).reshape(len(self.X), -1)
        mean = np.stack([np.add.reduceat(share * column, self.starts, axis=1) for column in self.X.T], axis=2)
        whole = ((w[:, self.stratum] * share) @ pairs).reshape(-1, p, p)
        return whole - np.matmul((w[:, :, None] * mean).swapaxes(1, 2), mean)


def _to_the_maximum(draws: _Draws, weights: np.ndarray, beta: np.ndarray, inverse: np.ndarray, at: int) -> np.ndarray:
    """Every draw iterated until its steps in the term `at` are short.

    First with the information that it began with, which saves making it anew; then, for the few that are still on their
    way, with Newton. A level that a draw lacks drifts off; what is asked may stand all the same.
    """
    out = beta.copy()
    short = max(SHORT * float(np.std(beta[:, at])), LEAST)
    block = max(1, AT_ONCE // len(draws.X))
    for low in range(0, len(beta), block):
        rows = np.arange(low, min(low + block, len(beta)))
        for turn in range(CHORDS + STEPS):
            score, share = draws.score(weights[rows], out[rows])
            if turn < CHORDS:
                step = (inverse[rows] @ score[..., None])[..., 0]
            else:
                information = _stable(draws.information(weights[rows], share))
                step = np.linalg.solve(information, score[..., None])[..., 0]
            step = _shortened(step)
            out[rows] += step
            rows = rows[np.abs(step[:, at]) >= short]
            if not len(rows):
                break
    return out


def _sides(fitted: Fit, term: str, places: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Drawn infections in the level of `term` and in its reference, of patients with days in both (draws,)."""
    cells = fitted.data.keep(fitted.screen.kept())
    number, code = next((number, code) for number, code, name in fitted.screen.levels if name == term)
    inside, outside = cells.codes[:, number] == code, cells.codes[:, number] == 0
    both = (cells.totals(inside) > 0) & (cells.totals(outside) > 0)
    usable = both[cells.stratum]

    def drawn(wanted: np.ndarray) -> np.ndarray:
        found = np.bincount(places[cells.cluster], cells.infections * (wanted & usable), weights.shape[1])
        total: np.ndarray = weights @ found.astype(weights.dtype)
        return total

    return drawn(inside), drawn(outside)


def log_rates(infections: np.ndarray, days: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Log of infections per day in every draw (draws,), from each patient's infections and days (patients,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(weights.astype(float) @ infections) - np.log(weights.astype(float) @ days)


def curves(time: np.ndarray, event: np.ndarray, weights: np.ndarray, horizon: float) -> tuple[np.ndarray, np.ndarray]:
    """Kaplan–Meier survival at `horizon` (as a share) and mean time without an event up to it (days), in every draw.

    `time`, `event` (patients,), `weights` (draws, patients) of the same patients. Where those drawn are not observed so
    long, the curve goes on as it ends: `horizon` is a day up to which the whole group is observed. NaN where nobody is
    drawn.
    """
    order = np.argsort(time, kind="stable")
    time, event, weights = time[order], event[order], weights[:, order]
    starts = np.flatnonzero(run_starts(time))
    at_risk = weights[:, ::-1].cumsum(axis=1)[:, ::-1][:, starts]
    events = np.add.reduceat(weights * event, starts, axis=1)
    times = time[starts].astype(float)
    within = times <= horizon
    hazard = np.divide(events, at_risk, out=np.zeros_like(events), where=at_risk > 0)
    survival = np.cumprod(1 - hazard[:, within], axis=1)
    level = np.concatenate([np.ones((len(weights), 1)), survival], axis=1)
    strips = np.diff(np.concatenate([[0.0], times[within], [horizon]]))
    drawn = weights.sum(axis=1) > 0
    return np.where(drawn, level[:, -1], np.nan), np.where(drawn, level @ strips, np.nan)


def spread(differences: np.ndarray) -> Spread:
    """Percentile limits (2.5 and 97.5 %) and p of differences in draws; NaN where fewer than 95 % of draws have one."""
    known = differences[~np.isnan(differences)]
    share = len(known) / max(len(differences), 1)
    if share < FEWEST_DRAWS:
        return Spread(np.nan, np.nan, np.nan, share)
    # Ranks, not means of neighbours: limits can be infinite.
    low, high = np.quantile(known, [0.025, 0.975], method="inverted_cdf")
    tail = min((known <= 0).sum(), (known >= 0).sum())
    return Spread(float(low), float(high), float(min(1.0, 2 * (tail + 1) / (len(known) + 1))), share)
