"""Restricted mean against R: `summary(survfit(Surv(time, event) ~ 1), rmean = days)$table`, survival 3.5-3."""

import numpy as np
import pytest

from ivig_core.estimate.kaplan_meier import kaplan_meier
from ivig_core.estimate.restricted_mean import restricted_mean

TIES = ([3, 3, 3, 5, 5, 8, 8, 8, 10, 12], [1, 1, 0, 1, 0, 1, 1, 1, 0, 0])


def mean_of(time, event, days, group=None):
    group = ["all"] * len(time) if group is None else group
    return restricted_mean(kaplan_meier(np.array(time), np.array(event), group), days)


@pytest.mark.parametrize(
    ("time", "event", "days", "mean", "se"),
    [
        (*TIES, 10, 7.205714285714286, 0.833151031565956),
        ([2, 4, 6, 7], [1, 1, 1, 0], 7, 4.75, 0.960143218483576),
        ([1, 2, 3, 4, 6, 9, 11, 12], [1, 1, 1, 1, 0, 1, 0, 0], 11, 6.41666666666667, 1.43865694183718),
        ([1, 2, 4, 4], [1, 0, 1, 1], 4, 3.25, 0.649519052838329),
        ([5], [1], 5, 5, 0),
        ([5], [0], 5, 5, 0),
    ],
)
def test_equals_r(time, event, days, mean, se):
    row = mean_of(time, event, days).iloc[0]
    assert row[["days", "mean", "se"]].tolist() == pytest.approx([days, mean, se], abs=1e-12)


def test_all_groups_share_the_horizon_of_the_one_observed_shortest():
    table = mean_of([4, 9, 6, 20], [1, 0, 0, 0], 365, ["a", "a", "b", "b"])
    assert table["group"].tolist() == ["a", "b"]
    assert table["days"].tolist() == [9, 9]
    assert table["mean"].tolist() == [6.5, 9]


def test_a_curve_that_has_reached_0_does_not_shorten_the_horizon():
    """Nobody of group a is left, so nothing about it is unknown after day 9; R's `rmean = 20` gives the same 9."""
    table = mean_of([4, 9, 6, 20], [0, 1, 0, 0], 365, ["a", "a", "b", "b"])
    assert table["days"].tolist() == [20, 20]
    assert table["mean"].tolist() == [9, 20]


def test_horizon_before_the_first_event_is_all_survived():
    assert mean_of(*TIES, 2).iloc[0][["days", "mean", "se"]].tolist() == [2, 2, 0]


def test_no_patients_give_an_empty_table():
    table = mean_of([], [], 365)
    assert list(table.columns) == ["group", "days", "mean", "se"]
    assert table.empty
