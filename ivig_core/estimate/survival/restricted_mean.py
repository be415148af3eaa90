"""Restricted mean survival time, the area under a Kaplan–Meier curve, and how groups differ in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.estimate.intervals import Z, wald
from ivig_core.estimate.survival.kaplan_meier import KaplanMeier
from ivig_core.estimate.survival.reference_group import reference_group

COLUMNS = ("group", "days", "mean", "se")
DIFFERENCE_COLUMNS = (
    "group", "reference", "days", "difference", "ci_low", "ci_high", "p_value", "ratio", "ratio_low", "ratio_high",
    "note",
)  # fmt: skip
NO_SPREAD = "no interval and no test: in neither group does the mean vary"
CERTAIN = "one of the two means does not vary and counts as certain, so that the interval is too short"


def restricted_mean(km: KaplanMeier, days: float) -> pd.DataFrame:
    """Mean event-free days within the first `days`, per group.

    All groups are taken to the same horizon, `days` or the shortest group's last observed time, whichever comes first:
    beyond that time one of the curves is not observed (Royston & Parmar, BMC Med Res Methodol 2013;13:152). A curve
    that has reached 0 is known for ever and shortens nothing.

    Returns `group`, `days` (the horizon used), `mean` and `se` in days. The standard error is
    √Σ A(tⱼ)² dⱼ / (nⱼ(nⱼ − dⱼ)) with A(tⱼ) the area from tⱼ to the horizon (Klein & Moeschberger, Survival Analysis,
    2nd ed., section 4.5; R `survfit`'s `rmean`). No groups: an empty table.
    """
    if not len(km.curves):
        return pd.DataFrame(columns=list(COLUMNS))
    by_group = km.curves.groupby("group", sort=False, observed=True)
    horizon = float(min(days, observed_until(km.curves).min()))
    rows = [(group, horizon, *_area(curve, horizon)) for group, curve in by_group]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def mean_differences(means: pd.DataFrame) -> pd.DataFrame:
    """Restricted mean of each group minus that of the reference group, and their ratio; `means` as `restricted_mean`.

    `group`, `reference` (see `reference_group`), `days` (the horizon), `difference`, `ci_low`, `ci_high` in days,
    `p_value` (of the difference), `ratio`, `ratio_low`, `ratio_high`, `note`. Groups are independent: the variance of
    the difference is the sum of the two, that of the log ratio Σ (se / mean)²; 95 % limits and test are normal (Royston
    & Parmar, BMC Med Res Methodol 2013;13:152; Uno et al., J Clin Oncol 2014;32:2380, R `survRM2`). Where neither mean
    varies there is no interval and no test. Fewer than two groups: an empty table.
    """
    if len(means) < 2:
        return pd.DataFrame(columns=list(DIFFERENCE_COLUMNS))
    by_group = means.set_index("group")
    reference = reference_group(means["group"].tolist())
    rows = [
        (name, reference, *_difference(by_group.loc[name], by_group.loc[reference]))
        for name in by_group.index
        if name != reference
    ]
    return pd.DataFrame(rows, columns=list(DIFFERENCE_COLUMNS))


def _difference(one: pd.Series, two: pd.Series) -> tuple[float | str, ...]:
    difference, ratio = one["mean"] - two["mean"], one["mean"] / two["mean"]
    se = float(np.hypot(one["se"], two["se"]))
    if not se:
        return one["days"], difference, np.nan, np.nan, np.nan, ratio, np.nan, np.nan, NO_SPREAD
    factor = float(np.exp(Z * np.hypot(one["se"] / one["mean"], two["se"] / two["mean"])))
    note = "" if one["se"] and two["se"] else CERTAIN
    return one["days"], difference, *wald(difference, se), ratio, ratio / factor, ratio * factor, note


def observed_until(curves: pd.DataFrame) -> pd.Series:
    """Last time at which each group's curve is known: without end once it has reached 0."""
    last = curves.groupby("group", sort=False, observed=True).last()
    return last["time"].astype(float).where(last["survival"] > 0, np.inf)


def _area(curve: pd.DataFrame, horizon: float) -> tuple[float, float]:
    curve = curve[curve["time"] <= horizon]
    times, survival = curve["time"].to_numpy(float), curve["survival"].to_numpy()
    events, at_risk = curve["events"].to_numpy(float), curve["at_risk"].to_numpy(float)
    strips = np.diff(np.concatenate([[0.0], times, [horizon]])) * np.concatenate([[1.0], survival])
    after = strips[1:][::-1].cumsum()[::-1]
    left = at_risk - events
    # nobody left: the curve is 0 from here on, and so is the area that the hazard at this time would be multiplied by
    hazard = np.divide(events, at_risk * left, out=np.zeros_like(events), where=left > 0)
    return float(strips.sum()), float(np.sqrt((after**2 * hazard).sum()))
