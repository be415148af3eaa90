"""Fit a conditional Poisson model with Firth's penalty: ratios finite, intervals and p by the penalised profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.bias_reduced import BiasReduced
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.contrast import (
    NO_CONTRAST,
    NO_EXPOSED,
    NO_REFERENCE,
    NOT_IDENTIFIED,
    OK,
    ON_NEITHER_SIDE,
    Screen,
    empty_levels,
    likelihood_of,
    screen,
)
from ivig_core.estimate.intervals import CHI2, Z, likelihood_ratio_p, search, wald
from ivig_core.estimate.likelihood import Maximum, maximise
from ivig_core.estimate.result import RatioRow
from ivig_core.estimate.rows import blank, filled

FIRTH = "firth"
UNREDUCED = "without bias reduction"
"""What a note begins with that says what the ratio is without it."""
WITHOUT = {NO_EXPOSED: "the ratio is 0", NO_REFERENCE: "the ratio is ∞"}
STEPS, CLOSE, LARGEST, LEVEL = 40, 1e-7, 2.0, 1e-7
"""Of the search for a limit: most steps, a step after which the error is its square, the largest step, and how far
from the level looked for the value may be."""


@dataclass(eq=False)
class BiasReducedFit:
    """A fitted model: its screen, its penalised likelihood and where that is largest.

    `plain`: the screen of the model without penalty, which says what would have no finite estimate; None where that
    model has no maximum.
    """

    data: Cells
    screen: Screen
    plain: Screen | None
    likelihood: BiasReduced
    maximum: Maximum

    @property
    def terms(self) -> list[str]:
        return [self.data.terms[index] for index in self.screen.columns]

    @cached_property
    def covariance(self) -> np.ndarray:
        """Inverse information, not penalised, at the estimate: what R `logistf` gives."""
        return np.linalg.inv(self.likelihood.information(self.maximum.beta))

    def alike_p(self, terms: list[str], df: int) -> float:
        """P of the penalised likelihood-ratio test that the coefficients of some terms are all the same.

        Raises
        ------
        EstimationError
            if the restricted model has no maximum.
        """
        columns = [self.terms.index(term) for term in terms]
        free = np.delete(self.likelihood.free, columns[1:], axis=1)
        free[:, columns[0]] = self.likelihood.free[:, columns].sum(axis=1)
        start = np.delete(self.maximum.beta, columns[1:])
        start[columns[0]] = self.maximum.beta[columns].mean()
        restricted = _highest_from(replace(self.likelihood, free=free), start)
        return likelihood_ratio_p(2 * (self.maximum.value - restricted), df)


def fit_bias_reduced(data: Cells, plain: Screen | None) -> BiasReducedFit:
    """Screen for terms without contrast and terms that cannot be told apart, and maximise the penalised likelihood.

    A level without infections has a finite ratio; without any in the reference level either, the ratio would be made by
    the penalty alone and is not given. `plain`: see `BiasReducedFit`.

    Raises
    ------
    EstimationError
        if no maximum is found.
    """
    screened = screen(data, leave_out=False)
    empty = empty_levels(screened)
    for number, code, term in screened.levels:
        if (number, code) in empty and (number, 0) in empty:
            screened.fail(term, NOT_IDENTIFIED, ON_NEITHER_SIDE)
    likelihood = BiasReduced.of(likelihood_of(screened))
    return BiasReducedFit(data, screened, plain, likelihood, _highest(likelihood, len(screened.columns)))


def _highest(likelihood: BiasReduced, size: int) -> Maximum:
    """The maximum that is found from 0; from a saddle, to which terms that mirror each other lead, the higher one on
    either side of it."""
    top = maximise([likelihood], np.zeros(size))
    away = likelihood.rising(top.beta)
    if away is None:
        return top
    sides = [maximise([likelihood], top.beta + sign * away) for sign in (1.0, -1.0)]
    low, high = sorted(sides, key=lambda side: side.value)
    alike = high.value - low.value < LEVEL and np.abs(high.beta - low.beta).max() > CLOSE
    if alike or likelihood.rising(high.beta) is not None:
        raise EstimationError("the penalised likelihood has no single maximum")
    return high


def bias_reduced_row(fitted: BiasReducedFit, model: str, term: str) -> RatioRow:
    """The row of one term: limits where the penalised likelihood, the other terms at their best, has fallen by half the
    quantile of χ²; p of the penalised likelihood ratio against a ratio of 1; standard error from the information.

    Heinze & Schemper, Stat Med 2002;21:2409.
    """
    status, note = fitted.screen.status[term], fitted.screen.note.get(term, "")
    row = blank(fitted.data, model, term, status, note, fitted.screen)
    if status != OK:
        return row
    index = fitted.terms.index(term)
    log_irr, se = float(fitted.maximum.beta[index]), float(np.sqrt(fitted.covariance[index, index]))
    note, method = _why(fitted.plain, term), FIRTH
    try:
        low, high, p = penalised_limits(fitted.likelihood, fitted.maximum, index, se)
    except EstimationError:
        (low, high, p), method = wald(log_irr, se), "wald"
        note = "; ".join(filter(None, (note, "the penalised profile gives no interval: Wald interval")))
    return filled(
        row, log_irr=log_irr, se=se, irr=np.exp(log_irr), ci_low=np.exp(low), ci_high=np.exp(high), p_value=p,
        ci_method=method, note=note,
    )  # fmt: skip


def _why(plain: Screen | None, term: str) -> str:
    """What the ratio would be without penalty, where that is none."""
    if plain is None or plain.status[term] in (OK, NO_CONTRAST):
        return ""
    without = WITHOUT.get(plain.status[term], "there is no estimate")
    return f"{UNREDUCED} {without}: {plain.note[term]}"


def penalised_limits(likelihood: BiasReduced, top: Maximum, column: int, se: float) -> tuple[float, float, float]:
    """Penalised profile limits of one coefficient, and p of its penalised likelihood-ratio test against 0.

    A limit is where the value has fallen by half the quantile of χ² and the score of the others is 0, both solved
    together by Newton's method (Venzon & Moolgavkar, Appl Stat 1988;37:87), and by search where that does not settle
    or settles at a maximum of the others that is not their highest: the penalised likelihood can have several.

    Raises
    ------
    EstimationError
        if there is no maximum with the coefficient held.
    """

    def drop(value: float) -> float:
        return 2 * (top.value - _held(likelihood, top, column, value))

    def limit(step: float) -> float:
        found = _crossing(likelihood, top, column, step)
        return search(lambda value: drop(value) - CHI2, float(top.beta[column]), step) if found is None else found

    return limit(-se), limit(se), likelihood_ratio_p(drop(0.0))


def _held(likelihood: BiasReduced, top: Maximum, column: int, value: float, *more: np.ndarray) -> float:
    """The highest value found with one coefficient held."""
    return _highest_from(likelihood.fix(column, value), np.delete(top.beta, column), *more)


def _highest_from(likelihood: BiasReduced, start: np.ndarray, *more: np.ndarray) -> float:
    """The highest of the maxima that are found from `start`, from 0 and from `more`."""
    values = [maximise([likelihood], start).value]
    for other in (np.zeros(len(start)), *more) if len(start) else ():
        try:
            values.append(maximise([likelihood], other).value)
        except EstimationError:
            continue
    return max(values)


def _crossing(likelihood: BiasReduced, top: Maximum, column: int, step: float) -> float | None:
    wanted = top.value - CHI2 / 2
    toward = np.linalg.solve(top.information, np.eye(len(top.beta))[column])
    beta = top.beta + np.sign(step) * Z * toward / np.sqrt(toward[column])
    for _ in range(STEPS):
        now = likelihood.at(beta)
        system, rest = now.information.copy(), now.score.copy()
        system[column], rest[column] = now.score, wanted - now.value
        try:
            move = np.linalg.solve(system, rest)
        except np.linalg.LinAlgError:
            return None
        size = float(np.abs(move).max())
        if not np.isfinite(size):
            return None
        beta = beta + move * min(1.0, LARGEST / max(size, LARGEST))
        if size < CLOSE:
            break
    beyond = (beta[column] - top.beta[column]) * step > 0
    if not beyond:
        return None
    try:
        highest = _held(likelihood, top, column, float(beta[column]), np.delete(beta, column))
    except EstimationError:
        return None
    # Else the others are at a place of score 0 that is no maximum, or at one that is not the highest.
    return float(beta[column]) if abs(highest - wanted) < LEVEL else None
