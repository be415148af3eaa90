"""Cox's partial likelihood from numbers at risk: how many of each covariate pattern, and how many have an event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ivig_core.estimate.cells import Cells
from ivig_core.estimate.likelihood import Derivatives, spread
from ivig_core.estimate.ties import efron_shares, with_products
from ivig_core.lazy import library

sparse = library("scipy.sparse")

EVENTS_AT_ONCE = 16_384
"""Events whose moments are held at one time, so that memory does not grow with events × terms²."""


@dataclass(frozen=True, eq=False)
class GroupedPartial:
    """Partial likelihood with Efron's ties (Efron, JASA 1977;72:557) of rows that share few covariate patterns.

    At a time with d events the l-th of them (l = 0..d−1) is compared with all at risk, each of the d weighted 1 − l/d:
    l(β) = Σ x_i β − Σ log Σ_j w_j exp(x_j β). Rows at risk with equal covariates enter as their number: work and
    memory follow times × patterns that occur, not the rows that follow-up is cut into.

    `cells`: a stratum per event time, `days` the number at risk and `infections` the events of each pattern at it.
    `X` (patterns, p) of indicators, `pattern` (cells,) the row of each cell in it.
    """

    cells: Cells
    pattern: np.ndarray
    X: np.ndarray

    @classmethod
    def of(cls, cells: Cells, columns: list[int]) -> GroupedPartial:
        """Of `risk_cells`, in the terms at the indices `columns`."""
        sizes = [len(terms) + 1 for _, terms in cells.factors]
        key = np.ravel_multi_index(cells.codes.T, sizes)
        first, pattern = np.unique(key, return_index=True, return_inverse=True)[1:]
        only = replace(cells, days=cells.days[first], codes=cells.codes[first])
        return cls(cells, pattern, only.design(columns).astype(float))

    def reach(self, step: np.ndarray) -> float:
        """How far apart a step of β moves the linear predictors of two rows at most."""
        return spread(self.X @ step)

    def at(self, beta: np.ndarray) -> Derivatives:
        """Log-likelihood, score and information."""
        eta = self.X @ beta
        # Only ratios of weights matter: the largest is 1.
        eta = eta - eta.max(initial=-np.inf)
        weight = np.exp(eta)[:, None] * self._products
        at_risk, with_event = (matrix @ weight for matrix in self._matrices)
        events = np.bincount(self.pattern, self.cells.infections, len(self.X))
        value, score = float(events @ eta), events @ self.X
        information = np.zeros((len(beta), len(beta)))
        of, share = self._ties
        for low in range(0, len(of), EVENTS_AT_ONCE):
            rows = slice(low, low + EVENTS_AT_ONCE)
            sums = at_risk[of[rows]] - share[rows, None] * with_event[of[rows]]
            moments = sums[:, 1:] / sums[:, :1]
            mean = moments[:, : len(beta)]
            value -= float(np.log(sums[:, 0]).sum())
            score = score - mean.sum(axis=0)
            information[self._upper] += moments[:, len(beta) :].sum(axis=0)
            information[self._upper] -= (mean.T @ mean)[self._upper]
        return Derivatives(value, score, information + np.triu(information, 1).T)

    @cached_property
    def _matrices(self) -> tuple[Any, Any]:
        """Numbers at risk, and events, times × patterns."""
        places, shape = (self.cells.stratum, self.pattern), (self.cells.strata, len(self.X))
        return tuple(
            sparse.csr_matrix((values, places), shape=shape) for values in (self.cells.days, self.cells.infections)
        )

    @cached_property
    def _ties(self) -> tuple[np.ndarray, np.ndarray]:
        """For the l-th of d events of a time, that time and l/d."""
        ties = self.cells.totals(self.cells.infections).astype(np.int64)
        return efron_shares(ties)

    @cached_property
    def _upper(self) -> tuple[np.ndarray, np.ndarray]:
        return np.triu_indices(self.X.shape[1])

    @cached_property
    def _products(self) -> np.ndarray:
        """1, the covariates, and their products two by two (patterns, 1 + p + p(p + 1)/2)."""
        return with_products(self.X, self._upper)
