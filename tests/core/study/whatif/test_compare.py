"""A and B side by side: what each gives alone, and the difference of independent and of the same patients."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.estimate.intervals import Z
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from ivig_core.study.survival.numbers import survival_numbers
from ivig_core.study.whatif.compare.comparison import RATE_OFF, RATE_ON, RATIO, compare
from ivig_core.study.whatif.compare.pair import BOOTSTRAP, INDEPENDENT, SAME
from ivig_core.study.whatif.compare.survival import MEAN, SHARE
from tests.core.make import Patient, cohort
from tests.paths import ROOT

ALL = AnalysisSpec()


@pytest.fixture(scope="module")
def study() -> Study:
    found = read_cohort(ROOT / "sample_data" / "daratumumab.csv").cohort
    assert found is not None
    return Study(found)


def row(rows: pd.DataFrame, measure: str, group: str = "") -> pd.Series:
    return rows[(rows["measure"] == measure) & (rows["group"] == group)].iloc[0]


def test_each_side_is_its_own_analysis(study):
    a, b = ALL.change(adjust_for="season"), ALL.change(min_grade=2, dose_day="off", landmark_day=60)
    found = compare(study, a, b)
    for side, spec in (("a", a), ("b", b)):
        ratio = forest(study, spec, "overall").iloc[0]
        rates = incidence_rates(study, spec).set_index("period")
        for measure, expected in (
            (RATIO, ratio[["irr", "ci_low", "ci_high"]]),
            (RATE_ON, rates.loc["on_ivig", ["rate", "ci_low", "ci_high"]]),
            (RATE_OFF, rates.loc["observation", ["rate", "ci_low", "ci_high"]]),
        ):
            shown = row(found.rows, measure)[[side, f"{side}_low", f"{side}_high"]]
            np.testing.assert_allclose(shown.to_numpy(float), expected.to_numpy(float))
        at = survival_numbers(study, spec, (365,)).at.set_index("group")
        for group in ("ivig", "no_ivig"):
            assert row(found.rows, SHARE, group)[side] == pytest.approx(at.loc[group, "survival"])
    assert (found.only_a, found.both, found.only_b) == (0, 143, 0)


def test_intervals_of_two_kinds_are_said(study):
    """Infections of grade 3 and more gather in this sample, those of any grade do not."""
    assert "of the ratio of B alone are robust" in compare(study, ALL, ALL.change(min_grade=3)).notes[-1]


def test_groups_without_a_common_patient_are_independent(study):
    found = compare(study, ALL.change(where="age<65"), ALL.change(where="age>=65"))
    assert not found.overlap
    assert set(found.rows["method"]) == {INDEPENDENT}
    # Few of the younger ones had IVIG by day 30: a number, no interval, whatever their few times would give.
    few = row(found.rows, MEAN, "ivig")
    assert min(few["a_patients"], few["b_patients"]) < 5
    assert np.isfinite(few["change"])
    assert np.isnan(few[["ci_low", "ci_high", "p_value"]].to_numpy(float)).all()
    assert "fewer than 5" in few["note"]
    ratio = row(found.rows, RATIO)
    logs = np.log(ratio[["a", "a_low", "a_high", "b", "b_low", "b_high"]].to_numpy(float))
    se = np.hypot(logs[2] - logs[1], logs[5] - logs[4]) / (2 * Z)
    assert np.log(ratio["change"]) == pytest.approx(logs[3] - logs[0])
    assert np.log(ratio["ci_high"]) == pytest.approx(logs[3] - logs[0] + Z * se)
    mean = row(found.rows, MEAN, "no_ivig")
    assert mean["change"] == pytest.approx(mean["b"] - mean["a"])
    assert mean["ci_low"] < mean["change"] < mean["ci_high"]
    # The interaction of the forest has the same two ratios, and with Wald intervals nearly the same test.
    again = compare(study, ALL.change(where="age>=65"), ALL.change(where="age<65"))
    turned = row(again.rows, MEAN, "no_ivig")
    assert (turned["change"], turned["ci_low"]) == pytest.approx((-mean["change"], -mean["ci_high"]))


def test_what_does_not_differ_is_said_to_be_the_same(study):
    found = compare(study, ALL, ALL)
    assert set(found.rows["method"]) == {SAME}
    assert found.survival is None
    moved = compare(study, ALL, ALL.change(landmark_day=90))
    assert set(moved.rows.loc[moved.rows["group"] == "", "method"]) == {SAME}
    assert set(moved.rows.loc[moved.rows["group"] != "", "method"]) == {BOOTSTRAP}
    whole = compare(study, ALL, ALL.change(pre_exposure_days=60))
    apart = whole.rows
    assert "Survival is the same" in whole.notes[0]
    # The days before the first dose are off IVIG: what is on it stays as it is.
    assert row(apart, RATE_ON)["method"] == SAME
    assert row(apart, RATE_OFF)["ci_high"] < 1


def test_the_same_patients_are_drawn_for_both(study):
    """Two nearly equal analyses of the same patients differ far less than two independent ones would."""
    ratio = row(compare(study, ALL, ALL.change(window_days=28)).rows, RATIO)
    width = np.log(ratio["ci_high"] / ratio["ci_low"])
    alone = np.log(ratio[["a_high", "b_high"]].to_numpy(float) / ratio[["a_low", "b_low"]].to_numpy(float))
    assert ratio["method"] == BOOTSTRAP
    assert ratio["ci_low"] <= ratio["change"] <= ratio["ci_high"]
    assert width < np.hypot(*alone) / 3


def test_which_of_the_two_lacks_what_is_said():
    usual = {"days": 300, "doses": [100]}
    both_sides = [Patient(**usual, infections=[20, 110])] * 6
    b = ALL.change(pre_exposure_days=60)
    all_on = compare(Study(cohort(*[Patient(**usual, infections=[110])] * 6)), ALL, b).rows
    assert row(all_on, RATIO)["note"] == "both ratios are 0 or ∞"
    assert row(all_on, RATE_OFF)["note"] == "no such infection in A or B"
    apart = compare(Study(cohort(*[Patient(**usual, infections=[60, 110])] * 6)), ALL, b).rows
    assert row(apart, RATIO)["note"] == "the ratio of B is 0 or ∞"
    assert row(apart, RATE_OFF)[["change", "note"]].tolist() == [0, "no such infection in B"]
    nobody = compare(Study(cohort(*[Patient(days=300, infections=[60])] * 6)), ALL, b).rows
    assert row(nobody, RATIO)["note"] == "neither has such an estimate"
    assert row(nobody, RATE_ON)["note"] == "no such day in A or B"
    assert np.isfinite(row(compare(Study(cohort(*both_sides)), ALL, b).rows, RATIO)["change"])


def test_without_an_estimate_a_sentence(study):
    nobody_on = compare(study, ALL, ALL.change(where="age>=200"))
    assert nobody_on.both == 0
    assert row(nobody_on.rows, RATIO)["note"]
    assert np.isnan(row(nobody_on.rows, RATIO)["change"])
    grade_5 = row(compare(study, ALL, ALL.change(min_grade=5)).rows, RATIO)
    assert grade_5["note"]
    other = compare(study, ALL, ALL.change(survival_group="none"))
    assert other.survival is None
    assert "no group in common" in other.notes[0]
