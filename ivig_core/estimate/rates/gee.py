"""Poisson regression with patients as clusters: the rate on IVIG against the rate off it, averaged over patients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import cells
from ivig_core.estimate.fit import Fit, fit
from ivig_core.estimate.rates.marginal import SWOLLEN, Entered, Estimates, enter, no_convergence, ratios, too_few
from ivig_core.persontime.split import PersonTime
from ivig_core.runs import run_starts
from ivig_core.spec import ModelSpec

WHOLE = 1 - 1e-8
ROUNDING = 1e-6
MOST_CORRECTED = 2.0
"""Above it over three quarters of the variance are the correction, not what was observed."""


def gee(time: PersonTime, model: ModelSpec) -> pd.DataFrame:
    """Incidence rate ratios by generalised estimating equations, independence working correlation.

    log λ = α + β·state + adjusters, offset log days: one rate for all patients, so that IVIG is compared between
    patients as well as within them, and what differs between patients can confound it. `model.population` "exposed"
    leaves out patients who never had IVIG, "all" counts their days as observation.

    The variance is a sandwich by patient with residuals corrected for their leverage (Mancl & DeRouen, Biometrics
    2001;57:126), because the plain one is too small for few patients; for the same reason limits and p are of t with
    patients − coefficients (α included) degrees of freedom, which the note tells. Fewer than 5 patients with an
    infection, or a term that rests on one patient alone, have no such variance: Wald, and the note says so. So it is
    where one patient weighs so much that the correction more than doubles a standard error: it divides his residual by
    1 less his share in the estimate, which is a small change for patients of whom each is one of many, and no measure
    of anything where it outweighs all that was observed.
    `model.ci_method` does not concern this model.

    Parameters
    ----------
    time
        counted person-time whose table holds the axes in `model.adjust_for`.

    Returns
    -------
    One row per term of the exposure, then per adjuster term, in the columns of `result.RatioRow`. A term without an
    estimate has its reason in `status` and `note`. Without infections in a level the ratio is 0 and has no upper limit.
    """
    entered = enter(time, model.population, model.adjust_for)
    return ratios("gee", entered, _estimates(entered), entered.time.infections)


def _estimates(entered: Entered) -> Estimates:
    table = entered.time.table
    # One stratum: given their total, Poisson counts are multinomial, with the same maximum for all terms but α.
    pooled = cells(np.zeros(len(table), np.int64), table["days"].to_numpy(), entered.infections, entered.factors)
    try:
        fitted = fit(pooled)
    except EstimationError as error:
        return no_convergence(entered, str(error))
    screened = fitted.screen
    if not fitted.terms:
        return Estimates(screened.status, screened.note)
    naive, robust, plain, patients = standard_errors(entered, fitted)
    coefficients = len(fitted.terms) + 1
    few = too_few(entered, patients, coefficients)
    swollen = robust > MOST_CORRECTED * plain
    why_wald = {term: few or SWOLLEN for term, too_much in zip(fitted.terms, swollen, strict=True) if few or too_much}
    df = float(patients - coefficients)
    return Estimates(
        screened.status,
        screened.note,
        fitted.terms,
        fitted.maximum.beta,
        naive,
        np.where(swollen | bool(few), np.nan, robust),
        kind=f"sandwich by patient with the correction of Mancl and DeRouen, t with {df:.0f} degrees of freedom",
        why_wald=why_wald,
        df=df,
    )


def standard_errors(entered: Entered, fitted: Fit) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Standard errors of the coefficients by the model, by patient with and without the correction; number of patients.

    With r the residuals of patient i, U_i = X_i'r, A_i = X_i' diag(μ) X_i and M = (Σ A_i)⁻¹ = L L', patient i moves the
    coefficients by M D'V⁻¹(I − H_i)⁻¹r = L (I − L'A_i L)⁻¹ L'U_i: this rests on sums by patient only, however his days
    are cut. Where L'A_i L has an eigenvalue of 1 the data without patient i do not determine all coefficients: those
    that he alone determines have no robust standard error (NaN), and for the others the direction drops out.
    """
    rows = _kept(entered, fitted)
    patient, days = entered.patient[rows], entered.time.table["days"].to_numpy()[rows]
    X = np.column_stack([np.ones(len(rows)), _design(entered, fitted)[rows]])
    counted, weight = entered.infections[rows], days * np.exp(X[:, 1:] @ fitted.maximum.beta)
    expected = weight * (counted.sum() / weight.sum())
    starts = np.flatnonzero(run_starts(patient))
    scores = np.add.reduceat((counted - expected)[:, None] * X, starts, axis=0)
    parts = np.stack([np.add.reduceat((expected * column)[:, None] * X, starts, axis=0) for column in X.T], axis=1)
    bread = np.linalg.inv(parts.sum(axis=0))
    naive, half = np.sqrt(np.diag(bread)), np.linalg.cholesky(bread)
    leverage, directions = np.linalg.eigh(half.T @ parts @ half)
    whole = leverage > WHOLE
    stretch = np.where(whole, 0, 1 / np.where(whole, 1, 1 - leverage))
    directions = half @ directions
    moves = np.einsum("ijk,ik,ilk,il->ij", directions, stretch, directions, scores, optimize=True)
    robust = np.sqrt((moves**2).sum(axis=0))
    robust[(np.abs(directions) * whole[:, None, :] > ROUNDING * naive[:, None]).any(axis=(0, 2))] = np.nan
    plain = np.sqrt(((scores @ bread) ** 2).sum(axis=0))
    return naive[1:], robust[1:], plain[1:], len(starts)


def _kept(entered: Entered, fitted: Fit) -> np.ndarray:
    """Rows of person-time whose covariate pattern was fitted: a level without infections has an expected rate of 0."""
    sizes = [len(factor.terms) + 1 for factor in entered.factors]
    patterns = np.ravel_multi_index(fitted.data.keep(fitted.screen.kept()).codes.T, sizes)
    return np.flatnonzero(np.isin(np.ravel_multi_index([factor.codes for factor in entered.factors], sizes), patterns))


def _design(entered: Entered, fitted: Fit) -> np.ndarray:
    wanted = set(fitted.terms)
    columns = [
        factor.codes == code
        for factor in entered.factors
        for code, term in enumerate(factor.terms, start=1)
        if term in wanted
    ]
    return np.column_stack(columns).astype(float)
