"""The ratio of two rates against R."""

from __future__ import annotations

import math

import pytest

from ivig_core.study.trust.checks.poisson_ratio import rate_ratio


@pytest.mark.parametrize(
    ("counts", "want"),
    [
        # poisson.test(c(5, 12), c(300, 2100)), R 4.2.2
        ((5, 300, 12, 2100), (2.91666666666667, 0.804969549090091, 8.894017555808468)),
        # poisson.test(c(0, 4), c(90, 910))
        ((0, 90, 4, 910), (0.0, 0.0, 15.3169871335882)),
        # poisson.test(c(3, 0), c(90, 910))
        ((3, 90, 0, 910), (math.inf, 4.17822814531237, math.inf)),
    ],
)
def test_ratio_and_exact_limits_equal_r(counts, want):
    assert tuple(rate_ratio(*counts)) == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize("counts", [(0, 90, 0, 910), (3, 90, 2, 0), (3, 0, 2, 90)])
def test_without_an_event_or_without_time_there_is_no_ratio(counts):
    assert all(math.isnan(value) for value in rate_ratio(*counts))
