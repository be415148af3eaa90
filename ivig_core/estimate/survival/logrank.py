"""Log-rank test of equal survival in two or more groups, and what any test of that kind asks of the data."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc
from statsmodels.duration.survfunc import survdiff

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.kaplan_meier import group_codes


class LogRank(NamedTuple):
    """`chi2` on `df` degrees of freedom and its upper-tail `p_value`; always finite."""

    chi2: float
    df: int
    p_value: float


class Compared(NamedTuple):
    """`time`, `event` (bool) and `code` of the group of every patient, and the codes of the groups `tested`."""

    time: np.ndarray
    event: np.ndarray
    code: np.ndarray
    tested: np.ndarray

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return len(self.tested) - 1


def comparable(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, test: str = "log-rank test", unweighted: int = 0
) -> Compared:
    """What a weighted log-rank test is made from; `time`, `event` and `group` as for `kaplan_meier`.

    A group in which nobody is at risk any more on the first event day that has weight has nothing expected and nothing
    observed: it takes no part, and costs no degree of freedom. `unweighted`: how many of the first event days have
    weight 0.

    Raises `EstimationError`, in which the test is called `test`, when none exists: one group, no event (with weight),
    or everybody at risk has the event at once.
    """
    time, event = np.asarray(time), np.asarray(event, dtype=bool)
    code, labels = group_codes(group)
    if len(labels) < 2:
        raise EstimationError(f"No {test}: only one group has patients." if labels else "No patients are left.")
    if not event.any():
        raise EstimationError(f"No {test}: there is no event in any group.")
    days = np.unique(time[event])
    if len(days) <= unweighted:
        raise EstimationError(f"No {test}: all events fall on the same day.")
    first = days[unweighted]
    tested = np.unique(code[time >= first])
    if len(tested) < 2:
        when = "at the first event" if not unweighted else "after the first event day"
        raise EstimationError(f"No {test}: only one group has patients at risk {when}.")
    if event[time >= first].all() and (time[time >= first] == first).all():
        raise EstimationError(f"No {test}: everybody at risk has the event on the same day.")
    return Compared(time, event, code, tested)


def logrank(time: np.ndarray, event: np.ndarray, group: np.ndarray) -> LogRank:
    """Log-rank test (Mantel, Cancer Chemother Rep 1966;50:163), hypergeometric variance at ties, as R `survdiff`.

    Arguments and errors as for `comparable`.
    """
    data = comparable(time, event, group)
    takes_part = np.isin(data.code, data.tested)
    chi2 = float(survdiff(data.time[takes_part], data.event[takes_part].astype(int), data.code[takes_part])[0])
    # survdiff's own p is 1 − cdf, which is 0 below 1e-16
    return LogRank(chi2, data.df, float(chdtrc(data.df, chi2)))
