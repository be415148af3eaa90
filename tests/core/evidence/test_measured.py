"""Intervals of counts, shares, medians and sums against tables and by hand; and when a number is inside one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ivig_core.errors import EstimationError
from ivig_core.evidence.measured import (
    Measured,
    by_design,
    events,
    median,
    number_of,
    percent,
    reached,
    share_of_time,
    total,
)
from tests.core.evidence.hand import close


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.6889), (1, 0.02532, 5.5716), (3, 0.61867, 8.7673), (10, 4.7954, 18.3904)]
)
def test_events_have_exact_poisson_limits(count, low, high):
    """Garwood. R 4.2.2: `poisson.test(count)$conf.int`."""
    close(events(count), count, low, high)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(0, 10, 0, 30.85), (5, 10, 18.71, 81.29), (10, 10, 69.15, 100), (1, 1, 2.5, 100)]
)
def test_shares_have_exact_binomial_limits(part, whole, low, high):
    """Clopper and Pearson. R 4.2.2: `binom.test(part, whole)$conf.int`."""
    close(percent(part, whole), 100 * part / whole, low, high)
    close(number_of(part, whole), part, low * whole / 100, high * whole / 100)


def test_a_share_of_nothing_is_no_estimate():
    with pytest.raises(EstimationError, match="denominator is 0"):
        percent(0, 0)


def test_median_has_limits_from_order_statistics():
    """n = 9: P(Bin(9, ½) ≤ 1) = 10/512 ≤ 2.5 % < P(≤ 2), so the 2nd smallest and 2nd largest; n = 6: the extremes."""
    close(median(np.array([9, 1, 8, 2, 7, 3, 6, 4, 5.0]), "years"), 5, 2, 8)
    close(median(np.array([1, 2, 3, 4, 5, 60, math.nan]), "years"), 3.5, 1, 60)


def test_five_values_give_a_median_without_interval():
    found = median(np.array([1, 2, 3, 4, 5.0]), "years")
    assert (found.estimate, found.low, found.high) == (3, None, None)
    assert "too few" in found.remark
    assert found.agrees(3) is None


def test_no_value_is_no_median():
    with pytest.raises(EstimationError, match="no value"):
        median(np.array([math.nan]), "years")


def test_total_varies_with_patients():
    """1 and 3: standard deviation √2, so 4 ± 12.706 · √2 · √2, not below 0. 10, 11, 12: 33 ± 4.3027 · √3 · 1."""
    close(total(np.array([1.0, 3.0]), "months"), 4, 0, 4 + 25.412)
    close(total(np.array([10.0, 11.0, 12.0]), "months"), 33, 33 - 7.4524, 33 + 7.4524)
    with pytest.raises(EstimationError, match="fewer than 2"):
        total(np.array([1.0]), "months")


def test_share_of_time_has_patients_as_clusters():
    """240 of 600 days: Σ(part − 0.4 · 100)² = 1600, / 240² · 6/5 = 1/30; 40 % · exp(±2.5706 · √(1/30))."""
    whole, part = np.full(6, 100.0), np.array([20, 40, 60, 40, 20, 60.0])
    close(share_of_time(part, whole), 40, 40 * math.exp(-0.46932), 40 * math.exp(0.46932))
    assert share_of_time(np.array([100, 100, 100, 100, 0.0]), np.full(5, 100.0)).high == 100
    assert share_of_time(part[:3], whole[:3]).low is None
    with pytest.raises(EstimationError, match="no day"):
        share_of_time(np.zeros(6), np.zeros(6))


@pytest.mark.parametrize(("number", "inside"), [(1, True), (2, True), (0.99, False), (2.01, False)])
def test_limits_are_inside(number, inside):
    assert Measured(1.5, 1, 2, "ratio").agrees(number) is inside


def test_a_median_that_is_not_reached_leaves_the_upper_side_open():
    assert Measured(reached(math.nan), 10, reached(math.nan), "months").agrees(44) is True
    assert Measured(reached(math.nan), 10, reached(math.nan), "months").agrees(9) is False


def test_a_number_fixed_by_design_is_equal_or_not():
    assert by_design(43).agrees(43) is True
    assert by_design(42).agrees(43) is False
