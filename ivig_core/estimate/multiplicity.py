"""p values when several questions are asked of the same data."""

from __future__ import annotations

import numpy as np


def false_discovery(p_values: np.ndarray) -> np.ndarray:
    """p adjusted for the false-discovery rate: the smallest rate at which a test would be among the findings.

    Benjamini & Hochberg 1995: of m tests in rising order the i-th p times m / i, made rising from the largest down, at
    most 1. It holds for independent tests and for positively dependent ones (Benjamini & Yekutieli 2001), as those of
    one cohort are taken to be. Equal to R's `p.adjust(p, "BH")`: NaN is no test, stays NaN and is none of the m.

    `p_values`: any number of them, without units, each in [0, 1] or NaN. Returns the same shape.
    """
    adjusted = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    falling = known[np.argsort(p_values[known], kind="stable")[::-1]]
    many = len(falling)
    scaled = p_values[falling] * many / np.arange(many, 0, -1)
    adjusted[falling] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return adjusted
