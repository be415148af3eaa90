"""The patient sandwich of the self-controlled case series: R, small numbers of patients, patients who are alike."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.intervals import differ_too_little
from tests.core.make import Patient, cohort
from tests.core.reference import forest, sccs

INFECTIONS = [
    [1, 50, 60], [3, 4, 5, 70], [40], [2, 80, 90, 95], [10, 12, 33], [50, 51, 52, 53, 54], [6, 7, 99], [20, 45],
]  # fmt: skip
EIGHT = [Patient(days=100 + 10 * n, doses=[0], infections=days) for n, days in enumerate(INFECTIONS)]


def robust(*people, **settings):
    return sccs(cohort(*people), ci_method="robust", **settings).loc["on_ivig"]


def test_limits_and_p_of_eight_patients_equal_r():
    """R 4.2.2, survival 3.5-3, one stratum per infection with a row of 31 days on and one of the other days:

    f <- coxph(Surv(rep(1, n), ev) ~ on + offset(log(days)) + strata(inf), cluster = id, ties = "breslow")
    b <- coef(f); se <- sqrt(vcov(f) * 8/7); exp(b + c(-1, 1) * qt(0.975, 7) * se); 2 * pt(-abs(b/se), 7)
    """
    row = robust(*EIGHT)
    assert row["log_irr"] == pytest.approx(0.774650434713905, abs=1e-9)
    assert row["se"] == pytest.approx(0.483898060661024, abs=1e-9)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((0.691019901356485, 6.813374537665529), rel=1e-8)
    assert row["p_value"] == pytest.approx(0.153442667599629, rel=1e-8)
    assert (row["ci_method"], row["note"]) == ("robust", "sandwich by patient, t with 7 degrees of freedom")


def test_patients_who_were_never_given_ivig_are_no_clusters_of_its_ratio():
    more = [Patient(days=100, infections=[5, 50]) for _ in range(20)]
    assert robust(*EIGHT, *more)["se"] == pytest.approx(robust(*EIGHT)["se"], rel=1e-12)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_fewer_than_five_patients_have_a_wald_interval_and_the_note_says_so(number):
    people = EIGHT[:2] + EIGHT[3:5]
    row, wald = robust(*people[:number]), sccs(cohort(*people[:number]), ci_method="wald").loc["on_ivig"]
    same = ["log_irr", "se", "ci_low", "ci_high", "p_value", "ci_method"]
    assert row[same].tolist() == wald[same].tolist()
    assert row["note"].startswith("fewer than 5 patients with days in this level and outside it")


def test_two_patients_who_differ_by_a_day_of_follow_up_are_not_certainty():
    """Two patients with the same infections, 100 and 101 days: the sandwich of two had 0.56 (0.555–0.566), p 0.0.

    By hand: 2·2 infections in 31 days, 2·8 in 69 and 70, so that SE ≈ √(1/4 + 1/16).
    """
    days = [25, 40, 1, 5, 60, 65, 70, 75, 80, 90]
    row = robust(*[Patient(days=length, doses=[20], infections=days) for length in (100, 101)])
    assert row["irr"] == pytest.approx(0.5605, abs=1e-4)
    assert row["se"] == pytest.approx(np.sqrt(1 / 4 + 1 / 16), abs=1e-3)
    assert row["ci_low"] < 0.2
    assert row["ci_high"] > 1.6
    assert row["p_value"] > 0.2


def test_many_patients_who_are_alike_but_for_a_day_have_a_wald_interval():
    """Their scores all but cancel: a sandwich near zero, which no spread of infections by chance would leave."""
    people = [Patient(days=100 + n, doses=[20], infections=[25, 40, 1, 5, 60, 70]) for n in range(10)]
    row = robust(*people)
    assert (row["ci_method"], row["note"]) == (
        "wald",
        "patients differ too little for a robust interval: Wald interval",
    )
    assert row["se"] == pytest.approx(np.sqrt(1 / 20 + 1 / 40), abs=0.01)


@pytest.mark.parametrize(("clusters", "least"), [(5, 0.15066853979761), (8, 0.29240230416704), (31, 0.5), (400, 0.5)])
def test_what_chance_leaves_of_the_spread_once_in_a_thousand(clusters, least):
    """R: `sqrt(qchisq(0.001, 4) / 4)`, `sqrt(qchisq(0.001, 7) / 7)`; never more than a half."""
    assert differ_too_little(least * 0.999, 1.0, clusters)
    assert not differ_too_little(least * 1.001, 1.0, clusters)


def test_each_level_of_a_subgroup_counts_its_own_patients():
    """Four women and eight men: theirs is the interval of the eight alone, the women have Wald."""
    women = [Patient(days=100, doses=[0], infections=[1, 50, 60 + n], baseline={"sex": "female"}) for n in range(4)]
    men = [Patient(p.days, p.doses, p.infections, baseline={"sex": "male"}) for p in EIGHT]
    table = forest(cohort(*women, *men), "sex", ci_method="robust")
    alone = robust(*EIGHT)
    assert table.loc["male", ["ci_low", "ci_high"]].tolist() == pytest.approx([alone["ci_low"], alone["ci_high"]])
    assert table.loc["male", "p_value"] == pytest.approx(alone["p_value"])
    assert table.loc["female", "note"].startswith("fewer than 5 patients")
