"""Fit a conditional Poisson model to cells: screened, maximised, each term with its interval or its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.bias_reduced_fit import FIRTH, BiasReducedFit, bias_reduced_row, fit_bias_reduced
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.contrast import (
    NO_CONVERGENCE,
    NO_EXPOSED,
    NO_REFERENCE,
    NOT_IDENTIFIED,
    OK,
    Screen,
    leave_out_separated,
    likelihood_of,
    screen,
)
from ivig_core.estimate.intervals import differ_too_little, exact_bound, profile, student, wald
from ivig_core.estimate.likelihood import ConditionalPoisson, Maximum, linear, maximise
from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS
from ivig_core.estimate.result import RatioRow
from ivig_core.estimate.rows import blank, filled
from ivig_core.runs import run_starts

FEW = 5
SUSPECT = 8.0
TOO_FEW = f"fewer than {FEWEST_CLUSTERS} patients with days in this level and outside it: Wald, not robust, interval"
SANDWICH = "sandwich by patient"
"""What the note of a robust interval begins with."""
ALIKE = "patients differ too little for a robust interval: Wald interval"


@dataclass(eq=False)
class Fit:
    """A fitted model: the screen it passed, the maximum, and the terms of its coefficients in order.

    `log_likelihood` is the supremum: a level without infections contributes its limit.
    """

    data: Cells
    screen: Screen
    likelihood: ConditionalPoisson
    maximum: Maximum

    @property
    def terms(self) -> list[str]:
        return [self.data.terms[index] for index in self.screen.columns]

    @cached_property
    def covariance(self) -> np.ndarray:
        return np.linalg.inv(self.maximum.information)

    @property
    def log_likelihood(self) -> float:
        return self.maximum.value

    @cached_property
    def robust_covariance(self) -> np.ndarray:
        """Sandwich with the scores added up by patient (no small-sample factor, as R's cluster())."""
        cells = self.data.keep(self.screen.kept())
        order = np.argsort(cells.cluster, kind="stable")
        starts = np.flatnonzero(run_starts(cells.cluster[order]))
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
    while True:
        likelihood = likelihood_of(screened)
        try:
            top = maximise([likelihood], np.zeros(len(screened.columns)))
        except EstimationError:
            if not leave_out_separated(screened):
                raise
            continue
        if not len(top.beta) or np.abs(top.beta).max() < SUSPECT or not leave_out_separated(screened):
            return Fit(data, screened, likelihood, top)


def ratio_rows(
    data: Cells, model: str, ci_method: str, terms: Sequence[str] | None = None, others: bool = False
) -> list[RatioRow]:
    """One row per term of `data`, or of `terms` alone, in order; `others`: also of the other terms, with status and
    note alone. Never raises: a model without a maximum says so in every row."""
    wanted = data.terms if terms is None else terms
    shown = data.terms if others else wanted
    try:
        fitted = fit_by(data, ci_method)
    except EstimationError as error:
        return [blank(data, model, term, NO_CONVERGENCE, str(error)) for term in shown]
    return [
        term_row(fitted, model, term, ci_method) if term in wanted else unestimated(fitted, model, term)
        for term in shown
    ]


def unestimated(fitted: Fit | BiasReducedFit, model: str, term: str) -> RatioRow:
    """What a screen says of a term, without numbers."""
    screened = fitted.screen
    return blank(fitted.data, model, term, screened.status[term], screened.note.get(term, ""), screened)


def fit_by(data: Cells, ci_method: str) -> Fit | BiasReducedFit:
    """The model as the kind of interval asks for it: with Firth's penalty for "firth".

    Raises
    ------
    EstimationError
        if no maximum is found.
    """
    if ci_method != FIRTH:
        return fit(data)
    try:
        plain = fit(data).screen
    except EstimationError:
        plain = None
    return fit_bias_reduced(data, plain)


def term_row(fitted: Fit | BiasReducedFit, model: str, term: str, ci_method: str, few: bool | None = None) -> RatioRow:
    """The row of one term of a fitted model.

    `few`: whether `ci_method` "auto" takes the profile interval; by default where the term's own or its reference level
    has fewer than 5 infections of informative patients.
    """
    if isinstance(fitted, BiasReducedFit):
        return bias_reduced_row(fitted, model, term)
    status, row = fitted.screen.status[term], unestimated(fitted, model, term)
    if status in (NO_EXPOSED, NO_REFERENCE):
        return _bounded(fitted, term, row)
    if status != OK:
        return row
    if few is None:
        few = min(fitted.screen.own[term], fitted.screen.reference[term]) < FEW
    return _estimated(fitted, term, row, *kind_of_interval(ci_method, few))


def kind_of_interval(ci_method: str, few: bool) -> tuple[str, str]:
    """Kind of interval, and what has to be said about it."""
    if ci_method == "auto" and few:
        return "profile", f"fewer than {FEW} infections in this level or its reference: profile-likelihood interval"
    return ("wald" if ci_method == "auto" else ci_method), ""


def _estimated(fitted: Fit, term: str, row: RatioRow, method: str, note: str) -> RatioRow:
    index = fitted.terms.index(term)
    se = float(np.sqrt(fitted.covariance[index, index]))
    return with_interval(
        row, float(fitted.maximum.beta[index]), se, (method, note),
        robust_se=lambda: robust_se(fitted.robust_covariance[index, index], row.informative_patients),
        limits=lambda: profile(fitted.likelihood, fitted.maximum, index, se),
    )  # fmt: skip


def with_interval(
    row: RatioRow,
    log_irr: float,
    se: float,
    kind: tuple[str, str],
    robust_se: Callable[[], float],
    limits: Callable[[], tuple[float, float, float]],
) -> RatioRow:
    """The row with its estimate, and an interval of the `kind` asked for (`kind_of_interval`) or of the one that can be
    had instead. `robust_se`, `limits`: sandwich standard error, and profile limits with p; asked for only where needed.
    `limits` raises `EstimationError` where there are none."""
    method, note = kind
    low, high, p = wald(log_irr, se)
    if method == "robust":
        clusters, robust = row.informative_patients, robust_se()
        if clusters < FEWEST_CLUSTERS:
            method, note = "wald", TOO_FEW
        elif differ_too_little(robust, se, clusters):
            method, note = "wald", ALIKE
        else:
            se, note = robust, f"{SANDWICH}, t with {clusters - 1} degrees of freedom"
            low, high, p = student(log_irr, se, clusters - 1)
    if method == "profile":
        try:
            low, high, p = limits()
        except EstimationError:
            method, note = "wald", "the profile likelihood gives no interval: Wald interval"
    return filled(
        row, log_irr=log_irr, se=se, irr=np.exp(log_irr), ci_low=np.exp(low), ci_high=np.exp(high),
        p_value=p, ci_method=method, note=note,
    )  # fmt: skip


def robust_se(variance: float, clusters: int) -> float:
    """From the `variance` of a patient sandwich, × G/(G − 1) for G patients with days in the level and outside it (as
    R, for clustered fits)."""
    return float(np.sqrt(max(float(variance), 0.0) * clusters / max(clusters - 1, 1)))


def _bounded(fitted: Fit, term: str, row: RatioRow) -> RatioRow:
    """IRR 0 or ∞ with the bound of the exact conditional distribution, the other terms at their estimates."""
    screened, none_inside = fitted.screen, row.status == NO_EXPOSED
    number, code = next((number, code) for number, code, name in screened.levels if name == term)
    _, terms = fitted.data.factors[number]
    if not none_inside and sum(screened.status[name] == NO_REFERENCE for name in terms) > 1:
        return row
    # The days of the other levels without infections stay left out: their rate is estimated as zero.
    kept = screened.kept(but=(number, code if none_inside else 0))
    inside = fitted.data.codes[:, number] == code if none_inside else fitted.data.codes[:, number] != 0
    both = (fitted.data.totals(inside & kept) > 0) & (fitted.data.totals(~inside & kept) > 0)
    rows = kept & both[fitted.data.stratum]
    if not rows.any():
        note = "the days to compare lie in other levels without infections: the effects cannot be told apart"
        return filled(row, status=NOT_IDENTIFIED, note=note)
    weight = fitted.data.days * np.exp(linear(fitted.data.design(screened.columns), fitted.maximum.beta))
    bound, p = exact_bound(fitted.data.keep(rows), inside[rows], weight[rows], upper=none_inside)
    side = "in this level" if none_inside else "outside this level"
    note = f"no infection {side} among patients with days in it and outside it: exact one-sided 97.5 % bound"
    if fitted.terms:
        note += ", other terms at their estimates"
    values = {"irr": 0.0, "ci_low": 0.0, "ci_high": np.exp(bound)} if none_inside else {"ci_low": np.exp(bound)}
    return filled(row, **values, p_value=p, ci_method="exact", note=note)
