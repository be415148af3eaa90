"""How many patients a comparison of two groups' infection rates needs, by formula."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, ndtr, ndtri

LOWEST_VARIANCE, HIGHEST_VARIANCE = 1e-4, 50.0
PLACES, ZOOMS = 24, 6
"""The likelihood is looked at in so many places, then between the best one's neighbours, and so on: 6 digits."""


def log_ratio_variance(expected: np.ndarray, ratio: float, on_share: float, variance: float) -> float:
    """Variance of the log rate ratio × number of patients, groups of different patients throughout follow-up.

    `expected` (patients): infections off IVIG expected of an average patient in each one's follow-up. `on_share`:
    proportion of patients in the group on IVIG, between 0 and 1. `variance`: of the rate between patients, gamma with
    mean 1, so that an infection count has variance μ (1 + variance × μ) (negative binomial); 0 is Poisson.
    A patient's information on a log rate is μ / (1 + variance × μ). With one length of follow-up this is the true-rate
    variance of Zhu & Lakkis (Stat Med 2014;33:376–87, their method 2, V₀ = V₁); several lengths are averaged.
    """
    off = float(np.mean(expected / (1 + variance * expected)))
    on = float(np.mean(ratio * expected / (1 + variance * ratio * expected)))
    return 1 / (on_share * on) + 1 / ((1 - on_share) * off)


def patients_needed(ratio: float, spread: float, power: float, alpha: float = 0.05) -> float:
    """Patients in both groups together (not rounded), of `spread` as `log_ratio_variance` gives; ∞ at ratio 1."""
    if ratio == 1:
        return np.inf
    return float((-ndtri(alpha / 2) + ndtri(power)) ** 2 * spread / np.log(ratio) ** 2)


def power_with_patients(patients: np.ndarray, ratio: float, spread: float, alpha: float = 0.05) -> np.ndarray:
    """Power with so many patients in both groups together (any shape)."""
    return ndtr(np.abs(np.log(ratio)) * np.sqrt(np.asarray(patients) / spread) + ndtri(alpha / 2))


def any_infection(expected: np.ndarray, variance: float) -> np.ndarray:
    """Probability of at least one infection where so many are expected (any shape), negative binomial."""
    if variance < LOWEST_VARIANCE:
        return -np.expm1(-expected)
    return -np.expm1(-np.log1p(variance * expected) / variance)


def variance_between_patients(infections: np.ndarray, expected: np.ndarray) -> float:
    """Maximum-likelihood variance of a gamma frailty with mean 1, from counts (patients) of which so many were expected
    of an average patient; 0 where counts vary no more than Poisson. The overall rate is fitted along with it.
    """
    known = expected > 0
    infections, expected = infections[known], expected[known]
    if len(infections) < 2 or not infections.sum():
        return 0.0
    expected = expected * infections.sum() / expected.sum()

    low, high = np.log(LOWEST_VARIANCE), np.log(HIGHEST_VARIANCE)
    for _ in range(ZOOMS):
        grid = np.linspace(low, high, PLACES)
        at = int(np.argmax([negative_binomial(infections, expected, float(np.exp(each))) for each in grid]))
        low, high = float(grid[max(at - 1, 0)]), float(grid[min(at + 1, PLACES - 1)])
    value = float(np.exp((low + high) / 2))
    return 0.0 if value < 2 * LOWEST_VARIANCE else value


def negative_binomial(infections: np.ndarray, expected: np.ndarray, variance: float) -> float:
    """Log-likelihood of counts with mean `expected` and variance μ + `variance` μ², without n!."""
    shape = 1 / variance
    grown = gammaln(infections + shape) - gammaln(shape)
    return float(
        (grown + infections * np.log(variance * expected) - (infections + shape) * np.log1p(variance * expected)).sum()
    )
