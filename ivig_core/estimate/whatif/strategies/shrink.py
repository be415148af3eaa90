"""Rates of patients shrunken to their cohort: gamma–Poisson empirical Bayes, for many bootstrap samples at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SHAPES = (0.05, 200.0)
"""Between these the shape of the gamma distribution is looked for: rates that hardly differ have the highest one."""
HALVINGS = 16


class Shrunken(NamedTuple):
    """Gamma posterior of each patient's rate, patients × draws: `shape` / `scale` is its mean.

    `mean`, `heterogeneity` (one per draw): the rate of the cohort and the shape of the distribution of rates.
    """

    shape: np.ndarray
    scale: np.ndarray
    mean: np.ndarray
    heterogeneity: np.ndarray

    @property
    def rate(self) -> np.ndarray:
        """Posterior mean, patients × draws: between the patient's own rate and that of the cohort."""
        return self.shape / self.scale


def shrink(events: np.ndarray, expected: np.ndarray, counts: np.ndarray) -> Shrunken:
    """Marginal maximum likelihood of the gamma distribution, then each patient's posterior.

    Parameters
    ----------
    events
        infections of each patient.
    expected
        patients × draws: time at risk, adjusted for what is known to change the rate (on IVIG, phase, season).
    counts
        patients × draws: how often a patient is in a bootstrap sample.

    events_i ~ Poisson(r_i · expected_i), r_i ~ gamma with mean μ and shape k: negative binomial. μ by Fisher scoring at
    each k, k where its profile score changes sign, by halving. Posterior: gamma(k + events, k/μ + expected).
    Clayton & Kaldor, Biometrics 1987;43:671.
    """
    counts = counts.astype(float)
    total = counts.T @ events
    time = (counts * expected).sum(axis=0)
    mean = np.maximum(total, 1e-9) / np.maximum(time, 1e-9)
    # Of Σ log(k + j) over j < events only the numbers of patients with more than j events are needed.
    more = np.stack([counts.T @ (events > j) for j in range(int(events.max(initial=0)))] or [np.zeros_like(total)])
    low, high = (np.full(len(mean), np.log(value)) for value in SHAPES)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        shape = np.exp(middle)
        for _ in range(2):
            mean = _towards(mean, shape, events, expected, counts)
        rising = _slope(mean, shape, events, expected, counts, more) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    shape = np.exp((low + high) / 2)
    prior = shape / mean
    return Shrunken(shape + events[:, None], prior + expected, mean, shape)


def _towards(
    mean: np.ndarray, shape: np.ndarray, events: np.ndarray, expected: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """One Fisher step of log μ."""
    loosened = 1 + expected * mean / shape
    score = (counts * (events[:, None] - expected * mean) / loosened).sum(axis=0)
    information = (counts * expected * mean / loosened).sum(axis=0)
    return mean * np.exp(np.clip(score / np.maximum(information, 1e-12), -1, 1))


def _slope(
    mean: np.ndarray,
    shape: np.ndarray,
    events: np.ndarray,
    expected: np.ndarray,
    counts: np.ndarray,
    more: np.ndarray,
) -> np.ndarray:
    """Derivative of the log likelihood by the shape k."""
    found = (more / (shape + np.arange(len(more))[:, None])).sum(axis=0)
    share = expected * mean / shape
    rest = -np.log1p(share) + (share - events[:, None] / shape) / (1 + share)
    return found + (counts * rest).sum(axis=0)
