"""Mean cumulative number of infections per patient, by time spent on IVIG, off it, and without it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.intervals import Z
from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS, period_of, periods
from ivig_core.persontime.split import PersonTime
from ivig_core.runs import run_starts
from ivig_core.terms import OBSERVATION, ON, REFERENCE

SHOWN = (ON, OBSERVATION, REFERENCE)
VANISHING = 1e-6
CURVE_COLUMNS = ("period", "time", "at_risk", "infections", "left", "mean", "se", "ci_low", "ci_high")


def mean_cumulative(time: PersonTime, infections: pd.DataFrame, population: str) -> pd.DataFrame:
    """Mean number of infections of a patient after t days in a period, for the periods on IVIG, off it and reference.

    The days of a patient in a period are put end to end: day t of the clock is the t-th day in that period, and
    whoever has as many is at risk on it. Days before the first dose and of washout that the spec keeps apart are in no
    period. The time of one window (`window_cuts` unset); with `population` "all" reference is off IVIG.

    Returns the curves below each other in the columns `CURVE_COLUMNS`: `time` in days, every day with an infection and
    every last day of a patient; `at_risk` on it, `infections` and patients who `left` on it; a period without a day has
    no row. See `curve` for the estimate.
    """
    names, period = periods(time, population), period_of(time, population)
    table = time.table
    row = time.row_of(infections)
    day = infections["day"].to_numpy(np.int64)
    parts = []
    for name in (name for name in SHOWN if name in names):
        mine = np.flatnonzero(period == names.index(name))
        patient, days = table["patient"].to_numpy()[mine], table["days"].to_numpy(np.int64)[mine]
        first = run_starts(patient)
        person = np.cumsum(first) - 1
        total = np.bincount(person, days).astype(np.int64)
        earlier = np.cumsum(days) - days
        earlier -= earlier[first][person]
        position = np.full(len(table), -1)
        position[mine] = np.arange(len(mine))
        at = np.where(row >= 0, position[row], -1) if len(table) else row
        which = at[at >= 0]
        clock = earlier[which] + day[at >= 0] - table["start_day"].to_numpy(np.int64)[mine][which] + 1
        parts.append(curve(total, person[which], clock).assign(period=name))
    return pd.concat(parts, ignore_index=True)[list(CURVE_COLUMNS)]


def curve(days: np.ndarray, patient: np.ndarray, time: np.ndarray) -> pd.DataFrame:
    """Mean cumulative function of recurrent events with intervals robust to how events of a patient hang together.

    M(t) = Σ_{s≤t} d(s)/Y(s) with d events among Y patients at risk on day s (Nelson, J Qual Technol 1988;20:24).
    Variance with patients as the independent units, Σ_i {Σ_{s≤t} Y_i(s)/Y(s) · (dN_i(s) − d(s)/Y(s))}² (Lawless &
    Nadeau, Technometrics 1995;37:158, robust estimate); 95 % limits on the log scale, M·exp(±1.96·se/M). No limits
    before the first event, nor with fewer than 5 patients at risk (what one patient alone adds has no variance in this
    formula), nor where the patients do not differ at all.

    Parameters
    ----------
    days
        (patients,) days at risk of each patient, 1..days.
    patient, time
        (events,) index into `days` and day of each event, 1..days of its patient.
    """
    times = np.unique(np.concatenate([time, days]))
    at, last = np.searchsorted(times, time), np.searchsorted(times, days)
    size = len(times)
    left = np.bincount(last, minlength=size)
    at_risk = len(days) - (np.cumsum(left) - left)
    events = np.bincount(at, minlength=size)
    mean = np.cumsum(events / at_risk)
    se = np.sqrt(_variance(at, last, patient, events, at_risk))
    known = (mean > 0) & (at_risk >= FEWEST_CLUSTERS) & (se > VANISHING * mean)
    reach = np.exp(Z * np.divide(se, mean, out=np.full(size, np.nan), where=known))
    return pd.DataFrame(
        {
            "time": times,
            "at_risk": at_risk,
            "infections": events,
            "left": left,
            "mean": mean,
            "se": se,
            "ci_low": mean / reach,
            "ci_high": mean * reach,
        }
    )


def _variance(
    at: np.ndarray, last: np.ndarray, patient: np.ndarray, events: np.ndarray, at_risk: np.ndarray
) -> np.ndarray:
    """Sum over patients of the square of A_i(t) − B(min(t, T_i)), at every time, without a patients × times table.

    A_i adds 1/Y at the events of a patient, B adds d/Y² on every day, T_i is the last day of a patient (index `last`).
    The square is multiplied out; what patients who have left contribute is added up at their last day.
    """
    size = len(events)
    share = 1 / at_risk[at]
    spent = np.cumsum(events / at_risk.astype(float) ** 2)
    order = np.lexsort((at, patient))
    opens = run_starts(patient[order])
    after = np.cumsum(share[order])
    after -= (after - share[order])[opens][np.cumsum(opens) - 1]
    squares = np.cumsum(np.bincount(at[order], after**2 - (after - share[order]) ** 2, size))
    own = np.bincount(patient, share, len(last))

    def gone(values: np.ndarray) -> np.ndarray:
        leaving = np.bincount(last, values, size)
        return np.cumsum(leaving) - leaving

    mixed = spent * (np.cumsum(np.bincount(at, share, size)) - gone(own)) + gone(own * spent[last])
    return np.maximum(squares - 2 * mixed + at_risk * spent**2 + gone(spent[last] ** 2), 0)


def values_at(curves: pd.DataFrame, days: float) -> pd.DataFrame:
    """The curves on one day of the clock: a row for every period that has one.

    Columns `period`, `at_risk` (patients with so many days), `infections` up to then, `mean`, `ci_low`, `ci_high`; the
    last three NaN where nobody has so many days.
    """
    rows = []
    for name, part in curves.groupby("period", sort=False):
        before = part[part["time"] <= days]
        row = {"period": name, "at_risk": int(part["left"].sum() - before.loc[before["time"] < days, "left"].sum())}
        row["infections"] = int(before["infections"].sum())
        values = dict.fromkeys(("mean", "ci_low", "ci_high"), np.nan)
        if row["at_risk"]:
            values = before.iloc[-1][list(values)].to_dict() if len(before) else {**values, "mean": 0.0}
        rows.append({**row, **values})
    return pd.DataFrame(rows, columns=["period", "at_risk", "infections", "mean", "ci_low", "ci_high"])
