"""Profile-likelihood limits of one term in many models at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ivig_core.estimate.intervals import CHI2, Z, likelihood_ratio_p
from ivig_core.estimate.whatif.curve.problems import Maxima, Problems, maximise_all

STEPS = 40
CLOSE = 1e-10
"""A step this small: after it the error is its square."""
LARGEST = 2.0
"""No step of Newton moves a coefficient further."""
SCORE = 1e-6


class Limits(NamedTuple):
    """Limits of each log rate ratio and its p (models,); `found`: whether both limits and p are there."""

    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    found: np.ndarray


def profile_all(problems: Problems, top: Maxima, term: int, se: np.ndarray) -> Limits:
    """95 % profile-likelihood limits of the coefficient of a term, and p of its likelihood-ratio test against 0.

    `problems` has one endpoint a definition (`Problems.take`), `top` their maxima, `se` (models,). A limit is where
    the likelihood has fallen by half the quantile of χ² and the score of all other terms is 0: both conditions solved
    together by Newton's method (Venzon & Moolgavkar, Appl Stat 1988;37:87). `intervals.profile` finds it one by one.
    """
    limits, good = [], np.ones(len(se), bool)
    for side in (-1.0, 1.0):
        place, found = _crossing(problems, top, term, se, side)
        limits.append(place)
        good &= found
    at_none = maximise_all(problems.without(term), top.beta)
    p = [likelihood_ratio_p(float(drop)) for drop in 2 * (top.at.value - at_none.at.value)[:, 0]]
    return Limits(limits[0], limits[1], np.array(p), good & at_none.found[:, 0])


def _crossing(problems: Problems, top: Maxima, term: int, se: np.ndarray, side: float) -> tuple[np.ndarray, np.ndarray]:
    wanted = top.at.value - CHI2 / 2
    toward = np.linalg.inv(top.at.information)[..., term]
    beta = top.beta + np.where(problems.free, side * Z * toward / se[:, None, None], 0.0)
    others = problems.free.copy()
    others[..., term] = False
    small = np.zeros(len(se), bool)
    for _ in range(STEPS):
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            now = problems.at(beta)
            system, rest = now.information.copy(), now.score.copy()
            system[..., term, :], rest[..., term] = now.score, wanted - now.value
            step = _finite_solve(system, rest)
        size = np.abs(step).max(-1, keepdims=True)
        beta = beta + step * np.minimum(1.0, LARGEST / np.maximum(size, LARGEST))
        small = size[:, 0, 0] < CLOSE
        if small.all():
            break
    last = problems.at(beta)
    moved = side * (beta - top.beta)[:, 0, term]
    flat = np.abs(np.where(others, last.score, 0.0)).max((-1, -2), initial=0.0) < SCORE
    return beta[:, 0, term], small & flat & (moved > 0)


def _finite_solve(system: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Solutions; a large step of no use where there is none, so that the model is fitted alone."""
    usable = np.isfinite(system).all((-1, -2)) & np.isfinite(rest).all(-1)
    usable &= np.linalg.cond(np.where(usable[..., None, None], system, np.eye(system.shape[-1]))) < 1e14
    safe = np.where(usable[..., None, None], system, np.eye(system.shape[-1]))
    step = np.linalg.solve(safe, np.where(usable[..., None], rest, 0.0)[..., None])[..., 0]
    return np.where(usable[..., None], step, 1.0)
