"""One draw of the missing values of one variable in many tables at once, given all others."""

from __future__ import annotations

import numpy as np

DONORS = 5
RIDGE = 1e-5
PRIOR = 2.5
"""Standard deviation, before the data are seen, of a log odds ratio per standard deviation of a predictor. Without a
prior, a level that predictors tell apart would have no maximum; as a weak one Gelman et al. (Ann Appl Stat 2008;2:1360)
take a Cauchy distribution of this scale."""
FLAT, TINY = 100.0, 1e-300
STEPS, HALVINGS, NEAR = 30, 12, 1e-4


def number_donors(X: np.ndarray, y: np.ndarray, known: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Predictive mean matching: for each patient without a value one with a value whose prediction is near.

    `X` (tables, n, p) with the constant, `y` (n,) the number, `known` (n,) bool. A linear model is fitted to the known
    values and its coefficients drawn from their posterior distribution; one of the 5 patients whose fitted value is
    nearest to the prediction is chosen at random (Little, J Bus Econ Stat 1988;6:287; type 1 matching, as R's
    `mice.impute.pmm`). Returns positions among the known (tables, missing).
    """
    seen, blank = X[:, known], X[:, ~known]
    fitted, drawn = _linear(seen, y[known], rng)
    at, wanted = (seen @ fitted[:, :, None])[:, :, 0], (blank @ drawn[:, :, None])[:, :, 0]
    return np.stack([_nearest(*pair, rng) for pair in zip(at, wanted, strict=True)])


def _linear(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (tables, p) of a linear model, and one draw of them."""
    tables, n, p = X.shape
    square = _crossed(X, X)
    square[:, range(p), range(p)] *= 1 + RIDGE
    # A column without spread in a table has nothing to say in it.
    square[:, range(p), range(p)] += RIDGE
    fitted = np.linalg.solve(square, (np.swapaxes(X, 1, 2) @ y)[:, :, None])[:, :, 0]
    rest = y - (X @ fitted[:, :, None])[:, :, 0]
    sigma = np.sqrt((rest**2).sum(axis=1) / rng.chisquare(max(n - p, 1), tables))
    return fitted, fitted + sigma[:, None] * _correlated(square, rng.standard_normal((tables, p)))


def _nearest(at: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each of `wanted` the position of one of the values `at` nearest to it, at random; equal ones in random
    order, because otherwise the same few would be taken of many alike."""
    order = np.lexsort((rng.random(len(at)), at))
    donors = min(DONORS, len(at))
    place = np.searchsorted(at[order], wanted)
    window = np.clip(place[:, None] + np.arange(-donors, donors), -1, len(at))
    outside = (window < 0) | (window == len(at))
    candidates = order[np.clip(window, 0, len(at) - 1)]
    apart = np.where(outside, np.inf, np.abs(at[candidates] - wanted[:, None]))
    near = np.argsort(apart, axis=1, kind="stable")[:, :donors]
    chosen = near[np.arange(len(wanted)), rng.integers(donors, size=len(wanted))]
    return candidates[np.arange(len(wanted)), chosen]


def level_codes(
    X: np.ndarray, code: np.ndarray, levels: int, known: np.ndarray, start: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A level for each patient without one, from a multinomial logistic model of the known.

    `X` as in `number_donors`; `code` (n,) of the known; `start` (tables, levels − 1, p): where the search of the
    coefficients begins. They have a normal prior of standard deviation `PRIOR`, all but the constant a wide one, and
    are drawn from the normal approximation of their posterior distribution. Returns codes (tables, missing) and the
    coefficients of largest posterior density.
    """
    seen, blank = X[:, known], X[:, ~known]
    fitted, precision = _multinomial(seen, code[known].astype(int), levels, start)
    drawn = fitted + _correlated(precision, rng.standard_normal(precision.shape[:2])).reshape(fitted.shape)
    reached = np.cumsum(_shares(blank, drawn), axis=2)[:, :, :-1]
    return (rng.random(reached.shape[:2])[:, :, None] > reached).sum(axis=2), fitted


def _multinomial(X: np.ndarray, code: np.ndarray, levels: int, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (tables, levels − 1, p) of largest posterior density by Newton–Raphson, and the negative second
    derivative there. Where levels are told apart, a whole step can overshoot for ever: it is halved until the density
    rises. Tables that are there are left alone."""
    tables, _, p = X.shape
    others = levels - 1
    prior = np.tile(np.r_[FLAT**-2, np.full(p - 1, PRIOR**-2)], (others, 1))
    happened = (code[:, None] == np.arange(levels)).astype(float)
    beta, precision = start.copy(), np.empty((tables, others * p, others * p))
    left = np.arange(tables)
    for _step in range(STEPS):
        mine, now = X[left], beta[left]
        share = _shares(mine, now)[:, :, 1:]
        score = np.swapaxes(happened[:, 1:] - share, 1, 2) @ mine - prior * now
        information = _information(mine, share)
        information[:, range(others * p), range(others * p)] += prior.ravel()
        step = np.linalg.solve(information, score.reshape(len(left), -1, 1)).reshape(now.shape)
        beta[left], precision[left] = _risen(mine, happened, prior, now, step), information
        left = left[np.abs(step).max(axis=(1, 2)) > NEAR]
        if not len(left):
            break
    return beta, precision


def _risen(X: np.ndarray, happened: np.ndarray, prior: np.ndarray, beta: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Coefficients after the step, which is halved in the tables in which the posterior density would fall."""
    before, scale = _log_density(X, happened, prior, beta), np.ones(len(beta))
    for _halving in range(HALVINGS):
        after = beta + scale[:, None, None] * step
        worse = _log_density(X, happened, prior, after) < before - NEAR
        if not worse.any():
            break
        scale[worse] /= 2
    return after


def _log_density(X: np.ndarray, happened: np.ndarray, prior: np.ndarray, beta: np.ndarray) -> np.ndarray:
    own = (_shares(X, beta) * happened).sum(axis=2)
    return np.log(np.maximum(own, TINY)).sum(axis=1) - (prior * beta**2).sum(axis=(1, 2)) / 2


def _shares(X: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Probability of each level (tables, n, levels)."""
    eta = X @ np.swapaxes(beta, 1, 2)
    eta = np.concatenate([np.zeros((*eta.shape[:2], 1)), eta], axis=2)
    weight = np.exp(eta - eta.max(axis=2, keepdims=True))
    return weight / weight.sum(axis=2, keepdims=True)


def _information(X: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Of all levels but the first: (tables, others × p, others × p)."""
    tables, _, p = X.shape
    others = share.shape[2]
    whole = np.empty((tables, others, p, others, p))
    for one in range(others):
        for two in range(one + 1):
            weight = share[:, :, one] * ((one == two) - share[:, :, two])
            block = _crossed(X, weight[:, :, None] * X)
            whole[:, one, :, two], whole[:, two, :, one] = block, block
    return whole.reshape(tables, others * p, others * p)


def _crossed(X: np.ndarray, Z: np.ndarray) -> np.ndarray:
    return np.swapaxes(X, 1, 2) @ Z


def _correlated(precision: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Normal draws with these precisions (tables, q, q) from independent ones (tables, q)."""
    upper = np.swapaxes(np.linalg.cholesky(precision), 1, 2)
    return np.linalg.solve(upper, normal[:, :, None])[:, :, 0]
