"""What partial likelihoods share: Efron's shares of tied events, and products of covariates for their information."""

from __future__ import annotations

import numpy as np


def efron_shares(ties: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For the l-th of d events of a time (`ties`: d of each time, int), that time and l/d (Efron, JASA 1977;72:557)."""
    of = np.repeat(np.arange(len(ties)), ties)
    return of, (np.arange(len(of)) - np.repeat(np.cumsum(ties) - ties, ties)) / ties[of]


def with_products(X: np.ndarray, upper: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """1, the covariates, and their products two by two (rows, 1 + p + p(p + 1)/2); `upper`: places of an upper triangle
    of p × p."""
    first, second = upper
    return np.hstack([np.ones((len(X), 1)), X, X[:, first] * X[:, second]])
