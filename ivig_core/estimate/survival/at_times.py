"""Share of patients without the event at chosen times, and how far apart groups are then."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ivig_core.estimate.intervals import likelihood_ratio_p, wald
from ivig_core.estimate.survival.kaplan_meier import KaplanMeier
from ivig_core.estimate.survival.reference_group import reference_group

AT_COLUMNS = ("group", "days", "at_risk", "survival", "ci_low", "ci_high", "note")
DIFFERENCE_COLUMNS = ("group", "reference", "days", "difference", "ci_low", "ci_high", "p_value", "note")
UNKNOWN = "one of the groups is not observed so long"
ALL_OR_NOBODY = "no interval and no test while nobody or everybody of a group has had the event"


def survival_at(km: KaplanMeier, days: Iterable[float]) -> pd.DataFrame:
    """Survival at chosen times: `group`, `days`, `at_risk` (just before), `survival`, `ci_low`, `ci_high`, `note`.

    Intervals as those of the curve (log-log; R `summary(survfit(…), times)`). After the last day of a group on which
    its curve is known there is no value, and `note` says which day that is.
    """
    table = km.at(days).rename(columns={"time": "days"})
    last = km.curves.groupby("group", sort=False, observed=True)["time"].max()
    unknown = table["survival"].isna()
    table["note"] = [
        f"{km.known_to} {last[group]:,}" if missing else ""
        for group, missing in zip(table["group"], unknown, strict=True)
    ]
    return table[list(AT_COLUMNS)]


def differences_at(km: KaplanMeier, days: Iterable[float]) -> pd.DataFrame:
    """Survival of each group minus that of the reference group at chosen times, in the order of times, then groups.

    `group`, `reference` (see `reference_group`), `days`, `difference`, `ci_low`, `ci_high`, `p_value`, `note`. The 95 %
    interval is that of independent groups, with Greenwood's variances, never outside −1 to 1. The test compares
    log(−log S), which keeps its level in small groups:
    {log(−log S₁) − log(−log S₂)}² / {v₁/(log S₁)² + v₂/(log S₂)²} on one degree of freedom, v the Greenwood sum
    (Klein, Logan, Harhoff & Andersen, Stat Med 2007;26:4505). With a curve at 0 or 1 there is neither, and `note` says
    so.
    """
    curves = dict(iter(km.curves.groupby("group", sort=False, observed=True)))
    groups = [name for name in km.groups if name in curves]
    if len(groups) < 2:
        return pd.DataFrame(columns=list(DIFFERENCE_COLUMNS))
    reference = reference_group(groups)
    rows = []
    for day, part in km.at(days).groupby("time", sort=True):
        survival = part.set_index("group")["survival"]
        known = {name: (survival[name], _greenwood(curve, day)) for name, curve in curves.items()}
        others = [name for name in groups if name != reference]
        rows += [(name, reference, day, *_difference(known[name], known[reference])) for name in others]
    return pd.DataFrame(rows, columns=list(DIFFERENCE_COLUMNS))


def _greenwood(curve: pd.DataFrame, day: float) -> float:
    """Σ d / (n (n − d)) up to a day; what a curve at 0 would have is left out, and rows whose events are not told."""
    curve = curve[(curve["time"] <= day) & curve["events"].notna()]
    events, at_risk = curve["events"].to_numpy(float), curve["at_risk"].to_numpy(float)
    left = at_risk - events
    return float(np.divide(events, at_risk * left, out=np.zeros_like(events), where=left > 0).sum())


def _difference(one: tuple[float, float], two: tuple[float, float]) -> tuple[float, float, float, float, str]:
    """Difference, limits, p and note, from survival and Greenwood sum of each group."""
    (s1, v1), (s2, v2) = one, two
    if np.isnan(s1 - s2):
        return np.nan, np.nan, np.nan, np.nan, UNKNOWN
    if not (0 < s1 < 1 and 0 < s2 < 1):
        return s1 - s2, np.nan, np.nan, np.nan, ALL_OR_NOBODY
    low, high, _ = wald(s1 - s2, float(np.sqrt(s1**2 * v1 + s2**2 * v2)))
    apart = np.log(np.log(s1) / np.log(s2))
    chi2 = apart**2 / (v1 / np.log(s1) ** 2 + v2 / np.log(s2) ** 2)
    return s1 - s2, max(low, -1.0), min(high, 1.0), likelihood_ratio_p(chi2), ""
