"""Adjusted p equal R's `p.adjust(p, "BH")` (R 4.2.2) and statsmodels; what is no test counts for nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from ivig_core.estimate.multiplicity import false_discovery

NAN = float("nan")
# p <- c(…); print(p.adjust(p, "BH"), digits = 17) in R 4.2.2
R = {
    "textbook": (
        [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216],
        [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.105714285714285705, 0.216, 0.216, 0.216],
    ),
    "ties, NA and 1": (
        [0.5, 0.0004, NAN, 0.03, 0.03, 1, 0.012],
        [0.6, 0.0024, NAN, 0.045, 0.045, 1, 0.036],
    ),
    "one": ([0.02], [0.02]),
}


@pytest.mark.parametrize(("p_values", "expected"), R.values(), ids=R)
def test_equal_to_r(p_values, expected):
    np.testing.assert_allclose(false_discovery(np.array(p_values)), expected, rtol=1e-14)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(0, 3))
def test_equal_to_statsmodels_whatever_is_no_test(p_values, untested):
    adjusted = false_discovery(np.array([*p_values, *[NAN] * untested]))
    np.testing.assert_allclose(adjusted[: len(p_values)], multipletests(p_values, method="fdr_bh")[1], rtol=1e-12)
    assert np.isnan(adjusted[len(p_values) :]).all()
    assert (adjusted[: len(p_values)] >= np.array(p_values) * (1 - 1e-12)).all()


def test_nothing_to_adjust():
    assert false_discovery(np.array([])).size == 0
    assert np.isnan(false_discovery(np.array([NAN, NAN]))).all()
