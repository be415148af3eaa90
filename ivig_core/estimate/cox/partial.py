"""Cox's partial likelihood with Efron's ties, event time by event time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from ivig_core.estimate.likelihood import Derivatives, spread
from ivig_core.estimate.rates.counting import RiskSets
from ivig_core.estimate.rates.recurrent import clustered
from ivig_core.estimate.ties import efron_shares, with_products


class AtTimes(NamedTuple):
    """What each event time adds: log-likelihood (times,), score (times, p), information (times, p, p)."""

    value: np.ndarray
    score: np.ndarray
    information: np.ndarray


@dataclass(frozen=True, eq=False)
class PartialLikelihood:
    """Partial likelihood of rows at risk, `X` (rows, p), with an `offset` (rows) in the linear predictor.

    At a time with d events the l-th of them (l = 0..d−1) is compared with all at risk, each of the d weighted 1 − l/d
    (Efron, JASA 1977;72:557): l(β) = Σ x_i β − Σ log Σ_j w_j exp(x_j β). All times at once, where a loop over times
    takes thirty times as long; and the test of proportional hazards needs each time apart.
    """

    risk: RiskSets
    X: np.ndarray
    offset: np.ndarray | float = 0.0

    def at(self, beta: np.ndarray) -> Derivatives:
        """Log-likelihood, score and information; the value is not finite where exp(x β) has no number."""
        parts = self.at_times(beta)
        return Derivatives(float(parts.value.sum()), parts.score.sum(axis=0), parts.information.sum(axis=0))

    def reach(self, step: np.ndarray) -> float:
        """How far apart a step of β moves the linear predictors of two rows at most."""
        return spread(self.X @ step)

    def at_times(self, beta: np.ndarray) -> AtTimes:
        """The same, each event time apart."""
        size, p = len(self.risk.times), self.X.shape[1]
        eta = self.X @ beta + self.offset
        # Only ratios of weights matter: the largest is 1.
        eta = eta - eta.max(initial=-np.inf)
        at, of, share = self._ties
        with np.errstate(all="ignore"):
            weight = np.exp(eta)[:, None] * self._products
            event = self.risk.rows.event
            sums = self.at_risk(weight)[of] - share[:, None] * summed(at, weight[event], size)[of]
            moments = sums[:, 1:] / sums[:, :1]
            mean = moments[:, :p]
            square = np.empty((len(of), p, p))
            square[:, self._upper[0], self._upper[1]] = square[:, self._upper[1], self._upper[0]] = moments[:, p:]
            value = np.bincount(at, eta[event], size) - np.bincount(of, np.log(sums[:, 0]), size)
            score = summed(at, self.X[event], size) - summed(of, mean, size)
            spread = square - mean[:, :, None] * mean[:, None, :]
        information = summed(of, spread.reshape(len(of), p * p), size).reshape(size, p, p)
        return AtTimes(value, score, information)

    def at_risk(self, values: np.ndarray) -> np.ndarray:
        """Sums of values (rows, q) over the rows at risk at each time (times, q)."""
        return _at_risk(self.risk, values)

    def clustered(self, beta: np.ndarray, covariance: np.ndarray) -> np.ndarray:
        """Standard errors by patient; `covariance` is that of the model."""
        return clustered(self.risk, self.X, beta, covariance)

    @cached_property
    def _ties(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Time of each event; then, for the l-th of d events of a time, that time and l/d."""
        at = self.risk.leaves[self.risk.rows.event] - 1
        ties = np.bincount(at, minlength=len(self.risk.times))
        return at, *efron_shares(ties)

    @cached_property
    def _upper(self) -> tuple[np.ndarray, np.ndarray]:
        return np.triu_indices(self.X.shape[1])

    @cached_property
    def _products(self) -> np.ndarray:
        """1, the covariates, and their products two by two (rows, 1 + p + p(p + 1)/2)."""
        return with_products(self.X, self._upper)


class LikelihoodOf(Protocol):
    """What makes a partial likelihood of risk sets, X and an offset: of hazards, or of another kind of rates."""

    def __call__(self, risk: RiskSets, X: np.ndarray, offset: np.ndarray | float = 0.0, /) -> PartialLikelihood: ...


def _at_risk(risk: RiskSets, values: np.ndarray) -> np.ndarray:
    """Sums over the rows at risk at each time.

    Added up from the last time on: without late entry nothing is ever taken away, so that large weights that have left
    leave no rounding behind.
    """
    size = len(risk.times) + 1
    left = summed(risk.leaves, values, size)
    if risk.enters.any():
        left -= summed(risk.enters, values, size)
    return np.cumsum(left[:0:-1], axis=0)[::-1]


def summed(group: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Sums of values (n, q) by group (size, q)."""
    out = np.empty((size, values.shape[1]))
    for column in range(values.shape[1]):
        out[:, column] = np.bincount(group, values[:, column], size)
    return out
