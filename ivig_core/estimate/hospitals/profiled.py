"""From the cells of a case series to the profile of one of its terms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.fit import Fit, fit
from ivig_core.estimate.hospitals.profile import GRID, NODES, STEP, Profile
from ivig_core.estimate.likelihood import ConditionalPoisson, Derivatives, maximise

DIGITS = 8
"""Significant digits of what is shared. Pooled limits are then within 1e-7 of those of all data; with 12 digits, more
than twice as many single patients of eight could be read from a profile (docs/decisions/hospitals.md)."""

FEW_STEPS, TOLERANCE = 6, 1e-16
"""Steps of Newton's method from an estimate that is foreseen, and the gain below which no further one is made."""


def profiled(data: Cells, term: str, top: float | None = None) -> Profile:
    """The conditional log-likelihood of one term at the nodes of `GRID`, at its largest over all other terms.

    `top`: its supremum, that of the model with all terms, if it is known; without a maximum of it the largest value of
    the grid. Score
    and information are those of the profile: ∂l/∂β at the other terms' estimates, and I_ββ − I_βθ I_θθ⁻¹ I_θβ
    (Murphy & van der Vaart, J Am Stat Assoc 2000;95:449). Levels without infections contribute their limit.

    Raises
    ------
    EstimationError
        if the other terms have no maximum.
    """
    inside, others = _held(data, term)
    base = fit(others)
    kept = base.screen.kept()
    on = inside[_rows_kept(data, kept)].astype(float)
    values, scores, information = np.zeros(NODES), np.zeros(NODES), np.zeros(NODES)
    middle = NODES // 2
    for nodes, ahead in ((range(middle, NODES), STEP), (range(middle - 1, -1, -1), -STEP)):
        theta = base.maximum.beta
        for node in nodes:
            theta, here = _node(base, on, float(GRID[node]), theta)
            toward = _toward(here.information)
            values[node], scores[node] = here.value, here.score[0]
            information[node] = max(float(here.information[0, 0] + here.information[0, 1:] @ toward), 0.0)
            theta = theta + ahead * toward
    highest = max(float(values.max()), _top(data) if top is None else top)
    return Profile(rounded(values - highest), rounded(scores), rounded(information))


def _top(data: Cells) -> float:
    try:
        return fit(data).log_likelihood
    except EstimationError:
        return -np.inf


def _held(data: Cells, term: str) -> tuple[np.ndarray, Cells]:
    """Cells in the level of the term (bool), and the cells without this term."""
    number, code = next(
        (number, terms.index(term) + 1) for number, (_, terms) in enumerate(data.factors) if term in terms
    )
    inside = data.codes[:, number] == code
    codes = data.codes.copy()
    codes[:, number] = np.where(inside, 0, codes[:, number] - (codes[:, number] > code))
    factors = [
        (name, tuple(one for one in terms if one != term)) if at == number else (name, terms)
        for at, (name, terms) in enumerate(data.factors)
    ]
    return inside, replace(data, codes=codes, factors=tuple(factors))


def _rows_kept(data: Cells, kept: np.ndarray) -> np.ndarray:
    """The cells that `Cells.keep` keeps (bool): of those `kept`, the ones of strata that still have an infection."""
    infected = np.bincount(data.stratum[kept], data.infections[kept], data.strata) > 0
    return kept & infected[data.stratum]


def _node(base: Fit, on: np.ndarray, beta: float, theta: np.ndarray) -> tuple[np.ndarray, Derivatives]:
    """The other terms' estimates where the log ratio is `beta`, begun near them, and the derivatives there with it as
    first term."""
    free = base.likelihood
    offset = free.offset + beta * on
    every = ConditionalPoisson(free.stratum, offset, free.infections, np.column_stack([on, free.X]))
    here = every.at(np.concatenate([[0.0], theta]))
    for _ in range(FEW_STEPS):
        try:
            step = np.linalg.solve(here.information[1:, 1:], here.score[1:])
        except np.linalg.LinAlgError:
            break
        if float(step @ here.score[1:]) <= TOLERANCE:
            return theta, here
        theta = theta + step
        here = every.at(np.concatenate([[0.0], theta]))
    # Far from the estimates steps have to be watched.
    theta = maximise([ConditionalPoisson(free.stratum, offset, free.infections, free.X)], base.maximum.beta).beta
    return theta, every.at(np.concatenate([[0.0], theta]))


def _toward(information: np.ndarray) -> np.ndarray:
    """How the other terms' estimates move with the log ratio: −I_θθ⁻¹ I_θβ."""
    try:
        return -np.linalg.solve(information[1:, 1:], information[1:, 0])
    except np.linalg.LinAlgError as error:
        raise EstimationError("the data do not determine all terms of the model") from error


def rounded(values: np.ndarray, digits: int = DIGITS) -> np.ndarray:
    """Numbers with so many significant digits; never −0."""
    return np.array([float(f"{value:.{digits}g}") + 0.0 for value in values.ravel()]).reshape(values.shape)
