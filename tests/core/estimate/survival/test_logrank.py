"""Log-rank against R `survdiff` (R 4.2.2, survival 3.5-3), and the reasons why there may be none."""

import numpy as np
import pytest

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.logrank import logrank

TIME = [1, 2, 2, 3, 4, 5, 2, 3, 3, 6, 7, 8, 1, 4, 4, 6, 9, 9]
EVENT = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0]
GROUP = ["a"] * 6 + ["b"] * 6 + ["c"] * 6


def test_three_groups_with_ties_equal_r():
    test = logrank(np.array(TIME), np.array(EVENT), GROUP)  # survdiff(Surv(time, event) ~ group)
    assert test.df == 2
    assert test == pytest.approx((4.02323568179657, 2, 0.133772077568087), abs=1e-12)


def test_a_group_gone_before_the_first_event_costs_no_degree_of_freedom():
    # the same, times 1 moved to 2, and a fourth group censored at 1: R, too, has 2 degrees of freedom
    time = [max(t, 2) for t in TIME] + [1, 1]
    test = logrank(np.array(time), np.array([*EVENT, 0, 0]), [*GROUP, "z", "z"])
    assert test == pytest.approx((4.061532477991, 2, 0.131234925295849), abs=1e-12)


def test_a_tiny_p_is_not_rounded_to_zero():
    time = np.r_[1:61, 101:161]
    test = logrank(time, np.ones(120, dtype=bool), np.repeat([1, 2], 60))
    assert test.chi2 == pytest.approx(145.911932531523, abs=1e-9)
    assert test.p_value == pytest.approx(1.35704429185428e-33, rel=1e-9, abs=0)  # pchisq(…, lower = FALSE)


@pytest.mark.parametrize(
    ("time", "event", "group", "reason"),
    [
        ([], [], [], "No patients"),
        ([1, 2], [1, 1], ["a", "a"], "only one group has patients"),
        ([1, 2], [0, 0], ["a", "b"], "no event"),
        ([1, 5, 6], [0, 1, 1], ["a", "b", "b"], "only one group has patients at risk at the first event"),
        ([1, 5, 5], [0, 1, 1], ["a", "a", "b"], "on the same day"),
    ],
)
def test_no_test_is_refused_with_the_reason(time, event, group, reason):
    with pytest.raises(EstimationError, match=reason):
        logrank(np.array(time), np.array(event), group)


def test_one_event_day_is_enough_when_somebody_is_left():
    # n = 3, d = 2, one of two in group a: (1 − 4/3)² / (2/3 · 1/3 · 2 · 1/2)
    test = logrank(np.array([5, 5, 5]), np.array([1, 1, 0]), ["a", "b", "a"])
    assert test.chi2 == pytest.approx(0.5)


def test_equal_groups_have_no_difference():
    test = logrank(np.array([1, 2, 3, 1, 2, 3]), np.ones(6), list("aaabbb"))
    assert test == pytest.approx((0, 1, 1))
