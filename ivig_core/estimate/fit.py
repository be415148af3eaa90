"""Fit a conditional Poisson model to cells: screened, maximised, each term with its interval or its reason."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate import contrast
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.contrast import NO_CONVERGENCE, NO_EXPOSED, NO_REFERENCE, NOT_IDENTIFIED, OK, Screen, screen
from ivig_core.estimate.intervals import exact_bound, likelihood_ratio_p, profile, wald
from ivig_core.estimate.likelihood import ConditionalPoisson, Maximum, maximise
from ivig_core.estimate.result import RatioRow
from ivig_core.runs import run_starts

FEW = 5
SUSPECT = 8.0


@dataclass(eq=False)
class Fit:
    """A fitted model: the screen it passed, the maximum, and the terms of its coefficients in order.

    `log_likelihood` is the supremum: a level without infections contributes its limit.
    """

    data: Cells
    screen: Screen
    likelihood: ConditionalPoisson
    maximum: Maximum
    terms: list[str]
    covariance: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        p = len(self.terms)
        self.covariance = np.linalg.inv(self.maximum.information) if p else np.zeros((0, 0))

    @property
    def log_likelihood(self) -> float:
        return self.maximum.value

    def coefficient(self, term: str) -> float:
        return float(self.maximum.beta[self.terms.index(term)]) if term in self.terms else 0.0

    def robust_covariance(self) -> np.ndarray:
        """Sandwich with the scores added up by patient (no small-sample factor, as R's cluster())."""
        cells = self.screen.cells
        order = np.argsort(cells.cluster, kind="stable")
        cluster = cells.cluster[order]
        starts = np.flatnonzero(run_starts(cluster))
        scores = np.add.reduceat(self.likelihood.scores(self.maximum.beta)[order], starts, axis=0)
        return self.covariance @ (scores.T @ scores) @ self.covariance


def fit(data: Cells) -> Fit:
    """Screen and maximise. Terms without an estimate are named in `Fit.screen`, the rest have one.

    Raises
    ------
    EstimationError
        if no maximum is found although the screen found nothing wrong.
    """
    screened = screen(data)
    for _ in range(len(data.terms) + 1):
        likelihood = _likelihood(screened)
        top = _maximise(likelihood)
        bad = _separation(screened, top)
        if bad is None:
            break
        _drop_separated(screened, bad)
    if top is None:
        raise EstimationError("the likelihood has no maximum that could be found")
    return Fit(data, screened, likelihood, top, [data.terms[index] for index in screened.columns])


def _likelihood(screened: Screen) -> ConditionalPoisson:
    cells = screened.cells
    return ConditionalPoisson(cells.stratum, np.log(cells.days), cells.infections, cells.design()[:, screened.columns])


def _maximise(likelihood: ConditionalPoisson) -> Maximum | None:
    try:
        return maximise([likelihood], np.zeros(likelihood.X.shape[1]))
    except EstimationError:
        return None


def _separation(screened: Screen, top: Maximum | None) -> np.ndarray | None:
    if top is not None and (not len(top.beta) or np.abs(top.beta).max() < SUSPECT):
        return None
    direction = contrast.separated(screened.cells, screened.columns)
    return direction if direction.any() else None


def _drop_separated(screened: Screen, direction: np.ndarray) -> None:
    """Take the limit along `direction`: its terms have no finite estimate, cells that it makes impossible go."""
    data = screened.cells
    eta = data.design()[:, screened.columns] @ direction
    top = np.full(data.strata, -np.inf)
    np.maximum.at(top, data.stratum, eta)
    for index, moves in zip(screened.columns, direction, strict=True):
        term = data.terms[index]
        if moves and screened.status[term] == OK:
            screened.status[term] = NOT_IDENTIFIED
            screened.note[term] = "the terms together separate days with infections from days without"
    screened.cells = data.keep(eta >= top[data.stratum] - 1e-9)
    contrast.drop_aliased(screened)


def ratio_rows(data: Cells, model: str, ci_method: str) -> list[RatioRow]:
    """One row per term of `data`, in order. Never raises: a model without a maximum says so in every row."""
    try:
        fitted = fit(data)
    except EstimationError as error:
        return [_blank(data, model, term, NO_CONVERGENCE, str(error)) for term in data.terms]
    return [term_row(fitted, model, term, ci_method) for term in data.terms]


def term_row(fitted: Fit, model: str, term: str, ci_method: str, few: bool | None = None) -> RatioRow:
    """The row of one term of a fitted model.

    `few`: whether `ci_method` "auto" takes the profile interval; by default where the term's own or its reference level
    has fewer than 5 infections of informative patients.
    """
    status = fitted.screen.status[term]
    row = _blank(fitted.data, model, term, status, fitted.screen.note.get(term, ""), fitted.screen)
    if status in (NO_EXPOSED, NO_REFERENCE):
        return _bounded(fitted, term, row)
    if status != OK:
        return row
    if few is None:
        few = min(fitted.screen.own[term], fitted.screen.reference[term]) < FEW
    return _estimated(fitted, term, row, *_method(row, ci_method, few))


def _method(row: RatioRow, ci_method: str, few: bool) -> tuple[str, str]:
    """Kind of interval, and what has to be said about it."""
    if ci_method == "auto" and few:
        return "profile", f"fewer than {FEW} infections in this level or its reference: profile-likelihood interval"
    if ci_method == "robust" and row.informative_patients < 2:
        return "wald", "a robust interval needs two informative patients: Wald interval"
    return ("wald" if ci_method == "auto" else ci_method), ""


def _estimated(fitted: Fit, term: str, row: RatioRow, method: str, note: str) -> RatioRow:
    index = fitted.terms.index(term)
    log_irr = float(fitted.maximum.beta[index])
    covariance = fitted.robust_covariance() if method == "robust" else fitted.covariance
    se = float(np.sqrt(covariance[index, index]))
    low, high, p = wald(log_irr, se)
    if method == "profile":
        try:
            low, high, p = profile(fitted.likelihood, fitted.maximum, index, se)
        except EstimationError:
            method, note = "wald", "the profile likelihood gives no interval: Wald interval"
    return _with(
        row, log_irr=log_irr, se=se, irr=np.exp(log_irr), ci_low=np.exp(low), ci_high=np.exp(high),
        p_value=p, ci_method=method, note=note,
    )  # fmt: skip


def _bounded(fitted: Fit, term: str, row: RatioRow) -> RatioRow:
    """IRR 0 or ∞ with the bound of the exact conditional distribution, the other terms at their estimates."""
    data = fitted.screen.before.get(term)
    if data is None:
        return row
    none_inside = row.status == NO_EXPOSED
    number = next(number for number, (_, terms) in enumerate(data.factors) if term in terms)
    code = data.factors[number][1].index(term) + 1
    others = np.array([0.0 if name == term else fitted.coefficient(name) for name in data.terms])
    weight = data.days * np.exp(data.design() @ others)
    inside = data.codes[:, number] == code if none_inside else data.codes[:, number] != 0
    bound = exact_bound(data, inside, weight, upper=none_inside)
    side = "in this level" if none_inside else "outside this level"
    note = f"no infection {side} among patients with days in it and outside it: exact one-sided 97.5 % bound"
    if fitted.terms:
        note += ", other terms at their estimates"
    p = likelihood_ratio_p(2 * (fitted.log_likelihood - _without(fitted, term)))
    if none_inside:
        return _with(row, irr=0.0, ci_low=0.0, ci_high=np.exp(bound), p_value=p, ci_method="exact", note=note)
    return _with(row, ci_low=np.exp(bound), p_value=p, ci_method="exact", note=note)


def _without(fitted: Fit, term: str) -> float:
    """Largest log-likelihood when `term` has no effect: its level is part of the reference again."""
    return fit(drop_term(fitted.data, term)).log_likelihood


def drop_term(data: Cells, term: str) -> Cells:
    """The same cells with the level of `term` counted to the reference of its factor."""
    codes = data.codes.copy()
    factors = []
    for number, (name, terms) in enumerate(data.factors):
        if term in terms:
            gone = terms.index(term) + 1
            column = codes[:, number]
            codes[:, number] = np.where(column == gone, 0, column - (column > gone))
            terms = tuple(other for other in terms if other != term)
        factors.append((name, terms))
    return Cells(data.stratum, data.cluster, data.days, data.infections, codes, tuple(factors))


def _blank(data: Cells, model: str, term: str, status: str, note: str, screened: Screen | None = None) -> RatioRow:
    return RatioRow(
        model=model,
        term=term,
        status=status,
        patients=len(np.unique(data.cluster)),
        informative_patients=screened.informative[term] if screened else 0,
        infections=int(data.infections.sum()),
        note=note,
    )


def _with(row: RatioRow, **changes: object) -> RatioRow:
    values = {name: float(value) if isinstance(value, np.floating) else value for name, value in changes.items()}
    return RatioRow(**{**row.__dict__, **values})
