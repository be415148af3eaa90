"""Log-rank test of equal survival in two or more groups."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc
from statsmodels.duration.survfunc import survdiff

from ivig_core.errors import EstimationError
from ivig_core.estimate.kaplan_meier import group_codes


class LogRank(NamedTuple):
    """`chi2` on `df` degrees of freedom and its upper-tail `p_value`; always finite."""

    chi2: float
    df: int
    p_value: float


def logrank(time: np.ndarray, event: np.ndarray, group: np.ndarray) -> LogRank:
    """Log-rank test (Mantel, Cancer Chemother Rep 1966;50:163), hypergeometric variance at ties, as R `survdiff`.

    `time`, `event` (bool) and `group` as for `kaplan_meier`. A group in which nobody is at risk any more at the first
    event has nothing expected and nothing observed: it takes no part, and costs no degree of freedom.

    Raises `EstimationError` when no test exists: one group, no event, or everybody at risk has the event at once.
    """
    time, event = np.asarray(time), np.asarray(event, dtype=bool)
    code, labels = group_codes(group)
    if len(labels) < 2:
        raise EstimationError("No log-rank test: only one group has patients." if labels else "No patients are left.")
    if not event.any():
        raise EstimationError("No log-rank test: there is no event in any group.")
    exposed = np.isin(code, np.unique(code[time >= time[event].min()]))
    time, event, code = time[exposed], event[exposed], code[exposed]
    df = len(np.unique(code)) - 1
    if df < 1:
        raise EstimationError("No log-rank test: only one group has patients at risk at the first event.")
    first = time[event].min()
    if event[time >= first].all() and (time[time >= first] == first).all():
        raise EstimationError("No log-rank test: everybody at risk has the event on the same day.")
    chi2 = float(survdiff(time, event.astype(int), code)[0])
    # survdiff's own p is 1 − cdf, which is 0 below 1e-16
    return LogRank(chi2, df, float(chdtrc(df, chi2)))
