"""The conditional Poisson likelihood with Firth's penalty, which reduces the bias of small samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular

from ivig_core.estimate.likelihood import ConditionalPoisson, Derivatives

CELLS_AT_ONCE = 4096
"""Cells whose p × p products are in memory at one time, in whole strata."""


LEAST_CURVED = 1e-3
"""Curvature relative to the information that a step is made with at least, where there is no maximum near."""


class _Centred(NamedTuple):
    """At β, over cells: how many infections the model `expected`, covariates less their mean in the stratum, and these
    times L⁻ᵀ, where L Lᵀ is the information."""

    expected: np.ndarray
    share: np.ndarray
    apart: np.ndarray
    scaled: np.ndarray


@dataclass(frozen=True, eq=False)
class BiasReduced:
    """l*(β) = l(β) + ½ log |I(β)|, l that of `likelihood.ConditionalPoisson` and I its information (Firth, Biometrika
    1993;80:27; for a conditional likelihood Heinze & Schemper, Biometrics 2001;57:114).

    The information is that of the multinomial distribution of a patient's infections over the patient's cells, given
    their total: Σ_i n_i Cov_i(x). It is not the one of a Poisson model with a parameter for each patient, whose penalty
    would also move the totals and so depend on how many patients there are (Kosmidis & Firth, Biometrika 2011;98:755).

    `free` (p, q) and `held` (p,): β = held + free γ, and γ (q,) is what is estimated. A restricted model keeps the
    penalty of the full one, so that their difference is a penalised likelihood ratio (Heinze & Schemper, Stat Med
    2002;21:2409).
    """

    plain: ConditionalPoisson
    free: np.ndarray
    held: np.ndarray

    @classmethod
    def of(cls, plain: ConditionalPoisson) -> BiasReduced:
        """With all coefficients free."""
        size = plain.X.shape[1]
        return cls(plain, np.eye(size), np.zeros(size))

    def at(self, gamma: np.ndarray) -> Derivatives:
        """Penalised value and score; in place of the information the negative second derivative. Where that is not
        positive definite its negative curvatures, in units of the information, are turned round: a step along it goes
        up and away from a saddle."""
        beta = self.held + self.free @ gamma
        value, score, information, bend = self._derivatives(beta)
        free = self.free
        if not np.isfinite(value):
            return Derivatives(-np.inf, np.zeros(free.shape[1]), np.eye(free.shape[1]))
        curved = free.T @ (information - bend) @ free
        return Derivatives(value, free.T @ score, _turned(curved, free.T @ information @ free))

    def reach(self, step: np.ndarray) -> float:
        """As `likelihood.Likelihood` has it."""
        return self.plain.reach(self.free @ step)

    def rising(self, gamma: np.ndarray) -> np.ndarray | None:
        """Where the score is 0: a direction along which the value curves up; None at a maximum."""
        _, _, information, bend = self._derivatives(self.held + self.free @ gamma)
        values, vectors = np.linalg.eigh(self.free.T @ (information - bend) @ self.free)
        return vectors[:, 0] if len(values) and values[0] <= 0 else None

    def fix(self, column: int, value: float) -> BiasReduced:
        """With one of the γ held at `value`."""
        held = self.held + self.free[:, column] * float(value)
        return replace(self, free=np.delete(self.free, column, axis=1), held=held)

    def information(self, gamma: np.ndarray) -> np.ndarray:
        """I(β) of all coefficients (p, p), not penalised: its inverse is the covariance."""
        return self.plain.at(self.held + self.free @ gamma).information

    @cached_property
    def _covariates(self) -> np.ndarray:
        return np.asarray(self.plain.X, float)

    def _derivatives(self, beta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        """Penalised value and score (p,), information, and second derivative of the penalty (p, p)."""
        plain, size = self.plain, len(beta)
        if not size or not len(plain.stratum):
            value = plain.at(beta).value
            return value, np.zeros(size), np.zeros((size, size)), np.zeros((size, size))
        value, share, total = plain.shares(beta)
        expected = total[plain.stratum] * share
        mean = np.add.reduceat(share[:, None] * self._covariates, plain.starts, axis=0)
        apart = self._covariates - mean[plain.stratum]
        information = apart.T @ (expected[:, None] * apart)
        try:
            root = np.linalg.cholesky(information)
        except np.linalg.LinAlgError:
            return -np.inf, np.zeros(size), information, np.zeros((size, size))
        scaled = solve_triangular(root, apart.T, lower=True).T
        leverage = (scaled**2).sum(axis=1)
        value += float(np.log(np.diag(root)).sum())
        # Third cumulants of the covariates, contracted with the inverse information.
        score = (plain.infections - expected + expected * leverage / 2) @ apart
        bend = self._bend(_Centred(expected, share, apart, scaled), leverage, total)
        return value, score, information, bend

    def _bend(self, at: _Centred, leverage: np.ndarray, total: np.ndarray) -> np.ndarray:
        """½ ∂² log |I| / ∂β ∂β': ½ [tr(I⁻¹ I_kl) − tr(I⁻¹ I_k I⁻¹ I_l)], with fourth cumulants in I_kl."""
        stratum, starts = self.plain.stratum, self.plain.starts
        own = np.add.reduceat(at.share * leverage, starts)
        twice = at.apart.T @ ((at.expected * (leverage - own[stratum]))[:, None] * at.apart)
        size = at.apart.shape[1]
        third = np.zeros((size * size, size))
        for cells, strata in self._blocks():
            product = (at.scaled[cells, :, None] * at.apart[cells, None, :]).reshape(-1, size * size)
            third += product.T @ (at.expected[cells, None] * at.scaled[cells])
            within = np.add.reduceat(at.share[cells, None] * product, starts[strata] - starts[strata][0], axis=0)
            rows = (within * np.sqrt(2 * total[strata])[:, None]).reshape(-1, size)
            twice -= rows.T @ rows
        turned = third.reshape(size, size, size).transpose(1, 0, 2).reshape(size, -1)
        return (twice - turned @ turned.T) / 2

    def _blocks(self) -> Iterator[tuple[slice, slice]]:
        """Cells and strata of one block after another."""
        starts, end = self.plain.starts, len(self.plain.stratum)
        first = 0
        while first < len(starts):
            last = max(int(np.searchsorted(starts, starts[first] + CELLS_AT_ONCE, side="right")) - 1, first + 1)
            if end - starts[first] <= CELLS_AT_ONCE:
                last = len(starts)
            yield slice(starts[first], starts[last] if last < len(starts) else end), slice(first, last)
            first = last


def _turned(curved: np.ndarray, information: np.ndarray) -> np.ndarray:
    """A symmetric matrix with the absolute values of its eigenvalues relative to `information`."""
    try:
        np.linalg.cholesky(curved)
    except np.linalg.LinAlgError:
        root = np.linalg.cholesky(information)
        inner = solve_triangular(root, solve_triangular(root, curved, lower=True).T, lower=True)
        values, vectors = np.linalg.eigh((inner + inner.T) / 2)
        half = root @ vectors
        return (half * np.maximum(np.abs(values), LEAST_CURVED)) @ half.T
    return curved
