"""Restricted mean against R: `summary(survfit(Surv(time, event) ~ 1), rmean = days)$table`, survival 3.5-3."""

import numpy as np
import pytest

from ivig_core.estimate.survival.kaplan_meier import kaplan_meier
from ivig_core.estimate.survival.restricted_mean import CERTAIN, NO_SPREAD, mean_differences, restricted_mean
from ivig_core.estimate.survival.tables import survival_tables
from tests.core.estimate.survival.survival_reference import data

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


# m, e <- rmean and se(rmean) of `summary(survfit(Surv(time, event) ~ group, d), rmean = days)$table` (R 4.2.2), then as
# survRM2 does: difference ± qnorm(.975) sqrt(e1² + e2²), exp(log(m1/m2) ± qnorm(.975) sqrt((e1/m1)² + (e2/m2)²)); ivig
# minus no_ivig: difference, lower, upper, p, ratio, lower, upper
DIFFERENCES = {
    ("sim43", 365): (
        -58.5184948979592, -158.80283900159, 41.7658492056718, 0.252752466410924,
        1 / 1.4399886834433, 1 / 2.92559057401702, 1 / 0.708768830081933,
    ),
    ("sim43", 200): (
        -16.2718112244898, -92.3244843468807, 59.7808618979011, 0.674965399537627,
        1 / 1.13836574170484, 1 / 2.15498802814749, 1 / 0.601338172166648,
    ),
    ("sim500", 365): (
        48.6530049345551, 16.2386096634648, 81.0674002056455, 0.0032626283840796,
        1 / 0.786008283337346, 1 / 0.91363528203226, 1 / 0.676209679753924,
    ),
    ("sim500", 200): (
        24.1688461123417, 7.70491598196665, 40.6327762427167, 0.00401217492281965,
        1 / 0.842570863500169, 1 / 0.94227827239888, 1 / 0.753414018782446,
    ),
}  # fmt: skip
NUMBERS = ["difference", "ci_low", "ci_high", "p_value", "ratio", "ratio_low", "ratio_high"]


@pytest.mark.parametrize(("name", "days"), DIFFERENCES)
def test_differences_and_ratios_equal_r(name, days):
    (row,) = mean_differences(survival_tables(data(name, "landmark"), days).restricted_mean).to_dict("records")
    assert (row["group"], row["reference"], row["days"], row["note"]) == ("ivig", "no_ivig", days, "")
    assert [row[name] for name in NUMBERS] == pytest.approx(DIFFERENCES[name, days], rel=1e-10)


def test_three_groups_are_each_compared_with_the_one_without_ivig():
    # means 356.526315789474, 365, 308 and errors 8.2476785690693, 0, 52.0336429629908 in R
    table = mean_differences(survival_tables(data("sim43", "strategy")).restricted_mean)
    assert table[["group", "reference"]].to_numpy().tolist() == [["primary", "none"], ["secondary", "none"]]
    assert table["difference"].tolist() == pytest.approx([48.5263157894737, 57])
    assert table["p_value"].tolist() == pytest.approx([0.357000403116153, 0.273321678292], abs=1e-11)
    assert table["note"].tolist() == ["", CERTAIN]


def test_no_interval_where_neither_mean_varies():
    (row,) = mean_differences(mean_of([20, 30], [0, 0], 20, ["a", "b"])).to_dict("records")
    assert (row["difference"], row["ratio"], row["note"]) == (0, 1, NO_SPREAD)
    assert np.isnan([row["ci_low"], row["ci_high"], row["p_value"], row["ratio_low"]]).all()


def test_one_group_has_no_difference():
    assert mean_differences(mean_of([20, 30], [1, 0], 20)).empty
