"""When IVIG is started: pooled logistic model of the days on which a first dose could have been given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from ivig_core.errors import EstimationError
from ivig_core.runs import run_starts

RIDGE = 0.1
"""Penalty on standardised coefficients: as a normal prior of standard deviation 3.2, which no plausible association
notices, and which keeps a model finite in a resample in which nobody of a kind started."""
MOST_BANDS, STARTS_PER_BAND = 5, 10
CONVERGED, MOST_STEPS = 1e-7, 50
"""A step of Newton's method that is so small leaves an error of about its square."""
LARGEST = 1 - 1e-15


class Pieces(NamedTuple):
    """Covariates in time: row r holds on the days `first[r]` to the next row of its `patient`.

    Sorted by patient and day; the first row of every patient begins on or before day 0. `X` (rows, covariates).
    """

    patient: np.ndarray
    first: np.ndarray
    X: np.ndarray


@dataclass(frozen=True, eq=False)
class StartDays:
    """Days on which a first dose could have been given, `patient` × band of days × constant covariates added up.

    `days` and `starts` (0 or 1) per row, `band` its code, `X` (rows, covariates; mean 0, standard deviation 1 over
    days). `row_of` (patients, days 0..last): the row of a day, −1 where a first dose could not be given on it.
    `band_of` (days). `started` (patients): the day of the first dose, −1 without one on any of these days.
    """

    patient: np.ndarray
    days: np.ndarray
    starts: np.ndarray
    band: np.ndarray
    X: np.ndarray
    row_of: np.ndarray
    band_of: np.ndarray
    started: np.ndarray

    @cached_property
    def design(self) -> np.ndarray:
        """Columns of the model: a constant, the bands after the first, the covariates."""
        bands = np.arange(1, int(self.band_of.max(initial=0)) + 1)
        return np.column_stack([np.ones(len(self.days)), (self.band[:, None] == bands).astype(float), self.X])


def start_days(time: np.ndarray, cause: np.ndarray, first_dose: np.ndarray, pieces: Pieces, last: int) -> StartDays:
    """Days 0 to `last` of each patient up to the first dose, the event or the end of follow-up.

    `time` (1 is the first day at risk), `cause` (0 censored), `first_dose` (float days, NaN without one; none before
    day 0). On the day of an event no dose could be given any more: the event came first.
    """
    day = np.arange(last + 1)
    until = np.minimum(time - 1 - (cause != 0), np.where(np.isnan(first_dose), last, first_dose)).astype(np.int64)
    patient, at = np.nonzero(day <= until[:, None])
    stride = last + 2
    begins = pieces.patient.astype(np.int64) * stride + np.clip(pieces.first, 0, last + 1)
    piece = np.searchsorted(begins, patient * stride + at, side="right") - 1
    given = first_dose[patient] == at
    band_of = _bands(at[given], last)
    opens = run_starts(patient, piece, band_of[at])
    row = np.cumsum(opens) - 1
    row_of = np.full((len(time), last + 1), -1)
    row_of[patient, at] = row
    starts = np.bincount(row[given], minlength=int(opens.sum())).astype(float)
    days = np.bincount(row, minlength=len(starts)).astype(float)
    started = np.full(len(time), -1)
    started[patient[given]] = at[given]
    return StartDays(
        patient[opens], days, starts, band_of[at[opens]], _standardised(pieces.X[piece[opens]], days), row_of, band_of,
        started,
    )  # fmt: skip


class StartHazards(NamedTuple):
    """Probability of a start on a day at risk: by the `model` per row of `StartDays`, `marginal` per day; `beta` of the
    model's columns (constant, bands, covariates)."""

    model: np.ndarray
    marginal: np.ndarray
    beta: np.ndarray


def start_hazards(
    data: StartDays, number: np.ndarray, ridge: float = RIDGE, begin: np.ndarray | None = None
) -> StartHazards:  # fmt: skip
    """Pooled logistic regression of a start on bands of days and covariates, `number` (patients) times each patient.

    D'Agostino et al., Stat Med 1990;9:1501. The marginal probability is starts / days of the band. The penalty leaves
    the mean alone. `begin`: coefficients to start the search from.

    Raises `EstimationError` where nobody started, or for want of a maximum.
    """
    weight = number[data.patient].astype(float)
    days, starts = weight * data.days, weight * data.starts
    bands = int(data.band_of.max(initial=0)) + 1
    in_band = np.bincount(data.band, days, bands)
    marginal = np.divide(np.bincount(data.band, starts, bands), in_band, out=np.zeros(bands), where=in_band > 0)
    if not starts.sum():
        raise EstimationError("nobody started IVIG on these days")
    beta = _logistic(data.design, starts, days, ridge, begin)
    return StartHazards(expit(np.einsum("ij,j->i", data.design, beta)), marginal[data.band_of], beta)


def _logistic(
    design: np.ndarray, starts: np.ndarray, days: np.ndarray, ridge: float, begin: np.ndarray | None
) -> np.ndarray:
    """Newton's method on the penalised binomial likelihood, which is concave: a step is halved where it overshoots."""
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0
    if begin is None:
        share = starts.sum() / days.sum()
        begin = np.zeros(design.shape[1])
        begin[0] = np.log(share / (1 - share)) if share < 1 else 0.0
    beta = begin
    p, value = _at(design, beta, starts, days, penalty)
    for _ in range(MOST_STEPS):
        score = np.einsum("ij,i->j", design, starts - days * p) - penalty * beta
        information = (design * (days * p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.lstsq(information, score, rcond=None)[0]
        p, new = _at(design, beta + step, starts, days, penalty)
        while new < value - CONVERGED and np.abs(step).max() > CONVERGED:
            step = step / 2
            p, new = _at(design, beta + step, starts, days, penalty)
        beta, value = beta + step, new
        if np.abs(step).max() < CONVERGED:
            return beta
    raise EstimationError("no maximum of the model of starting IVIG was found")


def _at(
    design: np.ndarray, beta: np.ndarray, starts: np.ndarray, days: np.ndarray, penalty: np.ndarray
) -> tuple[np.ndarray, float]:
    """Probabilities and penalised log-likelihood."""
    # Not by BLAS: on a busy machine its threads wait for each other many times as long as such a product takes.
    eta = np.einsum("ij,j->i", design, beta)
    p = np.minimum(expit(eta), LARGEST)
    return p, float((starts * eta + days * np.log1p(-p)).sum() - (penalty * beta**2).sum() / 2)


def _bands(starts: np.ndarray, last: int) -> np.ndarray:
    """Band of each day, cut at quantiles of the days of starts, so that every band has some of them."""
    number = int(np.clip(len(starts) // STARTS_PER_BAND, 1, MOST_BANDS))
    cuts = np.quantile(starts, np.arange(1, number) / number, method="lower") + 1 if number > 1 else np.zeros(0)
    return np.searchsorted(np.unique(cuts[cuts <= starts.max(initial=0)]), np.arange(last + 1), side="right")


def _standardised(X: np.ndarray, days: np.ndarray) -> np.ndarray:
    if not len(X):
        return X
    mean = np.average(X, axis=0, weights=days)
    spread = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=days))
    return (X - mean) / np.where(spread > 0, spread, 1)
