"""What of the outcome of a Cox regression has to be known where missing covariates are drawn."""

from __future__ import annotations

import numpy as np

from ivig_core.estimate.rates.counting import CountingRows, risk_sets


def outcome_columns(rows: CountingRows, inside: np.ndarray | None = None) -> np.ndarray:
    """Whether the event happened and the cumulative hazard up to a patient's last time, one row per patient in order.

    White & Royston (Stat Med 2009;28:1982): a covariate given the outcome depends about linearly on the event and on
    the Nelson–Aalen estimate H of the cumulative hazard, not on time. Where a state changes over time
    (`inside`, bool by row), also the hazard met inside, and whether the event was inside: with h(t) = h0(t) exp(β x +
    γ z(t)) the log-likelihood of x is β x D − exp(β x) [H outside + exp(γ) H inside].
    """
    risk = risk_sets(rows)
    at_risk = risk.total(np.ones((len(rows.patient), 1)))[:, 0]
    events = np.bincount(risk.leaves[rows.event] - 1, minlength=len(risk.times))
    cumulative = np.concatenate([[0.0], np.cumsum(events / at_risk)])
    met = cumulative[risk.leaves] - cumulative[risk.enters]
    parts = [rows.event.astype(float), met]
    if inside is not None:
        parts += [rows.event * inside, met * inside]
    _, of = np.unique(rows.patient, return_inverse=True)
    return np.column_stack([np.bincount(of, part) for part in parts])
