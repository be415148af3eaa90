"""Do subgroups differ, where infections of one patient are not independent: a Wald test with variances by patient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import fdtrc

from ivig_core.estimate.contrast import OK
from ivig_core.estimate.fit import Fit
from ivig_core.estimate.result import RatioRow

ROBUST = "robust"


def robust_interaction_p(fitted: Fit, rows: Sequence[RatioRow]) -> float:
    """Two-sided p that the ratios of `rows`, terms of one fitted model, are one common ratio.

    W = (Cβ)ᵀ (C V Cᵀ)⁻¹ Cβ / q for the q contrasts of k = q + 1 levels, V the sandwich by patient with the standard
    errors that the rows' own robust intervals have (each × G/(G − 1), G the patients with days in the level and
    outside it); referred to F with q and min(G) − 1 degrees of freedom, so that for two levels it agrees with the
    intervals. Levels without a robust interval (ratio 0 or ∞, fewer than 5 patients) tell nothing here; NaN where fewer
    than two are left.
    """
    usable = [row for row in rows if row.status == OK and row.ci_method == ROBUST]
    if len(usable) < 2:
        return np.nan
    at = [fitted.terms.index(row.term) for row in usable]
    beta, se = fitted.maximum.beta[at], np.array([row.se for row in usable], float)
    made = fitted.robust_covariance[np.ix_(at, at)]
    spread = np.sqrt(np.diag(made))
    variance = made / np.outer(spread, spread) * np.outer(se, se)
    contrast = np.hstack([np.ones((len(at) - 1, 1)), -np.eye(len(at) - 1)])
    apart = contrast @ beta
    statistic = float(apart @ np.linalg.solve(contrast @ variance @ contrast.T, apart)) / len(apart)
    return float(fdtrc(len(apart), min(row.informative_patients for row in usable) - 1, statistic))
