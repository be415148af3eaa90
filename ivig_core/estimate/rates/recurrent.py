"""Recurrent infections by Cox regression on a counting process: Andersen–Gill and Prentice–Williams–Peterson."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.contrast import NOT_IDENTIFIED
from ivig_core.estimate.fit import Fit, fit
from ivig_core.estimate.likelihood import linear, maximise
from ivig_core.estimate.rates.counting import (
    FEWEST_EVENTS,
    CountingRows,
    RiskSets,
    gap_time,
    risk_cells,
    risk_sets,
    rows_left,
    rows_of,
)
from ivig_core.estimate.rates.grouped_partial import GroupedPartial
from ivig_core.estimate.rates.marginal import Entered, Estimates, enter, no_convergence, ratios, too_few
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import ModelSpec

CLOCK = "time"
IS_THE_CLOCK = (
    "this model compares days of the same time since the start, so time since the start has no ratio of its own"
)
NO_MAXIMUM = "no maximum of the partial likelihood was found"
ROWS_AT_ONCE = 65_536
"""Rows whose score residuals are held at one time, so that memory does not grow with rows × terms."""
AT_RISK = " at a time when days outside it were at risk too"
NOT_TOGETHER = "no infection happened while days in this level and days outside it were at risk together"


def andersen_gill(time: PersonTime, infections: pd.DataFrame, model: ModelSpec) -> pd.DataFrame:
    """Hazard ratios of infection by the Andersen–Gill model, clock: days since the first day at risk.

    λ_i(t) = λ₀(t) exp(β·state + adjusters): at each day of an infection the patients with one are compared with all
    who are at risk at the same time since their start, within and between patients. Efron's ties; variance by patient
    (Andersen & Gill, Ann Stat 1982;10:1100; Lin & Wei, JASA 1989;84:1074), normal limits. Several infections of a
    patient on one day are one event; how many were merged is noted. `model.population` decides whether patients who
    never had IVIG are at risk in observation. An adjustment for time since the start is what this clock does already:
    its terms are "not_identified". `model.ci_method` does not concern this model.

    Parameters
    ----------
    time
        counted person-time whose table holds the axes in `model.adjust_for`.
    infections
        the infections it has counted: `patient`, `day`.

    Returns
    -------
    One row per term of the exposure, then per adjuster term, in the columns of `result.RatioRow`; `infections` are
    infection-days. A term without an estimate has its reason in `status` and `note`.
    """
    entered = enter(time, model.population, model.adjust_for)
    rows = rows_of(entered, infections)
    clock = {term for factor in entered.factors if factor.name == CLOCK for term in factor.terms}
    found = _estimates(entered, replace(rows, factors=tuple(f for f in rows.factors if f.name != CLOCK)))
    status = {**found.status, **dict.fromkeys(clock, NOT_IDENTIFIED)}
    found = replace(found, status=status, note={**found.note, **dict.fromkeys(clock, IS_THE_CLOCK)})
    return ratios("andersen_gill", entered, found, int(rows.event.sum()), _said(rows))


def pwp(time: PersonTime, infections: pd.DataFrame, model: ModelSpec) -> pd.DataFrame:
    """Hazard ratios of infection by the gap-time model of Prentice, Williams and Peterson (Biometrika 1981;68:373).

    As `andersen_gill`, but the clock starts again after each infection-day, and patients are compared with those who
    have had as many: strata by running number, in the last of which all later infections are (`counting.gap_time`
    tells the rule, the note the number).
    """
    entered = enter(time, model.population, model.adjust_for)
    rows = gap_time(rows_of(entered, infections))
    last = int(rows.stratum.max(initial=0)) + 1
    strata = f"one stratum from infection {last} on, as fewer than {FEWEST_EVENTS} patients had the next"
    return ratios("pwp", entered, _estimates(entered, rows), int(rows.event.sum()), f"{_said(rows)}; {strata}")


def _said(rows: CountingRows) -> str:
    merged = f", {rows.merged} merged with another infection of the same day" if rows.merged else ""
    return f"counts infection-days{merged}"


def _estimates(entered: Entered, rows: CountingRows) -> Estimates:
    risk = risk_sets(rows)
    table = risk_cells(risk)
    try:
        screened = fit(table.cells)
        status, note = screened.screen.status, screened.screen.note
        # The screen speaks of patients, who are the strata of the case series; here the strata are times.
        note = {term: NOT_TOGETHER if "patient" in text else text for term, text in note.items()}
        if not screened.terms:
            return Estimates(status, note, when=AT_RISK)
        risk = risk_sets(rows_left(risk, table, screened.screen.kept()))
        X = _design(risk.rows, screened.terms)
        beta, naive = cox(screened)
    except EstimationError as error:
        return no_convergence(entered, str(error))
    why_wald = too_few(entered, len(np.unique(risk.rows.patient)), len(beta))
    robust = clustered(risk, X, beta, naive)
    return Estimates(
        status,
        note,
        screened.terms,
        beta,
        np.sqrt(np.diag(naive)),
        np.full(len(beta), np.nan) if why_wald else robust,
        kind="sandwich by patient",
        why_wald=dict.fromkeys(screened.terms, why_wald),
        when=AT_RISK,
    )


def _design(rows: CountingRows, terms: list[str]) -> np.ndarray:
    """Indicators (int8), rows × terms."""
    columns = {term: factor.codes == code for factor in rows.factors for code, term in enumerate(factor.terms, start=1)}
    return np.column_stack([columns[term] for term in terms]).astype(np.int8)


def cox(screened: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of Cox regression with Efron's ties, stratified, and their covariance by the model.

    `screened`: the same model with Breslow's ties, fitted to `risk_cells`; its coefficients are where the search
    begins. Raises `EstimationError` where no maximum is found.
    """
    cells = screened.data.keep(screened.screen.kept())
    try:
        top = maximise([GroupedPartial.of(cells, screened.screen.columns)], screened.maximum.beta)
        covariance = np.linalg.inv(top.information)
    except (EstimationError, np.linalg.LinAlgError) as error:
        raise EstimationError(NO_MAXIMUM) from error
    if not (np.diag(covariance) > 0).all():
        raise EstimationError(NO_MAXIMUM)
    return top.beta, covariance


