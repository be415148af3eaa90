"""Kaplan–Meier against R, and what must hold for any data.

Reference values: R 4.2.2, survival 3.5-3, `f <- survfit(Surv(time, event) ~ 1, conf.type = "log-log")`;
curves from `summary(f, censored = TRUE)`, medians from `summary(f)$table`.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.estimate.survival.kaplan_meier import CURVE_COLUMNS, MEDIAN_COLUMNS, kaplan_meier

NAN = float("nan")

TIES = ([3, 3, 3, 5, 5, 8, 8, 8, 10, 12], [1, 1, 0, 1, 0, 1, 1, 1, 0, 0])
TIES_ROWS = [
    (3, 10, 2, 1, 0.800000000000000, 0.4086907816334043, 0.945872645838912),
    (5, 7, 1, 1, 0.685714285714286, 0.3045850742018473, 0.887148495027707),
    (8, 5, 3, 0, 0.274285714285714, 0.0421996756759962, 0.589399449819633),
    (10, 2, 0, 1, 0.274285714285714, 0.0421996756759962, 0.589399449819633),
    (12, 1, 0, 1, 0.274285714285714, 0.0421996756759962, 0.589399449819633),
]
TO_ZERO = ([1, 2, 4, 4], [1, 0, 1, 1])
TO_ZERO_ROWS = [
    (1, 4, 1, 0, 0.75, 0.127946917595146, 0.960548642285078),
    (2, 3, 0, 1, 0.75, 0.127946917595146, 0.960548642285078),
    (4, 2, 2, 0, 0.00, NAN, NAN),
]

# time, event, (median, lower, upper); R 4.2.2, survival 3.5-3: `summary(survfit(Surv(time, event) ~ 1,
# conf.type = "log-log"))$table`, which `print` shows. `quantile(fit, 0.5)` and `median(fit)` are the same numbers but
# for a curve that is flat at 0.5 to its end, where they give the middle, 3, and the table 2.
MEDIANS = {
    "ties": (*TIES, (8, 3, NAN)),
    "flat at 0.5": ([2, 4, 6, 7], [1, 1, 1, 0], (5, 2, NAN)),
    "flat at 0.5, censored within": ([1, 2, 3, 4, 6, 9, 11, 12], [1, 1, 1, 1, 0, 1, 0, 0], (6.5, 1, NAN)),
    "flat at 0.5 by rounding": (
        [3, 5, 7, 9, 11, 13, *range(20, 26)],
        [1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1],
        (17, 5, 23),
    ),
    "flat at 0.5 to the end": ([1, 2, 3, 4], [1, 1, 0, 0], (2, 1, NAN)),
    "reaches 0": (*TO_ZERO, (4, 1, NAN)),
    "one patient, event": ([5], [1], (5, NAN, NAN)),
    "one patient, censored": ([5], [0], (NAN, NAN, NAN)),
}


def fit(time, event, group=None, **more):
    group = ["all"] * len(time) if group is None else group
    return kaplan_meier(np.array(time), np.array(event, dtype=bool), group, **more)


@pytest.mark.parametrize(("data", "expected"), [(TIES, TIES_ROWS), (TO_ZERO, TO_ZERO_ROWS)], ids=["ties", "to zero"])
def test_curve_equals_r(data, expected):
    curves = fit(*data).curves
    assert tuple(curves.columns) == CURVE_COLUMNS
    np.testing.assert_allclose(curves.iloc[:, 1:].to_numpy(float), np.array(expected, dtype=float), rtol=0, atol=1e-12)


@pytest.mark.parametrize("case", MEDIANS)
def test_median_and_its_limits_equal_r(case):
    time, event, expected = MEDIANS[case]
    row = fit(time, event).medians.iloc[0]
    assert tuple(row.index) == MEDIAN_COLUMNS
    assert (row["patients"], row["events"]) == (len(time), sum(event))
    np.testing.assert_array_equal(row[["median", "ci_low", "ci_high"]].astype(float), expected)


def test_confidence_level_moves_the_limits_as_in_r():
    curves = fit(*TIES, conf_level=0.9).curves  # R: conf.int = 0.9
    expected = [[0.4888302279668539, 0.932796125067163], [0.0644932043623753, 0.543106552355708]]
    np.testing.assert_allclose(curves[curves["time"].isin([3, 8])][["ci_low", "ci_high"]], expected, atol=1e-12)


def test_until_the_first_event_survival_and_limits_are_one():
    # R 2 gave 1 here, survival 3.5-3 gives NA: a band is drawn from 1
    first = fit([1, 2, 3], [0, 1, 0]).curves.iloc[0]
    assert first[["survival", "ci_low", "ci_high"]].tolist() == [1, 1, 1]


def test_value_at_chosen_times():
    table = fit(*TIES).at([12, 0, 4, 5, 13])
    assert table["time"].tolist() == [0, 4, 5, 12, 13]
    assert table["at_risk"].tolist() == [10, 7, 7, 1, 0]
    expected = [1, 0.8, 0.685714285714286, 0.274285714285714, NAN]  # not observed beyond 12
    np.testing.assert_allclose(table["survival"], expected, atol=1e-12)
    np.testing.assert_allclose(table["ci_low"].iloc[[0, 1, 4]], [1, 0.4086907816334043, NAN], atol=1e-12)


def test_a_curve_that_reached_zero_stays_there():
    row = fit(*TO_ZERO).at([100]).iloc[0]
    assert (row["survival"], row["at_risk"]) == (0, 0)
    assert np.isnan(row["ci_high"])


def test_groups_are_estimated_apart_and_keep_the_order_of_a_categorical():
    group = pd.Categorical(["treated"] * 10 + ["control"] * 4, categories=["unused", "treated", "control"])
    km = fit(TIES[0] + TO_ZERO[0], TIES[1] + TO_ZERO[1], group)
    assert km.groups == km.curves["group"].unique().tolist() == ["treated", "control"]
    np.testing.assert_allclose(km.curves["survival"], [row[4] for row in TIES_ROWS + TO_ZERO_ROWS], atol=1e-12)


def test_plain_labels_are_sorted():
    assert fit([1, 2, 3], [1, 1, 1], ["III", "I", "II"]).groups == ["I", "II", "III"]


def test_no_patients_give_empty_tables():
    km = fit([], [])
    assert km.curves.empty
    assert km.medians.empty
    assert km.at([10]).empty
    assert tuple(km.curves.columns) == CURVE_COLUMNS


PATIENTS = st.lists(st.tuples(st.integers(1, 12), st.booleans(), st.sampled_from("ab")), min_size=1, max_size=40)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(PATIENTS)
def test_counts_add_up_and_the_curve_only_falls(patients):
    time, event, group = (np.array(column) for column in zip(*patients, strict=True))
    km = kaplan_meier(time, event, group)
    for label, curve in km.curves.groupby("group"):
        gone = (curve["events"] + curve["censored"]).to_numpy()
        assert gone.sum() == (group == label).sum() == curve["at_risk"].iloc[0]
        assert (curve["at_risk"].to_numpy()[1:] == (curve["at_risk"].to_numpy() - gone)[:-1]).all()
        survival = curve["survival"].to_numpy()
        assert ((survival >= 0) & (survival <= 1)).all()
        assert (np.diff(survival) <= 0).all()
        np.testing.assert_allclose(survival, np.cumprod(1 - curve["events"] / curve["at_risk"]), atol=1e-12)
        inside = curve[survival > 0]
        assert (inside["ci_low"] <= inside["survival"]).all()
        assert (inside["survival"] <= inside["ci_high"]).all()
        assert curve[["ci_low", "ci_high"]][survival == 0].isna().all(axis=None)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(PATIENTS)
def test_median_is_where_the_curve_halves(patients):
    time, event, group = (np.array(column) for column in zip(*patients, strict=True))
    km = kaplan_meier(time, event, group)
    for row in km.medians.itertuples():
        curve = km.curves[km.curves["group"] == row.group]
        if np.isnan(row.median):
            assert curve["survival"].min() > 0.5
        else:
            before = curve.loc[curve["time"] < row.median, "survival"]
            assert (before >= 0.5 - 1e-8).all()
            assert curve.loc[curve["time"] <= row.median, "survival"].iloc[-1] <= 0.5 + 1e-8
