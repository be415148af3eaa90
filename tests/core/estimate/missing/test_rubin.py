"""Rubin's rules against R 4.2.2, mice 3.15.0: pool.scalar(Q, U, n = 36, k = 2), and with n = Inf."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ivig_core.estimate.missing.rubin import pooled

Q, U = np.array([0.52, 0.61, 0.47, 0.71, 0.55]), np.array([0.04, 0.05, 0.045, 0.038, 0.051])


@pytest.mark.parametrize(
    ("df_complete", "df", "missing"),
    [(34, 21.358622691601, 0.252660091844), (math.inf, 115.857092826477, 0.199510149592)],
)
def test_pooled_equals_r(df_complete, df, missing):
    found = pooled(Q, U, df_complete)
    assert (found.estimate, found.se**2) == pytest.approx((0.572, 0.055024), abs=1e-12)
    assert (found.df, found.missing_information) == pytest.approx((df, missing), abs=1e-9)
    # By hand with the quantile of t with 21.36 degrees of freedom, 2.0775.
    if df_complete == 34:
        assert found.high == pytest.approx(0.572 + 2.0775 * math.sqrt(0.055024), abs=1e-4)


def test_tables_that_agree_lose_no_more_than_r_says():
    found = pooled(np.full(5, 0.5), np.full(5, 0.04), 34)
    assert (found.se, found.df, found.missing_information) == pytest.approx(
        (0.2, 32.1589433605, 0.0568845309), abs=1e-9
    )