def clustered(risk: RiskSets, X: np.ndarray, beta: np.ndarray, naive: np.ndarray) -> np.ndarray:
    """Standard errors by patient: score residuals added up, ties as Efron weighs them (R: `coxph(..., cluster = id)`).

    At a time with d events the l-th of them (l = 0..d−1) is compared with all at risk, each of the d weighted 1 − l/d.
    statsmodels has these residuals for Breslow's ties only.
    """
    rows, event = risk.rows, risk.rows.event
    weight = np.exp(linear(X, beta))
    at, size = risk.leaves[event] - 1, len(risk.times)
    ties = np.bincount(at, minlength=size)
    all_at_risk = np.hstack([risk.total(values[:, None]) for values in (weight, *(weight * x for x in X.T))])
    X_event, weight_event = np.asarray(X[event], float), weight[event, None]
    with_event = _by(at, weight_event * _with_one(X_event), size)
    of = np.repeat(np.arange(size), ties)
    share = ((np.arange(len(of)) - np.repeat(np.cumsum(ties) - ties, ties)) / ties[of])[:, None]
    sums = all_at_risk[of] - share * with_event[of]
    mean, hazard = sums[:, 1:] / sums[:, :1], 1 / sums[:, :1]
    # Per time: what a unit of weight has lost against the mean, up to a time, and what its events get back.
    lost = np.vstack([np.zeros(X.shape[1] + 1), np.cumsum(_by(of, hazard * _with_one(mean), size), axis=0)])
    back = _by(of, share * hazard * _with_one(mean), size)
    expected = _by(of, mean, size) / ties[:, None]
    number = np.unique(rows.patient, return_inverse=True)[1]
    patients = int(number.max()) + 1
    of_event = X_event - expected[at] + weight_event * (X_event * back[at, :1] - back[at, 1:])
    scores = _by(number[event], of_event, patients)
    for low in range(0, len(weight), ROWS_AT_ONCE):
        part = slice(low, low + ROWS_AT_ONCE)
        span = lost[risk.leaves[part]] - lost[risk.enters[part]]
        scores += _by(number[part], weight[part, None] * (span[:, 1:] - X[part] * span[:, :1]), patients)
    return np.sqrt(((scores @ naive) ** 2).sum(axis=0))


def _with_one(mean: np.ndarray) -> np.ndarray:
    return np.hstack([np.ones((len(mean), 1)), mean])


def _by(group: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Sums of values (n, p) by group."""
    return np.stack([np.bincount(group, column, size) for column in values.T], axis=1)
