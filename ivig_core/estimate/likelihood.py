"""The conditional Poisson likelihood of the self-controlled case series, and how a sum of likelihoods is maximised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.runs import run_starts

CELLS_AT_ONCE = 4096
"""Cells of which covariates are numbers of 8 bytes at one time: these stay near the processor, and memory does not grow
with cells × terms."""
MAX_STEPS = 60
MAX_HALVINGS = 30
TOLERANCE = 1e-18
LONG = 15.0
"""A step of Newton that moves two log rates further apart than this is shortened: e¹⁵ is a ratio of 3 million."""


class Derivatives(NamedTuple):
    """Log-likelihood at β with its score (p,) and observed information (p, p)."""

    value: float
    score: np.ndarray
    information: np.ndarray


class Likelihood(Protocol):
    """A log-likelihood that adds over blocks of patients: partitions, processes or hospitals are one code path."""

    def at(self, beta: np.ndarray) -> Derivatives: ...

    def reach(self, step: np.ndarray) -> float:
        """How far apart a step of β moves the linear predictors of two rows at most."""


@dataclass(frozen=True, eq=False)
class ConditionalPoisson:
    """Infections of a stratum given their total: multinomial over its cells.

    With n_c infections in cell c of stratum i, offset o_c and covariates x_c,
    l(β) = Σ_c n_c (o_c + x_c β) − Σ_i n_i log Σ_{c in i} exp(o_c + x_c β)
    (Whitaker, Farrington, Spiessens & Musonda, Stat Med 2006;25:1768, eq. 2). Constants in the data are left out.

    `stratum` (cells,) sorted 0..m-1, `offset` (cells,), `infections` (cells,), `X` (cells, p) of floats, or of small
    whole numbers (indicators) that become floats a block of cells at a time.
    """

    stratum: np.ndarray
    offset: np.ndarray
    infections: np.ndarray
    X: np.ndarray

    @cached_property
    def null(self) -> Derivatives:
        """Where no covariate has an effect: what a screen looks at and a fit begins with."""
        return self._derivatives(np.zeros(self.X.shape[1]))

    def at(self, beta: np.ndarray) -> Derivatives:
        return self._derivatives(beta) if beta.any() else self.null

    def reach(self, step: np.ndarray) -> float:
        return spread(linear(self.X, step))

    def _derivatives(self, beta: np.ndarray) -> Derivatives:
        value, share, total = self.shares(beta)
        expected = total[self.stratum] * share if len(share) else share
        residual = self.infections - expected
        score, information = np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
        # Mean of a stratum whose cells go on in the next block.
        begun = np.zeros((0, len(beta)))
        for low in range(0, len(share), CELLS_AT_ONCE):
            rows = slice(low, low + CELLS_AT_ONCE)
            X, stratum = np.asarray(self.X[rows], float), self.stratum[rows]
            score += X.T @ residual[rows]
            information += X.T @ (expected[rows, None] * X)
            mean = np.add.reduceat(share[rows, None] * X, np.flatnonzero(run_starts(stratum)), axis=0)
            first = int(stratum[0])
            if len(begun) and self.stratum[low - 1] == first:
                mean[0] += begun[0]
            elif len(begun):
                mean, first = np.vstack([begun, mean]), first - 1
            last = low + CELLS_AT_ONCE >= len(share)
            whole, begun = (mean, begun[:0]) if last else (mean[:-1], mean[-1:])
            information -= whole.T @ (total[first : first + len(whole), None] * whole)
        return Derivatives(value, score, information)

    def scores(self, beta: np.ndarray) -> np.ndarray:
        """Score of every cell (cells, p): their sum by cluster is the meat of the patient sandwich."""
        _, share, total = self.shares(beta)
        return (self.infections - total[self.stratum] * share)[:, None] * self.X

    def fix(self, column: int, value: float) -> ConditionalPoisson:
        """The likelihood of the other coefficients with one held at `value`."""
        offset = self.offset + self.X[:, column] * float(value)
        return ConditionalPoisson(self.stratum, offset, self.infections, np.delete(self.X, column, axis=1))

    @cached_property
    def starts(self) -> np.ndarray:
        """First cell of every stratum."""
        return np.flatnonzero(run_starts(self.stratum))

    @cached_property
    def totals(self) -> np.ndarray:
        """Infections of every stratum."""
        return np.add.reduceat(self.infections, self.starts)

    def shares(self, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        if not len(self.stratum):
            return 0.0, self.offset, self.offset
        starts = self.starts
        eta = self.offset + linear(self.X, beta)
        top = np.maximum.reduceat(eta, starts)
        weight = np.exp(eta - top[self.stratum])
        norm = np.add.reduceat(weight, starts)
        total = self.totals
        value = float(self.infections @ eta - total @ (np.log(norm) + top))
        return value, weight / norm[self.stratum], total


def linear(X: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """X β (rows,) of covariates (rows, p), whole numbers made floats a block of rows at a time."""
    if X.dtype == np.float64:
        return X @ beta
    out = np.empty(len(X))
    for low in range(0, len(X), CELLS_AT_ONCE):
        out[low : low + CELLS_AT_ONCE] = X[low : low + CELLS_AT_ONCE].astype(float) @ beta
    return out


def spread(values: np.ndarray) -> float:
    """Largest less smallest; 0 for none."""
    return float(np.ptp(values)) if len(values) else 0.0


class Maximum(NamedTuple):
    """Where a sum of likelihoods is largest."""

    beta: np.ndarray
    value: float
    information: np.ndarray


def maximise(likelihoods: Sequence[Likelihood], start: np.ndarray) -> Maximum:
    """Newton–Raphson on the sum of `likelihoods`, which is concave; long steps are shortened, bad ones halved.

    Where a level has few days and most infections, the information at the start is tiny and a step of Newton ends far
    beyond the maximum, where the likelihood is flat and no halving finds the way back. Every likelihood here is a sum
    of −log-sum-exp: with d how far apart the step moves two linear predictors, its third derivative along the step is
    at most d times its second. So at the part t of a step of gain g the likelihood has risen by at least
    g [t − (exp(d t) − 1 − d t)/d²], which is largest at t = log(1 + d)/d and positive there: this part is taken where d
    is above 15 (the damped step of Sun & Tran-Dinh, Math Program 2019;178:145, for ν = 2). Shorter steps stay as they
    are: where they end the information still has nine digits.

    Raises
    ------
    EstimationError
        if the information is singular or no maximum is reached in 60 steps.
    """
    beta, now = start, summed(likelihoods, start)
    for _ in range(MAX_STEPS):
        if not len(beta):
            break
        try:
            step = np.linalg.solve(now.information, now.score)
        except np.linalg.LinAlgError as error:
            raise EstimationError("the data do not determine all terms of the model") from error
        gain = float(step @ now.score)
        if not gain >= 0:
            raise EstimationError("the data do not determine all terms of the model")
        if gain <= TOLERANCE * max(1.0, abs(now.value)):
            break
        beta, now = _ascend(likelihoods, beta, _shortened(likelihoods, step), now)
    else:
        raise EstimationError(f"no maximum of the likelihood within {MAX_STEPS} steps")
    return Maximum(beta, now.value, now.information)


def _shortened(likelihoods: Sequence[Likelihood], step: np.ndarray) -> np.ndarray:
    apart = max(likelihood.reach(step) for likelihood in likelihoods)
    return step * (np.log1p(apart) / apart) if apart > LONG else step


def _ascend(
    likelihoods: Sequence[Likelihood], beta: np.ndarray, step: np.ndarray, now: Derivatives
) -> tuple[np.ndarray, Derivatives]:
    for _ in range(MAX_HALVINGS):
        new = summed(likelihoods, beta + step)
        # Rounding can lower the value by a few ulps at the maximum itself; that is not a bad step.
        if np.isfinite(new.value) and new.value >= now.value - 1e-12 * max(1.0, abs(now.value)):
            return beta + step, new
        step = step / 2
    raise EstimationError("no step raises the likelihood")


def summed(likelihoods: Sequence[Likelihood], beta: np.ndarray) -> Derivatives:
    """Value, score and information of all likelihoods together."""
    parts = [likelihood.at(beta) for likelihood in likelihoods]
    return Derivatives(
        sum(part.value for part in parts),
        np.sum([part.score for part in parts], axis=0),
        np.sum([part.information for part in parts], axis=0),
    )
