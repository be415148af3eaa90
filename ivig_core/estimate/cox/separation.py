"""Terms that together tell exactly who of those at risk has the event: the partial likelihood has no maximum."""

from __future__ import annotations

import numpy as np

from ivig_core.estimate.contrast import LEVEL_OF_LP
from ivig_core.estimate.rates.counting import RiskSets
from ivig_core.lazy import library

optimize = library("scipy.optimize")


MOST_PAIRS = 200_000


def separating_direction(risk: RiskSets, X: np.ndarray) -> np.ndarray | None:
    """A direction δ (p,) along which the partial likelihood never falls and never reaches a maximum; None without one.

    Linear programme: at each event time X δ of the events must be the largest of those at risk; the sum by which the
    others fall short is made as large as |δ| ≤ 1 allows (Albert & Anderson, Biometrika 1984;71:1, in the form of
    risk sets). Also None where there are more than 200 000 pairs of an event and a row at risk to look at.
    """
    ties = np.bincount(risk.leaves[risk.rows.event] - 1, minlength=len(risk.times))
    number = risk.total(np.ones((len(X), 1)))[:, 0]
    if ties @ number > MOST_PAIRS:
        return None
    pairs = [_differences(risk, X, position) for position in range(len(risk.times))]
    difference = np.unique(np.vstack(pairs), axis=0)
    solution = optimize.linprog(
        c=difference.sum(axis=0), A_ub=difference, b_ub=np.zeros(len(difference)), bounds=(-1, 1), method="highs"
    )
    if solution.status != 0 or solution.fun > -LEVEL_OF_LP:
        return None
    return np.where(np.abs(solution.x) > LEVEL_OF_LP, solution.x, 0)


def pieces_level_with_events(risk: RiskSets, along: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who is left at risk in the limit: rows and positions of event times at which `along` (rows) is as large as for
    the events."""
    row, position = [], []
    for number in range(len(risk.times)):
        members = np.flatnonzero((risk.enters <= number) & (risk.leaves > number))
        left = members[along[members] > along[members].max() - LEVEL_OF_LP]
        row.append(left)
        position.append(np.full(len(left), number))
    return np.concatenate(row), np.concatenate(position)


def _differences(risk: RiskSets, X: np.ndarray, position: int) -> np.ndarray:
    """Covariates of each row at risk at an event time less those of each event of that time."""
    members = (risk.enters <= position) & (risk.leaves > position)
    events = risk.rows.event & (risk.leaves == position + 1)
    difference = X[members][:, None, :] - X[events][None, :, :]
    return difference.reshape(-1, X.shape[1])
