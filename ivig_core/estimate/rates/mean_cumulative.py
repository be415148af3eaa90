"""Mean cumulative number of infections per patient, by time spent on IVIG, off it, and without it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.intervals import Z
from ivig_core.estimate.rates.rates import FEWEST_CLUSTERS
from ivig_core.estimate.rates.terminal.clocks import by_period
from ivig_core.estimate.rates.terminal.followed import Scores, summed_products
from ivig_core.persontime.split import PersonTime

VANISHING = 1e-6
CURVE_COLUMNS = ("period", "time", "at_risk", "infections", "left", "mean", "se", "ci_low", "ci_high")


def mean_cumulative(time: PersonTime, infections: pd.DataFrame, population: str) -> pd.DataFrame:
    """Mean number of infections of a patient after t days in a period, for the periods on IVIG, off it and reference.

    The clock is that of `terminal.clocks.by_period`: whoever has as many days is at risk, and death is one more reason
    why a patient has no more. `terminal.ghosh_lin` takes it as the end of all risk.

    Returns the curves below each other in the columns `CURVE_COLUMNS`: `time` in days, every day with an infection and
    every last day of a patient; `at_risk` on it, `infections` and patients who `left` on it; a period without a day has
    no row. See `curve` for the estimate.
    """
    parts = [
        curve(of.days, of.patient, of.time).assign(period=name)
        for name, of in by_period(time, infections, population).items()
    ]
    nobody = np.zeros(0, np.int64)
    return pd.concat(parts or [curve(nobody, nobody, nobody).assign(period="")], ignore_index=True)[list(CURVE_COLUMNS)]


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
    scores = Scores(at, patient, 1 / at_risk[at], np.cumsum(events / at_risk.astype(float) ** 2))
    se = np.sqrt(np.maximum(summed_products(scores, scores, last), 0))
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
