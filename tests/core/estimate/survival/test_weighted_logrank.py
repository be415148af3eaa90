"""Weighted log-rank tests: γ = 0 against R `survdiff`, γ = 1 against the formula worked out in R.

R 4.2.2, survival 3.5-3: `survdiff(Surv(time, event) ~ group, d, rho = 1)`. R has no γ; with base R, over the event
times s in order, S = 1 before the first:

    n <- sum(time >= s); e <- sum(time == s & event); nj, ej the same by group; w <- S^rho * (1 - S)^gamma
    U <- U + w * (ej - e * nj / n)
    V <- V + w^2 * e * (n - e) / (n - 1) * (diag(nj / n) - outer(nj / n, nj / n)); S <- S * (1 - e / n)

and chi2 = U' V⁻¹ U without the first group; with gamma = 0 it gives `survdiff` to 1e-13.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import survdiff

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.logrank import logrank
from ivig_core.estimate.survival.weighted_logrank import tests_of_curves as three_tests
from ivig_core.estimate.survival.weighted_logrank import weighted_logrank
from tests.core.estimate.survival.survival_reference import data
from tests.core.estimate.survival.test_logrank import EVENT, GROUP, TIME


@pytest.mark.parametrize(
    ("rho", "gamma", "chi2", "p"),
    [
        (0, 0, 4.02323568179657, 0.133772077568087),  # survdiff
        (0.5, 0, 3.89396085004456, 0.142704328082011),  # survdiff(rho = 0.5)
        (1, 0, 3.79899922349227, 0.149643480331088),  # survdiff(rho = 1)
        (0, 1, 2.666664474938035, 0.263597426982583),  # the formula
        (1, 1, 2.197987820104342, 0.333206150474706),
    ],
)
def test_three_groups_with_ties_equal_r(rho, gamma, chi2, p):
    test = weighted_logrank(np.array(TIME), np.array(EVENT), GROUP, rho, gamma)
    assert test == pytest.approx((chi2, 2, p), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "comparison", "df", "early", "late"),
    [
        ("sim43", "landmark", 1, (0.931116806907285, 0.334572891563412), (3.08071138310083, 0.0792258665558045)),
        ("sim43", "strategy", 2, (4.01333307225295, 0.134436066342983), (0.793920825329415, 0.672360642071992)),
        ("sim500", "landmark", 1, (6.76508957489177, 0.00929582579131036), (0.300460445914016, 0.583593906459713)),
        ("sim500", "strategy", 2, (19.4026218969255, 6.12032081870613e-05), (0.0755738273385282, 0.962918103717247)),
    ],
)
def test_reference_cohorts_equal_r(name, comparison, df, early, late):
    table = three_tests(data(name, comparison)).set_index("test")
    assert table.index.tolist() == ["logrank", "early", "late"]
    assert table["df"].tolist() == [df] * 3
    assert table.loc["early", ["chi2", "p_value"]].tolist() == pytest.approx(early, rel=1e-9)
    assert table.loc["late", ["chi2", "p_value"]].tolist() == pytest.approx(late, rel=1e-9)
    assert table["note"].tolist() == [""] * 3


def test_by_hand():
    # one of two, then one of one: weights of γ = 1 are 0 and 1/3; 1/3 (1 − 1/2) against (1/3)² · 1/4
    time, event = np.array([1, 2, 3]), np.array([1, 1, 0])
    assert weighted_logrank(time, event, ["a", "a", "b"], 0, 1) == pytest.approx((1, 1, 0.317310507862914))


def test_a_group_gone_after_the_first_event_day_counts_only_in_the_pooled_curve():
    # a fourth group with an event and a censored patient at time 1; the formula without its row and column
    time, event = np.array([*TIME, 1, 1]), np.array([*EVENT, 1, 0])
    test = weighted_logrank(time, event, [*GROUP, "z", "z"], 0, 1)
    assert test == pytest.approx((2.797917193174111, 2, 0.246853904627709), abs=1e-12)
    assert weighted_logrank(time, event, [*GROUP, "z", "z"], 1, 0).df == 3


@pytest.mark.parametrize(
    ("time", "event", "group", "reason"),
    [
        ([], [], [], "No patients"),
        ([1, 2], [1, 1], ["a", "a"], "No late test: only one group has patients."),
        ([1, 2], [0, 0], ["a", "b"], "no event"),
        ([1, 1, 5], [1, 1, 0], ["a", "b", "b"], "all events fall on the same day"),
        ([1, 5, 6], [1, 1, 1], ["a", "b", "b"], "only one group has patients at risk after the first event day"),
        ([1, 5, 5], [1, 1, 1], ["a", "a", "b"], "everybody at risk has the event on the same day"),
    ],
)
def test_no_late_test_is_refused_with_the_reason(time, event, group, reason):
    with pytest.raises(EstimationError, match=reason):
        weighted_logrank(np.array(time), np.array(event), group, 0, 1, "late test")


def test_without_groups_there_is_no_table():
    assert three_tests(data("sim43", "everybody")).empty


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.booleans(), st.sampled_from("abc")), min_size=2, max_size=40))
def test_weights_of_one_are_the_log_rank_test_and_rho_is_that_of_statsmodels(patients):
    time, event, group = map(np.array, zip(*patients, strict=True))
    # one of each group is followed longest, so that no group is gone and statsmodels has no logarithm of 0
    time, event, group = np.append(time, [13] * 3), np.append(event, [False] * 3), np.append(group, list("abc"))
    if not event.any():
        return
    assert weighted_logrank(time, event, group, 0, 0) == pytest.approx(logrank(time, event, group), abs=1e-9)
    theirs = survdiff(time, event.astype(int), group, weight_type="fh", fh_p=1)
    assert weighted_logrank(time, event, group, 1, 0)[::2] == pytest.approx(theirs, abs=1e-9)
