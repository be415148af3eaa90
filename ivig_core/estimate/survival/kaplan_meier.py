"""Kaplan–Meier curves with log-log intervals, their medians, and their value at chosen times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.special import ndtri

CURVE_COLUMNS = ("group", "time", "at_risk", "events", "censored", "survival", "ci_low", "ci_high")
MEDIAN_COLUMNS = ("group", "patients", "events", "median", "ci_low", "ci_high")

TOLERANCE = float(np.sqrt(np.finfo(float).eps))
"""How near to 0.5 a curve counts as flat at 0.5; the number R uses."""


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """Survival curves of one or more groups.

    - `curves`: `group`, `time`, `at_risk` (just before that time), `events`, `censored`, `survival`, `ci_low`,
      `ci_high`; one row per distinct time of a group, event or censoring, in the order of groups, then time. Limits are
      NaN where the curve has reached 0 and 1 as long as it is 1: there log(−log S) does not exist.
    - `medians`: `group`, `patients`, `events`, `median`, `ci_low`, `ci_high` in days, NaN = not reached.
    """

    curves: pd.DataFrame
    medians: pd.DataFrame
    conf_level: float
    known_to: ClassVar[str] = "observed to day"
    """How far curves are known, before the day: what a note says of times after it."""

    @property
    def groups(self) -> list[str]:
        """The groups in the order of the tables."""
        return self.medians["group"].tolist()

    def at(self, times: Iterable[float]) -> pd.DataFrame:
        """The curves at chosen times: `group`, `time`, `at_risk`, `survival`, `ci_low`, `ci_high`.

        After the last observed time of a group its survival is not known (NaN), unless the curve has reached 0.
        """
        times = np.sort(np.asarray(list(times), dtype=float))
        parts = [
            _value_at(curve, times).assign(group=group)
            for group, curve in self.curves.groupby("group", sort=False, observed=True)
        ]
        columns = ["group", "time", "at_risk", "survival", "ci_low", "ci_high"]
        return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def kaplan_meier(time: np.ndarray, event: np.ndarray, group: np.ndarray, conf_level: float = 0.95) -> KaplanMeier:
    """Product-limit survival per group.

    `time` (days, one per patient), `event` (bool: False is censored; a patient censored on the day of an event is at
    risk of it) and `group` (labels, none missing; a `Categorical` keeps the order of its categories, else sorted).

    Interval: log(−log S) ± z · √(Greenwood) / |log S| (Kalbfleisch & Prentice, The Statistical Analysis of Failure Time
    Data, 2nd ed., section 1.4; R `survfit(conf.type = "log-log")`). Median and its limits: where curve and limits cross
    0.5 (Brookmeyer & Crowley, Biometrics 1982;38:29). Where one stays at exactly 0.5: the middle of that stretch, and
    where it stays there to its end the time at which it came there, as R's `print.survfit` and
    `summary(survfit(…))$table`. `quantile.survfit` and `median` differ in the latter: the middle up to the last time.

    No patients give empty tables.
    """
    time, event = np.asarray(time), np.asarray(event, dtype=bool)
    code, labels = group_codes(group)
    z = float(ndtri((1 + conf_level) / 2))
    curves, medians = [], []
    for k, label in enumerate(labels):
        mine = code == k
        curve = _curve(time[mine], event[mine], z)
        curves.append(curve.assign(group=label))
        medians.append((label, int(mine.sum()), int(event[mine].sum()), *median_row(curve)))
    return KaplanMeier(
        curves=_stack(curves),
        medians=pd.DataFrame(medians, columns=list(MEDIAN_COLUMNS)),
        conf_level=conf_level,
    )


def group_codes(group: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Integer code per patient and the labels in order: a `Categorical`'s own order, else sorted; only levels met."""
    if isinstance(getattr(group, "dtype", None), pd.CategoricalDtype):
        used = pd.Categorical(group).remove_unused_categories()
        return np.asarray(used.codes), used.categories.tolist()
    code, labels = pd.factorize(np.asarray(group, dtype=object), sort=True)
    return code, list(labels)


