"""Estimates from several completed tables put together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ivig_core.estimate.intervals import student

LEAST_SHARE = 1e-4


@dataclass(frozen=True)
class Pooled:
    """An estimate from several completed tables, with its standard error, 95 % interval and two-sided p.

    `df`: degrees of freedom of t. `missing_information`: the share of the information that is lost with the missing
    values (0 to 1).
    """

    estimate: float
    se: float
    df: float
    low: float
    high: float
    p_value: float
    missing_information: float


def pooled(estimates: np.ndarray, variances: np.ndarray, df_complete: float = math.inf) -> Pooled:
    """Rubin's rules for one coefficient (Rubin, Multiple imputation for nonresponse in surveys, 1987, ch. 3).

    With m estimates Q and variances U: the mean of Q, and T = mean of U + (1 + 1/m) × variance of Q between tables.
    Degrees of freedom of Barnard & Rubin (Biometrika 1999;86:948), which are never more than `df_complete`, those of
    the same estimate without a missing value; where the tables differ by less than a ten-thousandth of T they are
    computed as if it were that, as R's `mice::pool` does. `missing_information` as there: (r + 2/(df + 3))/(r + 1)
    with r the relative increase of the variance.
    """
    m, within = len(estimates), float(np.mean(variances))
    between = (1 + 1 / m) * float(np.var(estimates, ddof=1))
    total = within + between
    share = max(between / total, LEAST_SHARE)
    df = (m - 1) / share**2
    if math.isfinite(df_complete):
        observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
        df = df * observed / (df + observed)
    estimate, se = float(np.mean(estimates)), math.sqrt(total)
    increase = between / within
    return Pooled(estimate, se, df, *student(estimate, se, df), (increase + 2 / (df + 3)) / (increase + 1))
