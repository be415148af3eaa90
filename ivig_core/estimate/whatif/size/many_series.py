"""The self-controlled case series of many studies at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

FAR = 12.0
"""A log rate ratio that is as good as infinite: the likelihood there is within 1e-5 a study of its limit."""
MOST_STEPS, MOST_HALVINGS = 60, 25
CONVERGED = 1e-18


@dataclass(frozen=True, eq=False)
class ManySeries:
    """Estimates of S studies, the first level against days off IVIG.

    `log_ratio` (S): ±∞ without an infection on one side, NaN where no patient has an infection and days on both.
    `p_value` (S): of the likelihood ratio against a ratio of 1. `covers` (S, bool): whether the profile-likelihood
    interval of level 1 − alpha holds the true ratio.
    """

    log_ratio: np.ndarray
    p_value: np.ndarray
    covers: np.ndarray


def many_series(days: np.ndarray, infections: np.ndarray, true_ratio: float, alpha: float = 0.05) -> ManySeries:
    """Conditional Poisson fits (Whitaker et al., Stat Med 2006;25:1768) of S studies of N patients with L levels.

    `days`, `infections` (S, N, L): level 0 is off IVIG, level 1 on IVIG, others are levels of their own, as the days
    before the first dose; a level without days in a patient has 0. The same estimate and likelihood as
    `estimate.rates.sccs.sccs` with `ci_method` "profile" on these cells. P of a ratio 0 or ∞ is that of the likelihood
    ratio at its limit.
    """
    days, infections = np.asarray(days, float), np.asarray(infections, float)
    beta, top = _maximise(days, infections, None)
    _, null = _maximise(days, infections, 0.0)
    _, true = _maximise(days, infections, float(np.log(true_ratio)))
    both = (days[..., 1] > 0) & (days.sum(axis=2) > days[..., 1]) & (infections.sum(axis=2) > 0)
    known = both.any(axis=1)
    log_ratio = np.where(np.abs(beta[:, 0]) >= FAR - 1, np.copysign(np.inf, beta[:, 0]), beta[:, 0])
    p_value = np.where(known, chdtrc(1, np.maximum(2 * (top - null), 0)), 1.0)
    inside = chdtrc(1, np.maximum(2 * (top - true), 0)) >= alpha
    return ManySeries(np.where(known, log_ratio, np.nan), p_value, inside & known)


def _maximise(days: np.ndarray, infections: np.ndarray, on: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (S, L − 1) and maximum (S) by Newton's method within ±12; that of the first level held at `on`."""
    studies, _, levels = days.shape
    beta = np.zeros((studies, levels - 1))
    free = np.ones(levels - 1, bool)
    if on is not None:
        beta[:, 0], free[0] = on, False
    value, score, information = _derivatives(days, infections, beta)
    going = np.flatnonzero(np.full(studies, free.any()))
    for _ in range(MOST_STEPS):
        if not len(going):
            break
        step = _step(beta[going], score[going], information[going], free)
        gain = (step * score[going]).sum(axis=1)
        keep = gain > (CONVERGED * np.maximum(1, np.abs(value[going])))
        going, step = going[keep], step[keep]
        if len(going):
            _ascend(days, infections, beta, value, score, information, going, step)
    return beta, value


def _step(beta: np.ndarray, score: np.ndarray, information: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Newton's step; a coefficient that is held, says nothing, or leans on its bound stays."""
    diagonal = np.einsum("sll->sl", information)
    still = ~free | (diagonal < 1e-300) | ((np.abs(beta) >= FAR) & (np.sign(score) == np.sign(beta)))
    moving = ~still
    information = information * (moving[:, :, None] & moving[:, None, :])
    information += np.eye(beta.shape[1]) * still[:, :, None]
    # A hair of ridge: two levels that the patients of a study cannot tell apart have no unique maximum.
    information += 1e-12 * np.eye(beta.shape[1]) * np.maximum(diagonal, 1e-300)[:, :, None]
    step = np.linalg.solve(information, (score * moving)[:, :, None])[:, :, 0]
    step *= np.minimum(1, 3 / np.maximum(np.abs(step).max(axis=1), 3))[:, None]
    return np.clip(beta + step, -FAR, FAR) * moving + beta * still - beta


def _ascend(
    days: np.ndarray, infections: np.ndarray, beta: np.ndarray, value: np.ndarray, score: np.ndarray,
    information: np.ndarray, going: np.ndarray, step: np.ndarray,
) -> None:  # fmt: skip
    """Take the steps of the studies `going`, each halved until it raises the likelihood; what they give is written."""
    for _ in range(MOST_HALVINGS):
        new, new_score, new_information = _derivatives(days[going], infections[going], beta[going] + step)
        good = new >= value[going] - 1e-12 * np.maximum(1, np.abs(value[going]))
        done = going[good]
        beta[done] += step[good]
        value[done], score[done], information[done] = new[good], new_score[good], new_information[good]
        going, step = going[~good], step[~good] / 2
        if not len(going):
            return


def _derivatives(
    days: np.ndarray, infections: np.ndarray, beta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Log-likelihood (S) without constants, score (S, L − 1), information (S, L − 1, L − 1)."""
    weight = days[..., 1:] * np.exp(beta)[:, None, :]
    norm = days[..., 0] + weight.sum(axis=2)
    total = infections.sum(axis=2)
    norm = np.where(total > 0, norm, 1.0)
    inside = weight / norm[..., None]
    value = np.einsum("snl,sl->s", infections[..., 1:], beta) - (total * np.log(norm)).sum(axis=1)
    expected = total[..., None] * inside
    score = (infections[..., 1:] - expected).sum(axis=1)
    information = -np.einsum("snl,snm->slm", expected, inside)
    information += np.eye(beta.shape[1]) * expected.sum(axis=1)[:, :, None]
    return value, score, information
