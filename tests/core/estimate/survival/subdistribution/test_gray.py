"""Gray's test against R (4.2.2, cmprsk 2.2-11): `cuminc(d$time, d$cause, d$group)$Tests`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from ivig_core.estimate.survival.subdistribution.gray import COLUMNS, gray_tests
from tests.core.estimate.survival.subdistribution.cases import CAUSE, GROUP, ODD, TIME, arrays
from tests.core.estimate.survival.survival_reference import data

NO_DEATHS, ALL_ENDED = np.where(CAUSE == 2, 0, CAUSE), np.where(CAUSE == 0, 2, CAUSE)
R = {
    "ties": ((3.98007940717, 2, 0.136689998255), (4.18877387763, 2, 0.123145716376)),
    "no deaths": ((2.15081140115, 2, 0.341159318688), None),
    "everybody dies or has one": ((3.78499268537, 2, 0.150695152159), (4.68278318885, 2, 0.096193682454)),
    "sim43": ((0.357248740486, 1, 0.5500381991314), (5.958880792223, 1, 0.0146433338483)),
    "sim500": ((1.530379037966, 1, 0.216055566817), (0.587049534094, 1, 0.443562318885)),
}


def given_as(name):
    causes = {"ties": CAUSE, "no deaths": NO_DEATHS, "everybody dies or has one": ALL_ENDED}
    if name in causes:
        return TIME, causes[name], GROUP
    table = data(name, "infection").table
    return table["time"].to_numpy(), table["cause"].to_numpy(), table["group"]


@pytest.mark.parametrize("name", R)
def test_equals_cuminc(name):
    found = gray_tests(*given_as(name))
    assert tuple(found) == COLUMNS
    for row, want in zip(found.to_dict("records"), R[name], strict=True):
        if want is None:
            assert np.isnan(row["p_value"])
            assert row["note"] == "No Gray's test: there is no event in any group."
        else:
            np.testing.assert_allclose([row["chi2"], row["df"], row["p_value"]], want, rtol=1e-9)


def test_two_patients_and_one_group_have_no_test_and_a_reason():
    one = gray_tests(np.array([3, 4]), np.array([1, 2]), np.array(["a", "a"]))
    assert one["note"].str.startswith("No Gray's test: only one group").all()
    both = gray_tests(np.array([3, 4]), np.array([1, 0]), np.array(["a", "b"]))
    assert both["p_value"].notna().tolist() == [True, False]


@settings(derandomize=True, max_examples=40, deadline=None)
@given(ODD)
def test_a_finite_test_or_a_reason_whatever_the_groups_are_called(people):
    time, cause, group = arrays(people)
    found = gray_tests(time, cause, group)
    assert (found["p_value"].isna() == (found["note"] != "")).all()
    assert found["p_value"].dropna().between(0, 1).all()
    renamed = gray_tests(time, cause, np.array([{"a": "z", "b": "b", "c": "a"}[name] for name in group]))
    np.testing.assert_allclose(found["chi2"], renamed["chi2"], rtol=1e-6, atol=1e-9)
