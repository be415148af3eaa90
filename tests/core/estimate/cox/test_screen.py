"""Cox regressions that lack something: empty levels, values missing or alike, terms without a maximum.

Numbers are of R 4.2.2, survival 3.5-3, with the call in the test.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ivig_core.estimate.cox.data import flag, levels, not_usable, number, rows_from_start
from ivig_core.estimate.cox.regression import cox_model
from tests.core.estimate.cox.hand import HAND, WORDS, by_hand, term


def test_a_level_without_events_has_ratio_zero_and_leaves_the_others_alone():
    """R: the other terms without level c; limit and p from `coxph(… + offset(b * (g == "c")))$loglik`, `uniroot`."""
    fit = by_hand(levels("g", pd.Categorical(HAND["g"]), "a"), number("age", HAND["age"].to_numpy(), 5, "years"))
    empty = term(fit, "g=c")
    assert (empty.status, empty.hr, empty.ci_low, empty.log_hr, empty.se) == ("no_events_exposed", 0, 0, None, None)
    assert (empty.ci_high, empty.p_value) == pytest.approx((0.841042652621892, 0.038209462640882), rel=1e-7)
    assert "no patient had an infection in this level; against a" in empty.note
    assert (term(fit, "g=b").log_hr, term(fit, "g=b").se) == pytest.approx((0.257918280630013, 0.734305138257156))
    assert (term(fit, "age").log_hr, term(fit, "age").se) == pytest.approx((-0.234143596407158, 0.278164621716760))
    assert "8 events for 2 terms, fewer than 10 each" in term(fit, "age").note


def test_a_reference_without_events():
    two = pd.Categorical(np.where(HAND["g"] == "c", "c", "other"))
    fit = by_hand(levels("g", two, "c"), number("age", HAND["age"].to_numpy(), 5))
    got = term(fit, "g=other")
    assert (got.status, got.hr, got.ci_high) == ("no_events_reference", None, None)
    assert (got.ci_low, got.p_value) == pytest.approx((1.30910609630347, 0.032318738638407), rel=1e-7)
    three = by_hand(levels("g", pd.Categorical(HAND["g"]), "c"))
    assert [(row.status, row.hr, row.ci_low) for row in three.rows] == [("no_events_reference", None, None)] * 2
    assert three.rows[0].note == "no patient had an infection in c; against c"


def test_events_that_only_go_to_the_extreme_value_give_no_number():
    rows = rows_from_start(np.arange(8), np.arange(1, 9), np.ones(8, bool))
    got = cox_model("m", rows, [number("x", np.arange(8.0))], WORDS).rows[0]
    assert (got.status, got.hr) == ("not_identified", None)
    assert got.note.startswith("it alone tells apart who of those at risk had an infection")
    # One event that is not at the extreme is enough.
    mixed = cox_model("m", rows, [number("x", np.array([0.0, 1, 2, 4, 3, 5, 6, 7]))], WORDS).rows[0]
    assert mixed.status == "ok"
    assert mixed.se < 2


def test_terms_that_separate_together_say_so():
    x = np.array([0.0, 1, 2, 3, 4, 5, 6, 7])
    y = np.array([0.0, 3, 1, 2, 7, 4, 6, 5])
    rows = rows_from_start(np.arange(8), np.argsort(np.argsort(x + y)) + 1, np.ones(8, bool))
    fit = cox_model("m", rows, [number("x", x), number("y", y)], WORDS)
    assert {row.status for row in fit.rows} == {"not_identified"}
    assert all(row.hr is None for row in fit.rows)


def test_terms_beside_an_infinite_one_are_estimated_in_the_limit():
    """Level c has events only when nobody else is at risk any more.

    R: coxph(Surv(t, e) ~ I(g == "b") + I(g == "c") + I(age/5), iter.max = 60, eps = 1e-14), which gives NA for c.
    """
    data = pd.DataFrame(
        {
            "t": [5, 8, 8, 12, 15, 15, 20, 22, 30, 30, 60, 70, 75, 80],
            "e": [1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1],
            "g": list("abaaabbbaacccc"),
            "age": [60.0, 71, 55, 64, 80, 58, 62, 77, 69, 50, 73, 66, 61, 70],
        }
    )
    terms = levels("g", pd.Categorical(data["g"]), "a"), number("age", data["age"].to_numpy(), 5)
    fit = by_hand(*terms, data=data)
    assert term(fit, "g=c").status == "not_identified"
    got = [(term(fit, name).log_hr, term(fit, name).se) for name in ("g=b", "age")]
    np.testing.assert_allclose(
        got, [(0.154475393682572, 0.828163897880065), (0.131475659417887, 0.194398992698331)], atol=1e-8
    )
    assert "no robust interval" in term(by_hand(*terms, data=data, robust=True), "age").note


def test_covariates_that_say_the_same_are_named():
    age = HAND["age"].to_numpy()
    fit = by_hand(number("age", age), number("born", 2020 - age), levels("g", pd.Categorical(HAND["g"])))
    assert term(fit, "born").status == term(fit, "age").status == "not_identified"
    assert term(fit, "born").note.startswith("cannot be told apart from age")
    assert term(fit, "g=b").status == "ok"


def test_missing_values_are_counted_by_variable():
    age = HAND["age"].to_numpy().copy()
    age[[0, 3]] = np.nan
    sex = pd.Categorical([None, *"fmfmfmfmfmf"])
    fit = by_hand(number("age", age), levels("sex", sex, "m"))
    assert fit.rows[0].patients == 10
    assert "2 patients left out for a missing value;" in fit.rows[0].note
    assert "2 patients left out for a missing value, 1 of them of this variable" in fit.rows[1].note
    assert "1 patient left out for a missing value" in by_hand(levels("sex", sex, "m")).rows[0].note


def test_a_level_that_complete_cases_have_lost():
    age = np.where(HAND["g"] == "c", np.nan, HAND["age"])
    fit = by_hand(levels("g", pd.Categorical(HAND["g"]), "a"), number("age", age))
    assert (term(fit, "g=c").status, term(fit, "g=b").status) == ("no_contrast", "ok")
    assert term(fit, "g=c").note.startswith("no patient at risk in this level")
    gone = by_hand(levels("g", pd.Categorical(HAND["g"]), "c"), number("age", age))
    assert (term(gone, "g=a").status, term(gone, "age").status) == ("no_contrast", "ok")
    assert term(gone, "g=a").note.startswith("no patient at risk in c")


@pytest.mark.parametrize(
    ("covariate", "why"),
    [
        (number("x", np.full(12, 3.0)), "all have the same value"),
        (number("x", np.full(12, np.nan)), "no patient has a value"),
        (levels("x", pd.Categorical(["u"] * 12)), "all have the same value: u"),
        (levels("x", pd.Categorical([None] * 12, categories=["u"])), "no patient has a value"),
        (not_usable("x", 12, "22 different values, too many to compare"), "22 different values, too many to compare"),
    ],
)
def test_nothing_to_compare_is_a_row_that_says_so(covariate, why):
    fit = by_hand(covariate, number("age", HAND["age"].to_numpy()))
    assert (fit.rows[0].term, fit.rows[0].status, fit.rows[0].note) == ("x", "no_contrast", why)
    assert fit.rows[1].status == "ok"


def test_no_events_and_no_patients():
    still = by_hand(number("age", HAND["age"].to_numpy()), data=HAND.assign(e=0))
    assert (still.rows[0].status, still.rows[0].note) == (
        "no_contrast", "no patient had an infection: nothing to compare",
    )  # fmt: skip
    nobody = by_hand(flag("on_ivig", np.zeros(0), "", ("on IVIG", "off IVIG")), data=HAND.iloc[:0])
    assert nobody.rows[0].note == "no patient is left to compare"
    one = by_hand(flag("on_ivig", np.zeros(1), "", ("on IVIG", "off IVIG")), data=HAND.iloc[:1])
    assert (one.rows[0].status, one.rows[0].note) == ("no_contrast", "no patient at risk on IVIG")


def test_an_outlier_is_no_trouble():
    value = HAND["age"].to_numpy().copy()
    value[3] = 1e9
    row = by_hand(number("x", value)).rows[0]
    assert row.status in ("ok", "not_identified")
    assert row.hr is None or np.isfinite([row.hr, row.ci_low, row.ci_high]).all()


def test_a_unit_far_beyond_the_data_has_no_ratio():
    row = by_hand(number("x", HAND["age"].to_numpy() / 1e4)).rows[0]
    assert (row.status, row.hr) == ("not_identified", None)
    assert "choose a smaller unit" in row.note


def test_a_weak_covariate_with_an_outlier_keeps_its_estimate():
    rng = np.random.default_rng(5)
    value = np.append(rng.normal(300, 100, 99), 1e5)
    rows = rows_from_start(np.arange(100), rng.integers(1, 300, 100), rng.random(100) < 0.5)
    row = cox_model("m", rows, [number("x", value, 100)], WORDS).rows[0]
    assert row.status == "ok"
