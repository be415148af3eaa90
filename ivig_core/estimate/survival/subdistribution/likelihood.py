"""The weighted partial likelihood of Fine and Gray: whoever died first stays at risk as far as still followed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ivig_core.estimate.cox.partial import PartialLikelihood, summed


@dataclass(frozen=True, eq=False)
class Followed:
    """Chance to be still followed on a day, by Kaplan–Meier of being censored; events come before a censoring.

    `times`: days with a censoring; `after[k]`: the chance after k of them.
    """

    times: np.ndarray
    after: np.ndarray

    @classmethod
    def of(cls, time: np.ndarray, censored: np.ndarray) -> Followed:
        """From days (patients,) and whether each ends in a censoring (bool)."""
        times, index = np.unique(time, return_inverse=True)
        lost, total = (np.bincount(index, weights, len(times)) for weights in (censored.astype(float), None))
        # Those with an event on the day are not at risk of being censored on it.
        at_risk = total[::-1].cumsum()[::-1] - (total - lost)
        share = np.divide(lost, at_risk, out=np.zeros(len(times)), where=at_risk > 0)
        return cls(times[lost > 0], np.concatenate([[1.0], np.cumprod(1 - share)[lost > 0]]))

    def before(self, days: np.ndarray) -> np.ndarray:
        """Chance to be followed up to and on these days."""
        return self.after[np.searchsorted(self.times, days, side="left")]


@dataclass(frozen=True, eq=False)
class Subdistribution(PartialLikelihood):
    """Partial likelihood of the subdistribution hazard, of rows from the first day at risk on.

    After another event on day D a patient is at risk at t with weight G(t⁻)/G(D⁻), G the chance to be followed (Fine &
    Gray, JASA 1999;94:496; the weights are those of R `finegray`). Ties as Efron weighs them: events have weight 1.

    `risk`: risk sets of one row per patient, up to the event of any kind. `followed`: G before each event time;
    `share` (rows): 1/G before the other event of a row, 0 where there is none.
    """

    followed: np.ndarray = field(default_factory=lambda: np.ones(0))
    share: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def at_risk(self, values: np.ndarray) -> np.ndarray:
        """Sums over those without any event, and over those with the other one by their weights."""
        stay = np.cumsum(summed(self.risk.leaves, self.share[:, None] * values, len(self.risk.times) + 1)[:-1], axis=0)
        return super().at_risk(values) + self.followed[:, None] * stay

    def clustered(self, beta: np.ndarray, covariance: np.ndarray) -> np.ndarray:
        """Standard errors by patient, the weights taken as known (R: `coxph` of `finegray` rows, robust)."""
        return np.sqrt(((self.residuals(beta) @ covariance) ** 2).sum(axis=0))

    def residuals(self, beta: np.ndarray) -> np.ndarray:
        """Score residuals by row (rows, p), with the weights taken as known."""
        risk, X, event = self.risk, self.X, self.risk.rows.event
        size = len(risk.times)
        at, of, share = self._ties
        ties = np.bincount(at, minlength=size)
        eta = X @ beta
        weight = np.exp(eta - eta.max(initial=-np.inf))[:, None]
        own = weight[event] * _with_one(X[event])
        sums = self.at_risk(weight * _with_one(X))[of] - share[:, None] * summed(at, own, size)[of]
        mean, hazard = sums[:, 1:] / sums[:, :1], 1 / sums[:, :1]
        lost = summed(of, hazard * _with_one(mean), size)
        back = summed(of, share[:, None] * hazard * _with_one(mean), size)
        scores = np.zeros(X.shape)
        scores[event] = X[event] - (summed(of, mean, size) / ties[:, None])[at]
        scores[event] += weight[event] * (X[event] * back[at, :1] - back[at, 1:])
        span = _from_start(lost)[risk.leaves]
        later = _from_start(self.followed[:, None] * lost)
        span += self.share[:, None] * (later[-1] - later[risk.leaves])
        return scores + weight * (span[:, 1:] - X * span[:, :1])


def _with_one(values: np.ndarray) -> np.ndarray:
    return np.hstack([np.ones((len(values), 1)), values])


def _from_start(values: np.ndarray) -> np.ndarray:
    """Sums up to each time, none before the first (times + 1, q)."""
    return np.vstack([np.zeros(values.shape[1]), np.cumsum(values, axis=0)])
