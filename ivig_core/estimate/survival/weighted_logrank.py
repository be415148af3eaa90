"""Log-rank tests that give early or late differences more weight (Fleming–Harrington)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.landmark import SurvivalData
from ivig_core.estimate.survival.logrank import (
    LogRank,
    at_risk_and_events,
    comparable,
    logrank,
    observed_against_expected,
)

EARLY, LATE = "early", "late"
WEIGHTS: Mapping[str, tuple[float, float]] = MappingProxyType({EARLY: (1, 0), LATE: (0, 1)})
"""ρ and γ of each test: (1, 0) is that of Peto & Peto, J R Stat Soc A 1972;135:185."""
COLUMNS = ("test", "rho", "gamma", "chi2", "df", "p_value", "note")


def weighted_logrank(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, rho: float, gamma: float, test: str = "weighted log-rank"
) -> LogRank:
    """Test G^{ρ,γ} of equal survival in two or more groups, weight S(t⁻)^ρ (1 − S(t⁻))^γ at every event day t.

    S is the Kaplan–Meier curve of all groups together just before t; ties have the hypergeometric variance (Harrington
    & Fleming, Biometrika 1982;69:553; Fleming & Harrington, Counting Processes and Survival Analysis, chapter 7). With
    γ = 0 this is R `survdiff(rho)`; (0, 0) is the log-rank test. With γ > 0 the first event day has weight 0.

    Arguments and errors as for `comparable`.
    """
    data = comparable(time, event, group, test, unweighted=int(gamma > 0))
    at_risk, events = at_risk_and_events(data)
    before = np.concatenate([[1.0], np.cumprod(1 - events.sum(axis=0) / at_risk.sum(axis=0))[:-1]])
    return observed_against_expected(data, at_risk, events, weight=before**rho * (1 - before) ** gamma)


def tests_of_curves(data: SurvivalData) -> pd.DataFrame:
    """The log-rank test and the two that look for early and for late differences, one row each.

    Returns `test` ("logrank", "early", "late"), `rho`, `gamma`, `chi2`, `df`, `p_value` and `note`: why there is no
    test (its numbers are then NaN). Without groups: an empty table.
    """
    if data.group == "none":
        return pd.DataFrame(columns=list(COLUMNS))
    names = {"logrank": (0, 0), **WEIGHTS}
    rows = [(name, *powers, *_row(data, name, powers)) for name, powers in names.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(data: SurvivalData, name: str, powers: tuple[float, float]) -> tuple[float, float, float, str]:
    given = data.table["time"].to_numpy(), data.is_event, data.table["group"]
    try:
        found = weighted_logrank(*given, *powers, f"test of {name} differences") if any(powers) else logrank(*given)
    except EstimationError as reason:
        return np.nan, np.nan, np.nan, str(reason)
    return *found, ""
