"""Log-rank test of equal survival in two or more groups, and what any test of that kind asks of the data."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc

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
    return observed_against_expected(data, *at_risk_and_events(data), weight=1.0)


def at_risk_and_events(data: Compared) -> tuple[np.ndarray, np.ndarray]:
    """Patients at risk and events by distinct time with more than one patient at risk: arrays of groups × times.

    All groups are in them, also one that takes no part in a test: it belongs to the pooled curve.

    The last patient at risk says nothing: it is certain whose event comes.
    """
    times, index = np.unique(data.time, return_inverse=True)
    members = np.stack([data.code == code for code in np.unique(data.code)])
    leaving = np.stack([np.bincount(index, weights=mine, minlength=len(times)) for mine in members])
    events = np.stack([np.bincount(index, weights=mine & data.event, minlength=len(times)) for mine in members])
    at_risk = leaving[:, ::-1].cumsum(axis=1)[:, ::-1]
    several = at_risk.sum(axis=0) > 1
    return at_risk[:, several], events[:, several]


def observed_against_expected(
    data: Compared, at_risk: np.ndarray, events: np.ndarray, weight: np.ndarray | float
) -> LogRank:
    """Weighted sum over times of the events observed minus expected in each group, over its variance.

    `at_risk` and `events` as `at_risk_and_events` gives them, `weight` of each time. Ties: hypergeometric variance.
    """
    n, d = at_risk.sum(axis=0), events.sum(axis=0)
    tested = np.isin(np.unique(data.code), data.tested)
    share = at_risk[tested] / n
    apart = (weight * (events[tested] - share * d))[1:].sum(axis=1)
    spread = weight**2 * (d * (n - d) / (n - 1))
    own = np.eye(data.df)
    variance = np.stack(
        [(share[1:].T * (own[k] - share[k + 1][:, None]) * spread[:, None]).sum(axis=0) for k in range(data.df)]
    )
    chi2 = float(apart @ np.linalg.solve(variance, apart))
    return LogRank(chi2, data.df, float(chdtrc(data.df, chi2)))
