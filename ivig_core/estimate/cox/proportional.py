"""Do hazard ratios stay the same over time? The score test of each covariate of a Cox regression."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from ivig_core.errors import SpecError
from ivig_core.estimate.cox.partial import PartialLikelihood
from ivig_core.estimate.cox.regression import CoxFit
from ivig_core.estimate.rates.counting import RiskSets

PH_COLUMNS = ("covariate", "chi2", "df", "p_value", "note")
GLOBAL = "all together"
NOT_FITTED = "no term of this covariate has an estimate"
NO_MODEL = "not tested in a model without finite estimates"
ONE_TIME = "no events at different times that say anything about it"
TOO_FEW = "too few events for this test"
VANISHING = 1e-10


def proportional(fit: CoxFit, transform: str = "km") -> pd.DataFrame:
    """Test of proportional hazards for each covariate, and of all together where there are several.

    The model is extended by the covariate times g(t), and the score test of the added coefficients is taken at the
    estimates: with event times t_k, residuals r_k = Σ (x − x̄) and information V_k, the statistic is u' I⁻¹ u of
    u = (0, Σ g_k r_k) and I = [Σ V_k, Σ g_k V_k; Σ g_k V_k, Σ g_k² V_k] (Grambsch & Therneau, Biometrika 1994;81:515,
    without their approximation of V_k by its mean; R `cox.zph` since survival 3.0). g is 1 − Kaplan–Meier just before t
    ("km") or t itself ("identity").

    Returns `covariate`, `chi2`, `df`, `p_value`, `note`; a covariate of levels has one row with a degree of freedom per
    fitted level. Without a test the numbers are NaN and `note` says why. Raises `SpecError` for another transform.
    """
    if transform not in ("km", "identity"):
        raise SpecError("transform", transform, "km or identity")
    terms = {name: [t for t in terms if t in _with_estimate(fit)] for name, terms in fit.covariates.items()}
    if fit.risk is None:
        return _table([(name, np.nan, 0, NO_MODEL) for name in terms])
    score, information = _extended(fit, fit.risk, transform)
    size = len(fit.fitted)
    place = {term: size + index for index, term in enumerate(fit.fitted)}
    groups = {name: [place[term] for term in mine] for name, mine in terms.items()}
    if len(groups) > 1:
        groups[GLOBAL] = [index for mine in groups.values() for index in mine]
    return _table([(name, *_test(score, information, size, mine)) for name, mine in groups.items()])


def _with_estimate(fit: CoxFit) -> Collection[str]:
    return {row.term for row in fit.rows if row.log_hr is not None}


def _extended(fit: CoxFit, risk: RiskSets, transform: str) -> tuple[np.ndarray, np.ndarray]:
    """Score and information of the model with every covariate times g(t) added, at the estimates without."""
    parts = PartialLikelihood(risk, fit.X).at_times(fit.beta)
    g = risk.times.astype(float) if transform == "identity" else 1 - km_before(risk)
    # Only the shape of g matters; near zero and of size one it loses no digits.
    g = g - np.average(g, weights=events_at(risk))
    g = g / max(np.abs(g).max(), VANISHING)
    once, twice = (np.tensordot(weight, parts.information, axes=1) for weight in (g, g**2))
    information = np.block([[parts.information.sum(axis=0), once], [once, twice]])
    return np.concatenate([np.zeros(len(fit.beta)), g @ parts.score]), information


def events_at(risk: RiskSets) -> np.ndarray:
    """Number of events at each event time."""
    return np.bincount(risk.leaves[risk.rows.event] - 1, minlength=len(risk.times))


def km_before(risk: RiskSets) -> np.ndarray:
    """Kaplan–Meier estimate of everybody just before each event time."""
    at_risk = risk.total(np.ones((len(risk.rows.patient), 1)))[:, 0]
    return np.concatenate([[1.0], np.cumprod(1 - events_at(risk) / at_risk)[:-1]])


def _test(score: np.ndarray, information: np.ndarray, size: int, mine: list[int]) -> tuple[float, int, str]:
    if not mine:
        return np.nan, 0, NOT_FITTED
    at = [*range(size), *mine]
    part, u = information[np.ix_(at, at)], score[at]
    variance = np.diag(part)
    if not (variance[size:] > VANISHING).all():
        return np.nan, 0, ONE_TIME
    scale = np.sqrt(np.maximum(variance, VANISHING))
    part, u = part / np.outer(scale, scale), u / scale
    if np.linalg.eigvalsh(part)[0] < VANISHING:
        return np.nan, 0, TOO_FEW
    return float(u @ np.linalg.solve(part, u)), len(mine), ""


def _table(tests: list[tuple[str, float, int, str]]) -> pd.DataFrame:
    rows = [(name, chi2, df, float(chdtrc(df, chi2)) if df else np.nan, note) for name, chi2, df, note in tests]
    return pd.DataFrame(rows, columns=list(PH_COLUMNS)).astype({"chi2": float, "p_value": float})
