"""How far the ratio of one term moves when one patient is left out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import Cells
from ivig_core.estimate.fit import Fit, fit
from ivig_core.runs import run_starts

EXACT = 10
"""Patients with the largest approximate change whose change is then computed by fitting without them."""


class Influence(NamedTuple):
    """`patient`: codes, largest change first. `log_irr`: log ratio without each (NaN: none exists then). `change`: that
    less the log ratio with everybody. `exact`: whether the model was fitted without the patient."""

    patient: np.ndarray
    log_irr: np.ndarray
    change: np.ndarray
    exact: np.ndarray


class ByPatient(NamedTuple):
    """`patient`: codes (patients,); `score` (patients, p) and `information` (patients, p, p): their sums are those of
    the likelihood."""

    patient: np.ndarray
    score: np.ndarray
    information: np.ndarray


def leave_one_out(data: Cells, term: str, exact: int = EXACT) -> Influence | None:
    """The log ratio of `term` without each patient; None where it has no estimate with everybody.

    One step of Newton from the maximum, with score and information of the others, (I − I_i)⁻¹ s_i for patient i
    (Pregibon, Ann Stat 1981;9:705), ranks all patients at the cost of one fit; the `exact` first ones are then fitted.
    """
    try:
        fitted = fit(data)
    except EstimationError:
        return None
    if term not in fitted.terms or not len(fitted.maximum.beta):
        return None
    at = fitted.terms.index(term)
    patients, scores, own = by_patient(fitted)
    others = fitted.maximum.information[None] - own
    usable = np.linalg.cond(others) < 1e12
    step = np.full(scores.shape, np.nan)
    step[usable] = -np.linalg.solve(others[usable], scores[usable][..., None])[..., 0]
    change = step[:, at]
    # Without whom there may be no estimate at all comes first: nobody moves it more.
    rank = np.argsort(-np.where(np.isnan(change), np.inf, np.abs(change)), kind="stable")
    fitted_without = np.zeros(len(patients), bool)
    beta = float(fitted.maximum.beta[at])
    for place in rank[:exact].tolist():
        change[place] = _without(data, term, int(patients[place])) - beta
        fitted_without[place] = True
    rank = np.argsort(-np.where(np.isnan(change), np.inf, np.abs(change)), kind="stable")
    return Influence(patients[rank], beta + change[rank], change[rank], fitted_without[rank])


def by_patient(fitted: Fit) -> ByPatient:
    """What each patient brings to the score and to the information at the maximum."""
    cells = fitted.data.keep(fitted.screen.kept())
    order = np.argsort(cells.cluster, kind="stable")
    opens = np.flatnonzero(run_starts(cells.cluster[order]))
    return ByPatient(
        cells.cluster[order][opens],
        np.add.reduceat(fitted.likelihood.scores(fitted.maximum.beta)[order], opens, axis=0),
        _information(cells, fitted.likelihood.X, fitted.likelihood.offset, fitted.maximum.beta, order, opens),
    )


def _information(
    cells: Cells, X: np.ndarray, offset: np.ndarray, beta: np.ndarray, order: np.ndarray, opens: np.ndarray
) -> np.ndarray:
    """Information that each patient brings (patients, p, p): total × covariance of the covariates over its cells."""
    eta = offset + X @ beta
    starts = np.flatnonzero(run_starts(cells.stratum))
    weight = np.exp(eta - np.maximum.reduceat(eta, starts)[cells.stratum])
    share = weight / np.add.reduceat(weight, starts)[cells.stratum]
    total = np.add.reduceat(cells.infections, starts)
    mean = np.add.reduceat(share[:, None] * X, starts, axis=0)
    centred = X - mean[cells.stratum]
    outer = (total[cells.stratum] * share)[:, None, None] * centred[:, :, None] * centred[:, None, :]
    return np.add.reduceat(outer[order], opens, axis=0)


def _without(data: Cells, term: str, patient: int) -> float:
    try:
        fitted = fit(data.keep(data.cluster != patient))
    except EstimationError:
        return np.nan
    return float(fitted.maximum.beta[fitted.terms.index(term)]) if term in fitted.terms else np.nan
