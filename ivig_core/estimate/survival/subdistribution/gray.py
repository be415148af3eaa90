"""Gray's test: do groups differ in the cumulative incidence of an event that another one competes with?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.competing import INFECTION_AND_DEATH
from ivig_core.estimate.survival.logrank import LogRank, comparable
from ivig_core.estimate.survival.times import CENSORED

COLUMNS = ("cause", "chi2", "df", "p_value", "note")
TEST = "Gray's test"
NO_VARIANCE = "No Gray's test: the groups' incidences have no variance here."
SINGULAR = 1e-10


class _Curves(NamedTuple):
    """Counts and curves by group at times of an event (groups, times), and of all groups together (times,).

    `before`: share without any event before a time, `after` it; `incidence`: that of the cause before a time; `pooled`:
    Gray's estimate of the incidence that all groups have where they do not differ, after a time, `pooled_before` before
    it. `effective`: at risk over `before`.
    """

    at_risk: np.ndarray
    events: np.ndarray
    others: np.ndarray
    before: np.ndarray
    after: np.ndarray
    incidence: np.ndarray
    effective: np.ndarray
    pooled_before: np.ndarray
    pooled: np.ndarray


def gray_test(time: np.ndarray, cause: np.ndarray, group: np.ndarray, of: int) -> LogRank:
    """K-sample test of equal cumulative incidence of cause `of` (Gray, Ann Stat 1988;16:1141, ρ = 0; R `cuminc`).

    `time` (days), `cause` (0 censored) and `group` as for `aalen_johansen`. At every day of an event of the cause the
    events of a group are set against d₁ · R_k/ΣR, with R_k = n_k {1 − F_k(t⁻)}/S_k(t⁻): those without the event, the
    dead among them as far as they would still be followed. Ties: the variance of events drawn without replacement, as
    in R. A group that nobody is at risk in at the first event takes no part.

    Raises `EstimationError` where there is no test: one group, no event, or all events at once.
    """
    time, cause = np.asarray(time), np.asarray(cause)
    data = comparable(time, cause == of, group, TEST)
    curves = _curves(time, cause, np.searchsorted(data.tested, data.code), np.isin(data.code, data.tested), of)
    with np.errstate(all="ignore"):
        score, variance = _score(curves), _variance(curves)
        # Of scores that sum to nothing the last is told by the others.
        score, variance = score[:-1], variance[:-1, :-1]
        scale = np.sqrt(np.diag(variance))
    if not (np.isfinite(variance).all() and (scale > 0).all()):
        raise EstimationError(NO_VARIANCE)
    if np.linalg.eigvalsh(variance / np.outer(scale, scale))[0] < SINGULAR:
        raise EstimationError(NO_VARIANCE)
    chi2 = float(score @ np.linalg.solve(variance, score))
    return LogRank(chi2, data.df, float(chdtrc(data.df, chi2)))


def gray_tests(
    time: np.ndarray, cause: np.ndarray, group: np.ndarray, names: Mapping[int, str] = INFECTION_AND_DEATH
) -> pd.DataFrame:
    """Gray's test of each cause of `names`: `cause`, `chi2`, `df`, `p_value`, and `note`, why there is none (NaN)."""
    rows: list[tuple[object, ...]] = []
    for key, name in names.items():
        try:
            rows.append((name, *gray_test(time, cause, group, key), ""))
        except EstimationError as reason:
            rows.append((name, np.nan, np.nan, np.nan, str(reason)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _curves(time: np.ndarray, cause: np.ndarray, code: np.ndarray, kept: np.ndarray, of: int) -> _Curves:
    time, cause, code = time[kept], cause[kept], code[kept]
    times, index = np.unique(time, return_inverse=True)
    shape = int(code.max()) + 1, len(times)

    def counts(which: np.ndarray) -> np.ndarray:
        return np.bincount(code[which] * shape[1] + index[which], minlength=shape[0] * shape[1]).reshape(shape)

    leaving = counts(np.ones(len(time), bool))
    at_risk = leaving[:, ::-1].cumsum(axis=1)[:, ::-1]
    events, others = counts(cause == of), counts((cause != of) & (cause != CENSORED))
    happens = (events + others).sum(axis=0) > 0
    at_risk, events, others = (part[:, happens].astype(float) for part in (at_risk, events, others))
    hazard = np.divide(events + others, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    after = np.cumprod(1 - hazard, axis=1)
    before = np.hstack([np.ones((shape[0], 1)), after[:, :-1]])
    rises = np.divide(before * events, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    incidence = np.cumsum(rises, axis=1) - rises
    effective = np.divide(at_risk, before, out=np.zeros_like(at_risk), where=at_risk > 0)
    step = events.sum(axis=0) / effective.sum(axis=0)
    pooled = np.cumsum(step)
    return _Curves(at_risk, events, others, before, after, incidence, effective, pooled - step, pooled)


def _score(curves: _Curves) -> np.ndarray:
    """Events of each group less those expected of it."""
    risk = curves.effective * (1 - curves.incidence)
    d = curves.events.sum(axis=0)
    share = np.divide(risk, risk.sum(axis=0), out=np.zeros_like(risk), where=d > 0)
    return (curves.events - d * share).sum(axis=1)


def _variance(curves: _Curves) -> np.ndarray:
    """Covariance of the scores (groups, groups), sums over the times of each group's own events.

    The score of group i moves with the event of a patient of group k by `a` at that time, and through the incidences
    after it by what is still to come of c = ∫ a dF/(1 − F).
    """
    n = len(curves.at_risk)
    total = curves.effective.sum(axis=0)
    share = curves.effective / total
    a = curves.effective[None] * (np.eye(n)[:, :, None] - share[:, None])
    d = curves.events.sum(axis=0)
    c = np.cumsum(a * (d / (total * (1 - curves.pooled_before))), axis=2)
    to_come = c[:, :, -1:] - c
    some = curves.at_risk > 0
    ratio = np.divide(1 - curves.pooled, curves.after, out=np.zeros_like(curves.after), where=curves.after > 0)
    # Expected events of the cause in each group, as the pooled incidence has them.
    tied = 1 - np.divide(d - 1, curves.effective.sum(axis=0) * curves.before - 1, out=np.zeros_like(curves.before),
                         where=(d > 1) & some)  # fmt: skip
    weight = tied * np.divide(curves.before * d / total, curves.at_risk, out=np.zeros_like(curves.before), where=some)
    moved = a + (1 - ratio) * to_come
    own = np.einsum("ikt,jkt,kt->ij", moved, moved, weight)
    other = curves.others
    tied = 1 - np.divide(other - 1, curves.at_risk - 1, out=np.zeros_like(other), where=other > 1)
    weight = tied * np.divide(curves.before**2 * other, curves.at_risk**2, out=np.zeros_like(other), where=some)
    moved = ratio * to_come
    return own + np.einsum("ikt,jkt,kt->ij", moved, moved, weight)
