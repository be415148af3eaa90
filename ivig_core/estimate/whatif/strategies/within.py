"""How the rate of infections varies within patients.

A conditional Poisson model given each patient's infections (as the case series), for many bootstrap samples at once:
what differs between them is only how often each patient counts.
"""

from __future__ import annotations

import numpy as np

PRIOR_SD = 1.0
"""Normal prior of a log rate ratio: 95 % between 1/7 and 7. It keeps an estimate finite where data say little."""
MOST_STEPS, LARGEST_STEP, SMALL = 25, 1.0, 1e-7
LARGE = 50_000
"""Infected patients × draws from which on each draw is one step from the estimate of all patients."""


def within_patient(days: np.ndarray, infections: np.ndarray, design: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Log rate ratios by penalised conditional likelihood, covariates × draws.

    In a large cohort each draw is one Newton step from the estimate of all patients, which is as good as the maximum
    there and needs nothing of size patients × draws (Davison & Hinkley, Bootstrap Methods, 1997, section 2.7).

    Parameters
    ----------
    days, infections
        patients × patterns: days at risk and infections of each patient in each covariate pattern.
    design
        patterns × covariates.
    counts
        patients × draws: how often a patient is in a bootstrap sample.

    log λ = φ_i + β·x, φ_i conditioned out; each β has a normal prior with mean 0 and standard deviation `PRIOR_SD`.
    Newton steps, all draws at once. Whitaker et al., Stat Med 2006;25:1768, for the likelihood.
    """
    infected = infections.sum(axis=1) > 0
    days, infections, counts = days[infected], infections[infected], counts[infected].astype(float)
    covariates, draws = design.shape[1], counts.shape[1]
    if not covariates or not len(days):
        return np.zeros((covariates, draws))
    if counts.size <= LARGE:
        return _newton(days, infections, design, counts)
    centre = _newton(days, infections, design, np.ones((len(days), 1)))
    score, information = _by_patient(days, infections, design, centre[:, 0])
    score = counts.T @ score - centre.T / PRIOR_SD**2
    information = np.tensordot(counts.T, information, 1) + np.eye(covariates) / PRIOR_SD**2
    return centre + np.linalg.solve(information, score[:, :, None])[:, :, 0].T


def _by_patient(
    days: np.ndarray, infections: np.ndarray, design: np.ndarray, beta: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Score and information of each patient at `beta`."""
    share = days * np.exp(design @ beta)
    share /= share.sum(axis=1, keepdims=True)
    mean, number = share @ design, infections.sum(axis=1)
    both = np.einsum("nq,qk,qm->nkm", share, design, design, optimize=True) - mean[:, :, None] * mean[:, None, :]
    return infections @ design - number[:, None] * mean, number[:, None, None] * both


def _newton(days: np.ndarray, infections: np.ndarray, design: np.ndarray, counts: np.ndarray) -> np.ndarray:
    beta = np.zeros((design.shape[1], counts.shape[1]))
    seen = counts.T @ (infections @ design)
    weight = counts * infections.sum(axis=1)[:, None]
    for _ in range(MOST_STEPS):
        score, information = _score(days, design, beta, weight, seen)
        step = np.linalg.solve(information, score[:, :, None])[:, :, 0]
        beta += np.clip(step, -LARGEST_STEP, LARGEST_STEP).T
        if np.abs(step).max() < SMALL:
            break
    return beta


def _score(
    days: np.ndarray, design: np.ndarray, beta: np.ndarray, weight: np.ndarray, seen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Penalised score (draws × covariates) and information (draws × covariates × covariates)."""
    covariates, draws = beta.shape
    rate = np.exp(design @ beta)
    total = days @ rate
    mean = [days @ (design[:, [k]] * rate) / total for k in range(covariates)]
    score = seen - beta.T / PRIOR_SD**2
    information = np.zeros((draws, covariates, covariates))
    for k in range(covariates):
        score[:, k] -= (weight * mean[k]).sum(axis=0)
        for m in range(k + 1):
            both = days @ (design[:, [k]] * design[:, [m]] * rate) / total - mean[k] * mean[m]
            information[:, k, m] = information[:, m, k] = (weight * both).sum(axis=0)
    information[:, range(covariates), range(covariates)] += 1 / PRIOR_SD**2
    return score, information
