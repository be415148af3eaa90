"""Scaled Schoenfeld residuals: what each event says about a log hazard ratio at its time, with a smooth line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.estimate.cox.partial import PartialLikelihood
from ivig_core.estimate.cox.proportional import events_at, km_before
from ivig_core.estimate.cox.regression import CoxFit
from ivig_core.estimate.intervals import Z
from ivig_core.estimate.rates.counting import RiskSets

DF, GRID = 4, 40
FEWEST_EVENTS = 10


@dataclass(frozen=True, eq=False)
class Schoenfeld:
    """Residuals of a Cox model.

    `points`: `term`, `time` (days on the clock of the model), `g` (1 − Kaplan–Meier of everybody just before it) and
    `log_hr`, one row per event and fitted term. `curve`: `term`, `time`, `g`, `log_hr`, `low`, `high` of the smooth
    with its 95 % interval; no row of a term with too few events for one.
    """

    points: pd.DataFrame
    curve: pd.DataFrame


def schoenfeld(fit: CoxFit) -> Schoenfeld:
    """Scaled Schoenfeld residuals of each fitted term, on the scale of its log hazard ratio.

    With r the covariates of an event less their mean at risk (with Efron's ties the mean over the tied events), I the
    information and d the number of events: β + d r I⁻¹, whose expectation is about the log hazard ratio at that time
    (Grambsch & Therneau, Biometrika 1994;81:515, eq. 3.1, the variance of every time taken as I/d; `y` of R's
    `cox.zph(fit, terms = FALSE)`). The smooth is a natural cubic spline in g of 4 degrees of freedom with the knots of
    R's `plot.cox.zph`, 1.96 standard errors on each side where that draws 2.

    A fit without finite estimates has no rows.
    """
    if fit.risk is None or not fit.fitted:
        return Schoenfeld(_frame([], ("time", "g", "log_hr")), _frame([], ("time", "g", "log_hr", "low", "high")))
    time, g, residual, variance = _residuals(fit, fit.risk)
    points, curves = [], []
    for number, term in enumerate(fit.fitted):
        points.append((term, np.column_stack([time, g, residual[:, number]])))
        if (line := _smooth(g, residual[:, number], variance[number])) is not None:
            curves.append((term, np.column_stack([np.interp(line[:, 0], *_steps(g, time)), line])))
    return Schoenfeld(
        _frame(points, ("time", "g", "log_hr")), _frame(curves, ("time", "g", "log_hr", "low", "high"))
    )  # fmt: skip


def _residuals(fit: CoxFit, risk: RiskSets) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Time, g and scaled residuals (events, terms) in the order of time, and the variance of a residual by term."""
    event = np.flatnonzero(risk.rows.event)
    at = risk.leaves[event] - 1
    order = np.argsort(at, kind="stable")
    event, at = event[order], at[order]
    parts = PartialLikelihood(risk, fit.X).at_times(fit.beta)
    ties = events_at(risk)
    total = np.zeros((len(risk.times), len(fit.fitted)))
    np.add.at(total, at, fit.X[event])
    mean = (total - parts.score) / ties[:, None]
    inverse = np.linalg.inv(parts.information.sum(axis=0)) * len(event)
    scaled = fit.beta + (fit.X[event] - mean[at]) @ inverse
    g = 1 - km_before(risk)
    return risk.times[at].astype(float), g[at], scaled / fit.scale, np.diag(inverse) / fit.scale**2


def _smooth(g: np.ndarray, values: np.ndarray, variance: float) -> np.ndarray | None:
    """Columns g, log_hr, low, high on a grid; None where the events do not carry a curve."""
    if len(g) < FEWEST_EVENTS or len(np.unique(g)) < DF:
        return None
    grid = np.linspace(g[0], g[-1], GRID)
    both = np.concatenate([grid, g])
    knots = np.concatenate([[g[0]], np.quantile(both, [1 / 3, 2 / 3]), [g[-1]]])
    if len(np.unique(knots)) < DF:
        return None
    basis = _natural_spline((both - g[0]) / (g[-1] - g[0]), (knots - g[0]) / (g[-1] - g[0]))
    q, r = np.linalg.qr(basis[GRID:])
    if np.abs(np.diag(r)).min() < 1e-9 * np.abs(np.diag(r)).max():
        return None
    at = basis[:GRID] @ np.linalg.inv(r)
    fitted = at @ (q.T @ values)
    half = Z * np.sqrt(variance * (at**2).sum(axis=1))
    return np.column_stack([grid, fitted, fitted - half, fitted + half])


def _natural_spline(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Natural cubic splines, linear beyond the outer knots (Hastie, Tibshirani & Friedman 2009, eq. 5.4 and 5.5)."""
    cubes = np.maximum(x[:, None] - knots, 0) ** 3
    d = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    return np.column_stack([np.ones(len(x)), x, d[:, :-1] - d[:, -1:]])


def _steps(g: np.ndarray, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """g and time where g rises, to read one from the other."""
    values, first = np.unique(g, return_index=True)
    return values, time[first]


def _frame(parts: list[tuple[str, np.ndarray]], columns: tuple[str, ...]) -> pd.DataFrame:
    values = np.vstack([part for _, part in parts]) if parts else np.zeros((0, len(columns)))
    frame = pd.DataFrame(values, columns=list(columns))
    frame.insert(0, "term", pd.array([term for term, part in parts for _ in range(len(part))], dtype="str"))
    return frame