def _curve(time: np.ndarray, event: np.ndarray, z: float) -> pd.DataFrame:
    times, index, total = np.unique(time, return_inverse=True, return_counts=True)
    events = np.bincount(index[event], minlength=len(times))
    at_risk = total[::-1].cumsum()[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):  # the last patients may all have the event: S = 0, no limits
        survival = np.exp(np.cumsum(np.log(1 - events / at_risk)))
        se = survival * np.sqrt(np.cumsum(events / (at_risk * (at_risk - events))))
    return curve_table(times, at_risk, events, total - events, survival, se, z)


def curve_table(
    times: np.ndarray,
    at_risk: np.ndarray,
    events: np.ndarray,
    censored: np.ndarray,
    survival: np.ndarray,
    se: np.ndarray,
    z: float,
) -> pd.DataFrame:
    """One curve in `CURVE_COLUMNS` without its group; `se` of the survival itself, limits from log(−log S)."""
    low, high = _log_log_limits(survival, se, z)
    return pd.DataFrame(
        {
            "time": times,
            "at_risk": at_risk,
            "events": events,
            "censored": censored,
            "survival": survival,
            "ci_low": low,
            "ci_high": high,
        }
    )


def _log_log_limits(survival: np.ndarray, se: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits from log(−log S); `se` is that of S itself."""
    inside = (survival > 0) & (survival < 1)
    limits = np.where(survival == 1, 1.0, np.nan), np.where(survival == 1, 1.0, np.nan)
    log_s = np.log(survival[inside])
    centre, half = np.log(-log_s), z * se[inside] / (survival[inside] * -log_s)
    limits[0][inside] = np.exp(-np.exp(centre + half))
    limits[1][inside] = np.exp(-np.exp(centre - half))
    return limits


def median_row(curve: pd.DataFrame) -> tuple[float, float, float]:
    """Median time of one curve and its limits (NaN = not reached)."""
    times = curve["time"].to_numpy(float)
    middle, low, high = (_crossing(times, curve[name].to_numpy()) for name in ("survival", "ci_low", "ci_high"))
    return middle, low, high


def _crossing(times: np.ndarray, level: np.ndarray) -> float:
    """First time at or below 0.5 (NaN = never); the midpoint to the next drop when the level there is 0.5 itself.

    A curve that stays at 0.5 to its end has no next drop: then the time at which it came there. R: `print.survfit`.
    """
    low = np.flatnonzero(level < 0.5 + TOLERANCE)  # NaN compares false
    if not len(low):
        return float("nan")
    first = low[0]
    below = low[level[low] < level[first]]
    if abs(level[first] - 0.5) < TOLERANCE and len(below):
        return float(times[first] + times[below[0]]) / 2
    return float(times[first])


def _value_at(curve: pd.DataFrame, times: np.ndarray) -> pd.DataFrame:
    known = curve["time"].to_numpy(float)
    row = np.searchsorted(known, times, side="right")
    table = {"time": times}
    for name in ("survival", "ci_low", "ci_high"):
        table[name] = np.concatenate([[1.0], curve[name].to_numpy()])[row]
    unknown = (times > known[-1]) & (table["survival"] > 0)
    for name in ("survival", "ci_low", "ci_high"):
        table[name] = np.where(unknown, np.nan, table[name])
    at_risk = np.append(curve["at_risk"].to_numpy(), 0)
    table["at_risk"] = at_risk[np.searchsorted(known, times, side="left")]
    return pd.DataFrame(table)


def _stack(curves: list[pd.DataFrame]) -> pd.DataFrame:
    if not curves:
        return pd.DataFrame(columns=list(CURVE_COLUMNS))
    return pd.concat(curves, ignore_index=True)[list(CURVE_COLUMNS)]
