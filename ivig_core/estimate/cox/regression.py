"""Cox regression of one event per patient: hazard ratios with their intervals, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.contrast import NO_CONTRAST, NO_CONVERGENCE, NO_EXPOSED, NOT_IDENTIFIED, OK
from ivig_core.estimate.cox.bound import one_sided
from ivig_core.estimate.cox.data import Covariate
from ivig_core.estimate.cox.partial import LikelihoodOf, PartialLikelihood
from ivig_core.estimate.cox.screen import CoxScreen
from ivig_core.estimate.intervals import Z, wald
from ivig_core.estimate.likelihood import Maximum, maximise
from ivig_core.estimate.rates.counting import CountingRows, RiskSets
from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS

EVENTS_PER_TERM = 10
LARGEST_LOG = 50.0
NO_MAXIMUM = "no maximum of the partial likelihood was found"
BY_PATIENT = "sandwich by patient"
CANCEL = "the scores of patients cancel, which leaves nothing for a robust interval: Wald interval"
NO_SCORE = 1e-6
BOUNDED = "limit from the profile likelihood"


@dataclass(frozen=True)
class CoxRow:
    """A hazard ratio of one term.

    `status` is "ok" or says why there is no finite estimate, `note` then says it in a sentence. HR 0: `log_hr` and `se`
    None, `ci_low` 0. HR ∞: `hr`, `log_hr`, `se`, `ci_high` None. Intervals are 95 %: Wald, or of the profile likelihood
    where the ratio is 0 or ∞, with p of the likelihood ratio. `patients` and `events` are those that entered the model.
    """

    model: str
    term: str
    status: str
    log_hr: float | None = None
    se: float | None = None
    hr: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    note: str = ""
    patients: int = 0
    events: int = 0


COX_COLUMNS = tuple(CoxRow.__dataclass_fields__)


@dataclass(frozen=True, eq=False)
class CoxFit:
    """A model: a row per term of its covariates, in order, and what was fitted, if anything was.

    `risk`, `X` (rows, coefficients; standardised) and `beta` are of the coefficients `fitted` (terms), `scale` what a
    column was divided by; `covariates` are the terms of each covariate. `risk` is None without a fit, or where some of
    the terms are infinite.
    """

    rows: tuple[CoxRow, ...]
    covariates: dict[str, tuple[str, ...]]
    risk: RiskSets | None = None
    X: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    fitted: tuple[str, ...] = ()
    beta: np.ndarray = field(default_factory=lambda: np.zeros(0))
    scale: np.ndarray = field(default_factory=lambda: np.ones(0))


def cox_table(rows: Sequence[CoxRow]) -> pd.DataFrame:
    """Tidy table of rows; numbers absent are None in `CoxRow` and NaN here."""
    numbers = {"log_hr", "se", "hr", "ci_low", "ci_high", "p_value"}
    columns = {name: [getattr(row, name) for row in rows] for name in COX_COLUMNS}
    return pd.DataFrame({name: np.array(v, np.float64) if name in numbers else v for name, v in columns.items()})


def cox_model(
    model: str,
    rows: CountingRows,
    covariates: Sequence[Covariate],
    event_words: str,
    *,
    robust: bool = False,
    said: str = "",
    limits: bool = True,
    of: LikelihoodOf = PartialLikelihood,
) -> CoxFit:
    """Proportional hazards regression (Cox, JRSS B 1972;34:187) with Efron's ties.

    Parameters
    ----------
    model
        what the rows are called.
    rows
        rows (start, stop] at risk, at most one event per patient; several rows where a covariate changes with time.
    covariates
        values by row of `rows`. Rows in which one is missing are left out (complete cases), and the notes say how many
        patients that are.
    event_words
        the event with its article, for notes.
    robust
        standard errors by patient (Lin & Wei, JASA 1989;84:1074) instead of the model's.
    said
        stands in the note of every estimate.
    limits
        whether a ratio of 0 or ∞ gets its one limit, which takes many fits.
    of
        makes the likelihood: `fine_gray` gives its own, with weights.

    A level without events has hazard ratio 0: its rows leave the risk sets, which is the limit of the likelihood, so
    that the other terms are not disturbed. Nothing raises: a model that cannot be fitted says why in its rows.
    """
    screen = CoxScreen(rows, covariates, event_words)
    estimates: dict[str, tuple[float, float]] = {}
    bounds: dict[str, tuple[float, float]] = {}
    fitted: Maximum | None = None
    how = _crowded(screen)
    if screen.happened:
        try:
            top = _maximum(screen, of)
            estimates, robustly = _estimates(screen, top, robust, of)
            how = _joined(how, robustly)
            if limits and not screen.separated:
                bounds = {term: bound for term in screen.empty if (bound := one_sided(screen, term, top, of))}
            if screen.terms and not screen.separated:
                fitted = top
        except EstimationError:
            for term in screen.status:
                screen.fail(term, NO_CONVERGENCE, NO_MAXIMUM)
    table = [
        _row(model, screen, item, term, estimates.get(term), bounds.get(term), said, how)
        for item in covariates
        for term in item.terms or (item.name,)
    ]
    found = CoxFit(tuple(table), {item.name: item.terms for item in covariates})
    if fitted is None:
        return found
    return replace(
        found, risk=screen.risk, X=screen.X, fitted=tuple(screen.terms), beta=fitted.beta, scale=screen.scale
    )


def _maximum(screen: CoxScreen, of: LikelihoodOf) -> Maximum:
    """Where the partial likelihood is largest; terms without a finite maximum are named in the screen."""
    while True:
        try:
            top = maximise([of(screen.risk, screen.X)], np.zeros(len(screen.terms)))
            suspect = screen.suspect(top.beta, np.linalg.inv(top.information))
        except (EstimationError, np.linalg.LinAlgError):
            if not screen.leave_out_separated():
                raise EstimationError(NO_MAXIMUM) from None
            continue
        if not suspect or not screen.leave_out_separated():
            return top


def _estimates(
    screen: CoxScreen, top: Maximum, robust: bool, of: LikelihoodOf
) -> tuple[dict[str, tuple[float, float]], str]:
    """Coefficient and standard error by term, and what has to be said about the latter."""
    covariance = np.linalg.inv(top.information)
    se, how = np.sqrt(np.abs(np.diag(covariance))), ""
    if robust and screen.terms:
        how = _not_robust(screen, top.beta) or BY_PATIENT
        by_patient = of(screen.risk, screen.X).clustered(top.beta, covariance) if how == BY_PATIENT else se
        # Where all events share a risk set the scores of patients cancel, all but rounding.
        se, how = (se, CANCEL) if (by_patient < NO_SCORE * se).any() else (by_patient, how)
    beta, se = top.beta / screen.scale, se / screen.scale
    for term, reach in zip(screen.terms, np.abs(beta) + Z * se, strict=True):
        if reach > LARGEST_LOG:
            screen.fail(term, NOT_IDENTIFIED, "the ratio is too large a number: choose a smaller unit")
    return {term: (float(value), float(error)) for term, value, error in zip(screen.terms, beta, se, strict=True)}, how


def _crowded(screen: CoxScreen) -> str:
    """What has to be said of several covariates on few events (Peduzzi et al., J Clin Epidemiol 1995;48:1503)."""
    terms = len(screen.terms)
    if len(screen.parts) < 2 or screen.events >= EVENTS_PER_TERM * terms:
        return ""
    return f"{screen.events:,} events for {terms} terms, fewer than {EVENTS_PER_TERM} each: not a stable model"


def _not_robust(screen: CoxScreen, beta: np.ndarray) -> str:
    if screen.events < FEWEST_CLUSTERS:
        return f"fewer than {FEWEST_CLUSTERS} patients with the event, too few for a robust interval: Wald interval"
    if screen.patients <= len(screen.terms):
        return "no more patients than coefficients, too few for a robust interval: Wald interval"
    if screen.separated or np.ptp(screen.X @ beta) > LARGEST_LOG:
        return "no robust interval beside a term that tells patients apart so far: Wald interval"
    return ""


def _row(
    model: str,
    screen: CoxScreen,
    item: Covariate,
    term: str,
    estimate: tuple[float, float] | None,
    bound: tuple[float, float] | None,
    said: str,
    how: str,
) -> CoxRow:
    status = screen.status[term]
    row = CoxRow(model, term, status, patients=screen.patients, events=screen.events)
    if status != OK or estimate is None:
        against = "" if status == NO_CONTRAST else item.said
        note = _joined(screen.note[term], against, BOUNDED if bound else "", _left_out(screen, item), said)
        limit, p = bound or (None, None)
        row = replace(row, note=note, p_value=p)
        if status == NO_EXPOSED:
            return replace(row, hr=0.0, ci_low=0.0, ci_high=limit)
        return replace(row, ci_low=limit)
    log_hr, se = estimate
    low, high, p = wald(log_hr, se)
    return replace(
        row, log_hr=log_hr, se=se, hr=float(np.exp(log_hr)), ci_low=float(np.exp(low)), ci_high=float(np.exp(high)),
        p_value=p, note=_joined(item.said, _left_out(screen, item), said, how),
    )  # fmt: skip


def _left_out(screen: CoxScreen, item: Covariate) -> str:
    """How many patients lack a value, in the whole model and of this covariate."""
    if not screen.missing:
        return ""
    count = f"{screen.missing:,} {'patient' if screen.missing == 1 else 'patients'} left out for a missing value"
    mine = screen.lacking.get(item.name, 0)
    return f"{count}, {mine:,} of them of this variable" if 0 < mine < screen.missing else count


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))
