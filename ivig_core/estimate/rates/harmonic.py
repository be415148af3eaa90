"""The rate ratio on IVIG with season as a wave over the year, not as two halves of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.bias_reduced_fit import FIRTH
from ivig_core.estimate.cells import Cells, Factor, cells
from ivig_core.estimate.contrast import NULL, OK
from ivig_core.estimate.fit import SUSPECT, Fit, fit, term_row
from ivig_core.estimate.intervals import wald
from ivig_core.estimate.likelihood import ConditionalPoisson, maximise
from ivig_core.estimate.rates.sccs import NOT_RECORDED, adjusters, exposure_factor
from ivig_core.estimate.result import RatioRow, ratio_table
from ivig_core.persontime.calendar import half_month_of
from ivig_core.persontime.split import PersonTime
from ivig_core.spec import ModelSpec
from ivig_core.terms import ON

MODEL, HALF_MONTHS = "sccs", 24
WAVE = ("season_sin", "season_cos")
ORDINARY_YEAR = dt.date(2021, 1, 1)
DAYS = 365
NOT_REDUCED = "the model with a wave has no bias-reduced form: ordinary fit"


def season_harmonic(time: PersonTime, model: ModelSpec) -> pd.DataFrame:
    """Incidence rate ratio on IVIG within patients, with one wave over the year in the place of two seasons.

    log λ_i(t) = φ_i + β·state(t) + a·sin(2πu) + b·cos(2πu) + other adjusters, u the part of the year that has passed
    (Stolwijk, Straatman & Zielhuis, J Epidemiol Community Health 1999;53:235). Sine and cosine are their means over
    half-months, on which they are taken as constant: against R by the day the log ratio of the sample "daratumumab"
    moves by 0.0005. `season` in `model.adjust_for` is replaced by the wave, the other adjusters stay.

    Parameters
    ----------
    time
        counted person-time whose table holds the axes of `model.adjust_for` and `half_month`.

    Returns
    -------
    Rows of the term `on_ivig` and of `season_sin` and `season_cos` (log ratios a and b) in the columns of
    `result.RatioRow`; the note of the first says when the wave is highest and how high. Raises `EstimationError` where
    no wave can be estimated, with the reason.
    """
    data = _cells(time, model)
    if (data.codes[:, -1] == HALF_MONTHS).all() and len(data.days):
        raise EstimationError(NOT_RECORDED["season"])
    without = fit(replace(data, codes=data.codes[:, :-1], factors=data.factors[:-1]))
    method = "auto" if model.ci_method == FIRTH else model.ci_method
    plain = term_row(without, MODEL, ON, method)
    if plain.status != OK:
        return ratio_table([plain])
    fitted = _with_wave(without, data)
    row = term_row(fitted, MODEL, ON, method)
    kind = NOT_REDUCED if model.ci_method == FIRTH else ""
    note = "; ".join(filter(None, (row.note, kind, _said(*fitted.maximum.beta[-2:]))))
    return ratio_table([replace(row, note=note), *(_wave_row(fitted, row, at) for at in (-2, -1))])


def waves() -> np.ndarray:
    """Mean sine and cosine of the year over each half-month of an ordinary year, and 0 where unknown (25, 2)."""
    day = np.arange(DAYS)
    part = half_month_of(day + (ORDINARY_YEAR - dt.date(1970, 1, 1)).days)
    angle = 2 * np.pi * (day + 0.5) / DAYS
    sums = np.stack([np.bincount(part, np.sin(angle)), np.bincount(part, np.cos(angle))], axis=1)
    return np.vstack([sums / np.bincount(part)[:, None], [0.0, 0.0]])


def _cells(time: PersonTime, model: ModelSpec) -> Cells:
    table, column = time.table, time.table["half_month"].cat
    others = [name for name in model.adjust_for if name != "season"]
    part = Factor("half_month", tuple(column.categories[1:]), column.codes.to_numpy())
    return cells(
        table["patient"].to_numpy(), table["days"].to_numpy(), table["infections"].to_numpy(),
        [exposure_factor(time), *adjusters(time, others), part],
    )  # fmt: skip


def _with_wave(without: Fit, data: Cells) -> Fit:
    kept = data.keep(without.screen.kept())
    X = np.column_stack([kept.design(without.screen.columns), waves()[kept.codes[:, -1]]])
    likelihood = ConditionalPoisson(kept.stratum, np.log(kept.days), kept.infections, X)
    information = likelihood.null.information
    scale = np.sqrt(np.maximum(np.diag(information), NULL))
    if np.linalg.eigvalsh(information / np.outer(scale, scale))[0] < NULL:
        raise EstimationError("the days of infected patients lie in too few parts of the year to tell a wave")
    try:
        top = maximise([likelihood], np.append(without.maximum.beta, [0.0, 0.0]))
    except EstimationError as error:
        raise EstimationError("too few infections to tell a wave over the year") from error
    if np.abs(top.beta[-2:]).max() > SUSPECT:
        raise EstimationError("the infections lie in one part of the year, which gives no wave")
    return Fit(without.data, without.screen, likelihood, top)


def _wave_row(fitted: Fit, row: RatioRow, at: int) -> RatioRow:
    beta, se = float(fitted.maximum.beta[at]), float(np.sqrt(fitted.covariance[at, at]))
    low, high, p = wald(beta, se)
    return replace(
        row, term=WAVE[at], log_irr=beta, se=se, irr=float(np.exp(beta)), ci_low=float(np.exp(low)),
        ci_high=float(np.exp(high)), p_value=p, ci_method="wald", note="coefficient of the wave over the year",
    )  # fmt: skip


def _said(sine: float, cosine: float) -> str:
    """When the wave is highest, and the rate then over the lowest one."""
    top = ORDINARY_YEAR + dt.timedelta(days=int(np.arctan2(sine, cosine) / (2 * np.pi) % 1 * DAYS))
    ratio = float(np.exp(2 * np.hypot(sine, cosine)))
    return f"infections highest around {top.day} {top:%B}, then {ratio:.2f} times as frequent as half a year later"
