"""Fine-Gray regression against R (4.2.2, survival 3.5-3, cmprsk 2.2-11), and against Cox regression without deaths.

`fg <- finegray(Surv(time, factor(cause, 0:2)) ~ ., d, etype = "1", id = id)`, then
`coxph(Surv(fgstart, fgstop, fgstatus) ~ x, fg, weights = fgwt, id = id, robust = TRUE)`: coefficients, robust errors.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from ivig_core.estimate.cox.data import levels, number, rows_from_start
from ivig_core.estimate.cox.regression import cox_model
from ivig_core.estimate.survival.subdistribution.fine_gray import fine_gray
from tests.core.estimate.survival.subdistribution.cases import CAUSE, GROUP, ODD, TIME, arrays
from tests.core.estimate.survival.survival_cohort import reference_cohort
from tests.core.estimate.survival.survival_reference import data

WORDS = "an infection"
SIM = {
    "sim43": ((0.0409294265534, 0.0214743876566), (0.5823948066516, 0.0196544764444)),
    "sim500": ((-0.176281962829, 0.00271273313851), (0.120205350753, 0.00621760627052)),
}
TIES = {
    "ties": (CAUSE, (1.309598698016, 0.0191388972114), (0.825256157324, 1.0371074609026)),
    "nobody censored": (
        np.where(CAUSE == 0, 2, CAUSE), (1.356731551810, 0.102504253738), (0.842679751633, 1.027634091919),
    ),
}  # fmt: skip


def fitted(time, cause, covariates):
    return fine_gray("share", np.arange(len(time)), time, cause, covariates, WORDS).rows


def grouped(group):
    labels = pd.Categorical(group)
    return levels("g", labels, str(labels.categories[0]))


def numbers(rows):
    return [row.log_hr for row in rows], [row.se for row in rows]


@pytest.mark.parametrize("name", SIM)
def test_group_and_age_equal_finegray(name):
    table = data(name, "infection").table
    age = reference_cohort(name).patients["age"].to_numpy(float)[table["patient"]]
    group = np.where(table["group"] == "ivig", "1", "0")
    rows = fitted(table["time"].to_numpy(), table["cause"].to_numpy(), [grouped(group), number("age", age)])
    np.testing.assert_allclose(numbers(rows), SIM[name], rtol=1e-7)


@pytest.mark.parametrize("name", TIES)
def test_ties_of_three_groups_equal_finegray(name):
    cause, *want = TIES[name]
    np.testing.assert_allclose(numbers(fitted(TIME, cause, [grouped(GROUP)])), want, rtol=1e-7)


def test_equals_crr_where_no_times_are_tied():
    """`crr(time, cause, x)`: its error has a term for the weights being estimated, 0.6471 here."""
    time = np.array([3, 5, 8, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59])
    cause = np.array([1, 2, 0, 1, 1, 0, 2, 1, 1, 2, 0, 1, 1, 0, 1, 2])
    x = np.array([1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1.0])
    (row,) = fitted(time, cause, [number("x", x)])
    assert row.log_hr == pytest.approx(0.465058529748, rel=1e-8)
    assert row.se == pytest.approx(0.647097788562, rel=0.02)


def test_without_deaths_it_is_cox_regression():
    cause = np.where(CAUSE == 2, 0, CAUSE)
    rows = cox_model("share", rows_from_start(np.arange(20), TIME, cause == 1), [grouped(GROUP)], WORDS, robust=True)
    for mine, other in zip(fitted(TIME, cause, [grouped(GROUP)]), rows.rows, strict=True):
        assert (mine.term, mine.status, mine.note) == (other.term, other.status, other.note)
        np.testing.assert_allclose([mine.log_hr, mine.se], [other.log_hr, other.se], rtol=1e-9)


def test_a_missing_value_takes_the_patient_out_of_the_weights_too():
    x = np.where(np.arange(20) % 7 == 0, np.nan, np.arange(20) % 5)
    known = ~np.isnan(x)
    (row,), (want,) = fitted(TIME, CAUSE, [number("x", x)]), fitted(TIME[known], CAUSE[known], [number("x", x[known])])
    assert (row.log_hr, row.se) == (want.log_hr, want.se)
    assert "3 patients left out for a missing value" in row.note


def test_a_group_without_infections_has_ratio_0_with_a_limit_that_knows_of_the_dead():
    """By the definition: the limit is where twice the drop of the log-likelihood is 3.84."""
    time, cause, group = np.array([2, 3, 4, 6, 7, 1, 5]), np.array([1, 1, 2, 1, 1, 2, 0]), np.array(list("aaaaabb"))
    (row,) = fitted(time, cause, [grouped(group)])
    assert (row.status, row.hr, row.ci_low) == ("no_events_exposed", 0.0, 0.0)
    # At risk at each infection: of a all without one, the dead of day 4 as far as followed; of b the dead of day 1 and
    # until day 5 the other. The one censoring, of three still without an event, leaves 2/3 of the dead.
    a, b = np.array([5, 4, 2 + 2 / 3, 1 + 2 / 3]), np.array([2, 2, 2 / 3, 2 / 3])

    def log_likelihood(ratio):
        return -np.log(a + ratio * b).sum()

    assert 2 * (log_likelihood(0) - log_likelihood(row.ci_high)) == pytest.approx(3.841458820694124, rel=1e-6)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(ODD)
def test_an_estimate_or_a_reason(people):
    time, cause, group = arrays(people)
    for row in fitted(time, cause, [grouped(group)]):
        assert row.note
        assert (row.log_hr is not None) == (row.status == "ok")
        if row.status == "ok":
            assert np.isfinite([row.hr, row.ci_low, row.ci_high, row.p_value]).all()
