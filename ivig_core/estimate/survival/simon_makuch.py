"""Survival curves of two states between which a patient changes during follow-up."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ivig_core.estimate.rates.counting import CountingRows
from ivig_core.estimate.survival.kaplan_meier import CURVE_COLUMNS, MEDIAN_COLUMNS, KaplanMeier, curve_table, median_row
from ivig_core.estimate.survival.landmark import IVIG, NO_IVIG


def simon_makuch(rows: CountingRows, after: np.ndarray, origin: int = 0, conf_level: float = 0.95) -> KaplanMeier:
    """Curves of the days from the first dose on (`ivig`) and of the days before it or without one (`no_ivig`).

    A patient is at risk in `no_ivig` up to the first dose, leaves it there as if censored, and in `ivig` from then
    on (Simon & Makuch, Stat Med 1984;3:35); the product-limit estimate with late entry, R `survfit(Surv(start, stop,
    event) ~ state)`. A curve is what would happen to somebody who stays in that state from the origin on, if who
    changes and when has nothing to do with the prognosis otherwise.

    `rows`: intervals (start, stop], at most one event per patient; `after` (bool, by row): from the first dose on.
    `origin`: time that the curves begin at, and that patients have to reach; times are counted from it. It should be
    one at which both states have patients: a curve that begins with one patient at risk falls to 0 with that one event.

    One row per distinct time at which somebody leaves a state, and per first time of those who enter it, so that
    `at_risk` (just before that time; it can rise) is right from one row to the next. `censored` leave without an event.
    `medians` has `patients`: all who were ever at risk in the state. A state without time has no
    curve.
    """
    z = float(ndtri((1 + conf_level) / 2))
    late = rows.stop > origin
    curves, medians = [], []
    for label, mine in ((IVIG, late & after), (NO_IVIG, late & ~after)):
        if not mine.any():
            continue
        event = rows.event[mine]
        curve = _curve(np.maximum(rows.start[mine], origin) - origin, rows.stop[mine] - origin, event, z)
        curves.append(curve.assign(group=label))
        medians.append((label, len(np.unique(rows.patient[mine])), int(event.sum()), *median_row(curve)))
    table = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=list(CURVE_COLUMNS))
    return KaplanMeier(
        table[list(CURVE_COLUMNS)], pd.DataFrame(medians, columns=list(MEDIAN_COLUMNS)), conf_level
    )  # fmt: skip


def _curve(start: np.ndarray, stop: np.ndarray, event: np.ndarray, z: float) -> pd.DataFrame:
    times = np.union1d(stop, start + 1)
    index = np.searchsorted(times, stop)
    total = np.bincount(index, minlength=len(times))
    events = np.bincount(index[event], minlength=len(times))
    at_risk = np.searchsorted(np.sort(start), times, side="left") - np.searchsorted(np.sort(stop), times, side="left")
    left = at_risk - events
    # Between the last who left and the next who enters nobody is at risk, and nothing happens.
    survival = np.cumprod(np.divide(left, at_risk, out=np.ones(len(times)), where=at_risk > 0))
    # Nobody left: the curve is 0 from here on, and has no limits.
    greenwood = np.cumsum(np.divide(events, at_risk * left, out=np.zeros(len(times)), where=left > 0))
    return curve_table(times, at_risk, events, total - events, survival, survival * np.sqrt(greenwood), z)
