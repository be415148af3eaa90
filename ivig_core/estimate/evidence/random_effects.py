"""Random-effects summary of ratios of several studies, with the interval in which a further study would lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, stdtr, stdtrit

from ivig_core.errors import EstimationError
from ivig_core.estimate.intervals import Z
from ivig_core.lazy import library

meta_analysis = library("statsmodels.stats.meta_analysis")

FEWEST = 3
"""Studies from which on there is a summary: a prediction interval has their number less 2 degrees of freedom."""
ALPHA = 0.05
ROUNDS = 500


@dataclass(frozen=True)
class RandomEffects:
    """The mean of a distribution of ratios over studies.

    `ratio` with `se` of its logarithm, its 95 % interval `ci_low`, `ci_high` and `p_value`; `predicted_low`,
    `predicted_high`: where the true ratio of a further study lies with 95 % probability. `tau2`: variance of the log
    ratios between studies; `q` with `p_heterogeneity`: Cochran's test; `i2`: share (0–1) of the spread that is not
    chance. `studies`: how many.
    """

    studies: int
    ratio: float
    se: float
    ci_low: float
    ci_high: float
    p_value: float
    predicted_low: float
    predicted_high: float
    tau2: float
    q: float
    p_heterogeneity: float
    i2: float


def random_effects(log_ratios: Sequence[float], errors: Sequence[float]) -> RandomEffects:
    """Summary of log ratios with their standard errors, one of each per study, of patients who are in one study only.

    Variance between studies by Paule & Mandel (J Res Natl Bur Stand 1982;87:377), interval by Hartung & Knapp (Stat Med
    2001;20:3875) with the number of studies less 1 degrees of freedom, never narrower than without spread between
    studies (Röver et al., BMC Med Res Methodol 2015;15:99); prediction interval with that number less 2 (Higgins et
    al., J R Stat Soc A 2009;172:137, equation 12).

    Raises
    ------
    EstimationError
        for fewer than three studies, or a standard error that is no positive number.
    """
    effects, spread = np.asarray(log_ratios, float), np.asarray(errors, float)
    number = len(effects)
    if number < FEWEST:
        raise EstimationError(f"{number} studies are too few for a summary: it needs {FEWEST}")
    if not (np.isfinite(effects).all() and np.isfinite(spread).all() and (spread > 0).all()):
        raise EstimationError("a study without a finite ratio and a positive standard error cannot be summarised")
    # Its tolerance stays as it is: a tighter one would take rounding below 0 for no spread at all.
    with np.errstate(divide="ignore", invalid="ignore"):  # its own I² of studies that are all alike
        found = meta_analysis.combine_effects(effects, spread**2, method_re="pm", maxiter=ROUNDS)
    mean, tau2 = float(found.mean_effect_re), float(found.tau2)
    error = float(found.sd_eff_w_re) * math.sqrt(max(1.0, float(found.scale_hksj_re)))
    half = float(stdtrit(number - 1, 1 - ALPHA / 2)) * error
    wide = float(stdtrit(number - 2, 1 - ALPHA / 2)) * math.hypot(error, math.sqrt(tau2))
    q = float(found.q)
    low, high, below, above = (math.exp(mean + by) for by in (-half, half, -wide, wide))
    return RandomEffects(
        number, math.exp(mean), error, low, high, float(2 * stdtr(number - 1, -abs(mean / error))), below, above, tau2,
        q, float(chdtrc(number - 1, q)), _share(tau2, spread),
    )  # fmt: skip


def error_of(low: float, high: float) -> float:
    """Standard error of a log ratio from its printed 95 % limits, which are rounded: about 2 digits of it hold."""
    return (math.log(high) - math.log(low)) / (2 * Z)


def _share(tau2: float, errors: np.ndarray) -> float:
    """I² with the typical variance within a study of Higgins & Thompson (Stat Med 2002;21:1539), as metafor has it."""
    weights = errors**-2
    typical = (len(errors) - 1) * weights.sum() / (weights.sum() ** 2 - (weights**2).sum())
    return float(tau2 / (tau2 + typical))
