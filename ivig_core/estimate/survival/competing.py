"""Cumulative incidence of an event when another one, as death, can come first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ivig_core.estimate.survival.kaplan_meier import group_codes
from ivig_core.estimate.survival.times import DEATH, OF_INTEREST

COLUMNS = ("group", "time", "cause", "cif", "ci_low", "ci_high")
INFECTION_AND_DEATH: Mapping[int, str] = {OF_INTEREST: "infection", DEATH: "death"}


@dataclass(frozen=True, eq=False)
class CumulativeIncidence:
    """`curves`: `group`, `time`, `cause`, `cif`, `ci_low`, `ci_high`, by group, then cause, then time.

    One row per cause and distinct time of the group. Limits are NaN as long as the incidence is 0.
    """

    curves: pd.DataFrame
    conf_level: float

    def at(self, time: float) -> pd.DataFrame:
        """The incidence at one chosen time: `group`, `cause`, `cif`, `ci_low`, `ci_high`; one row per group and cause.

        0 before the first observed time. NaN after the last one of a group, unless nothing more can happen in it
        because all its patients have had an event.
        """
        rows = []
        for (group, cause), part in self.curves.groupby(["group", "cause"], sort=False, observed=True):
            row = int(np.searchsorted(part["time"].to_numpy(), time, side="right")) - 1
            values = part[["cif", "ci_low", "ci_high"]].to_numpy()[row] if row >= 0 else (0.0, np.nan, np.nan)
            rows.append((group, cause, *(np.full(3, np.nan) if self._unknown(group, time) else values)))
        return pd.DataFrame(rows, columns=["group", "cause", "cif", "ci_low", "ci_high"])

    def _unknown(self, group: str, time: float) -> bool:
        mine = self.curves[self.curves["group"] == group]
        last = mine["time"].max()
        return bool(time > last and mine.loc[mine["time"] == last, "cif"].sum() < 1 - 1e-12)


def aalen_johansen(
    time: np.ndarray,
    cause: np.ndarray,
    group: np.ndarray,
    conf_level: float = 0.95,
    names: Mapping[int, str] = INFECTION_AND_DEATH,
) -> CumulativeIncidence:
    """Aalen–Johansen cumulative incidence of each cause, the other ones competing.

    `time` (days), `cause` (0 censored, else a key of `names`) and `group` as for `kaplan_meier`. Every cause of `names`
    has its rows, also one that never occurs.

    The variance is Greenwood's for a competing risk (Aalen, Ann Stat 1978;6:534; in the closed form of Dinse & Larson,
    Biometrika 1986;73:379); without weights it equals the infinitesimal jackknife that R `survfit` uses. Intervals are
    on the log scale, at most 1, as R's default for several states. statsmodels' `CumIncidenceRight` has the same
    formula but divides by zero once everybody at risk has an event. No patients: an empty table.
    """
    time, cause = np.asarray(time), np.asarray(cause)
    code, labels = group_codes(group)
    z = float(ndtri((1 + conf_level) / 2))
    parts = [
        part.assign(group=label)
        for k, label in enumerate(labels)
        for part in _incidence(time[code == k], cause[code == k], names, z)
    ]
    table = pd.concat(parts, ignore_index=True)[list(COLUMNS)] if parts else pd.DataFrame(columns=list(COLUMNS))
    return CumulativeIncidence(table, conf_level)


def _incidence(time: np.ndarray, cause: np.ndarray, names: Mapping[int, str], z: float) -> list[pd.DataFrame]:
    times, index, total = np.unique(time, return_inverse=True, return_counts=True)
    at_risk = total[::-1].cumsum()[::-1].astype(float)
    any_event = np.bincount(index[cause != 0], minlength=len(times))
    before = np.concatenate([[1.0], np.cumprod(1 - any_event / at_risk)[:-1]])
    parts = []
    for key, name in names.items():
        events = np.bincount(index[cause == key], minlength=len(times))
        cif = np.cumsum(before * events / at_risk)
        se = standard_error(cif, before, events, any_event, at_risk)
        low, high = log_limits(cif, se, z)
        parts.append(pd.DataFrame({"time": times, "cause": name, "cif": cif, "ci_low": low, "ci_high": high}))
    return parts


def standard_error(
    cif: np.ndarray, before: np.ndarray, events: np.ndarray, any_event: np.ndarray, at_risk: np.ndarray
) -> np.ndarray:
    """√Σ_{u≤t} [S(u⁻)²(n−d_k)d_k/n³ − 2 S(u⁻){I(t)−I(u)}d_k/n² + {I(t)−I(u)}² d/(n(n−d))].

    Multiplied out in I(t), so that one cumulative sum each serves every t.
    """
    left = at_risk - any_event
    # nobody left: I(t) − I(u) is 0 from here on, whatever it would be multiplied by
    greenwood = np.divide(any_event, at_risk * left, out=np.zeros_like(at_risk), where=left > 0)
    own = before**2 * (at_risk - events) * events / at_risk**3
    cross = before * events / at_risk**2
    variance = (
        np.cumsum(own)
        - 2 * (cif * np.cumsum(cross) - np.cumsum(cif * cross))
        + cif**2 * np.cumsum(greenwood)
        - 2 * cif * np.cumsum(cif * greenwood)
        + np.cumsum(cif**2 * greenwood)
    )
    return np.sqrt(np.clip(variance, 0, None))


def log_limits(cif: np.ndarray, se: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits of an incidence on the log scale, at most 1; NaN as long as it is 0."""
    low, high = np.full(len(cif), np.nan), np.full(len(cif), np.nan)
    some = cif > 0
    factor = np.exp(z * se[some] / cif[some])
    low[some], high[some] = cif[some] / factor, np.minimum(cif[some] * factor, 1)
    return low, high
