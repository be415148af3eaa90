"""Where the likelihood has no finite maximum, or no contrast: hand-worked answers, never a huge number."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.make import Patient, cohort
from tests.core.reference import forest, sccs

# One dose on day 0: 31 days on IVIG, 69 off.
ON, OFF = 31, 69


def treated(*infections: int, dose: int = 0, days: int = 100, **more) -> Patient:
    return Patient(days=days, doses=[dose], infections=list(infections), **more)


def test_no_infection_on_ivig_has_an_exact_upper_bound():
    """Three infections off, none on: 0.025 = (off / (on·θ + off))³, so θ = (0.025^(−1/3) − 1)·off/on."""
    row = sccs(cohort(treated(50, 60, 99))).loc["on_ivig"]
    assert row["status"] == "no_events_exposed"
    assert (row["irr"], row["ci_low"]) == (0, 0)
    assert np.isnan(row["log_irr"])
    assert np.isnan(row["se"])
    assert row["ci_high"] == pytest.approx((0.025 ** (-1 / 3) - 1) * OFF / ON, rel=1e-9)
    # Twice the probability of none on in three: (69/100)³.
    assert row["p_value"] == pytest.approx(2 * 0.69**3, rel=1e-9)
    assert row["ci_method"] == "exact"
    assert "no infection in this level" in row["note"]


def test_all_infections_on_ivig_has_an_exact_lower_bound():
    """Two infections on, none off: 0.025 = (on·θ / (on·θ + off))², so θ = q/(1 − q)·off/on with q = √0.025."""
    row = sccs(cohort(treated(0, 30))).loc["on_ivig"]
    assert row["status"] == "no_events_reference"
    assert np.isnan(row[["irr", "log_irr", "se", "ci_high"]].astype(float)).all()
    share = np.sqrt(0.025)
    assert row["ci_low"] == pytest.approx(share / (1 - share) * OFF / ON, rel=1e-9)
    assert row["p_value"] == pytest.approx(2 * 0.31**2, rel=1e-9)


def test_bound_over_several_patients_solves_its_equation():
    """Patients with other splits of days: Σ nᵢ ln(1 − πᵢ(θ)) = ln 0.025."""
    people = [treated(50), treated(70, 80, dose=10), treated(40, days=60)]
    theta = sccs(cohort(*people)).loc["on_ivig", "ci_high"]
    total = np.log(69 / (31 * theta + 69)) * (1 + 2) + np.log(29 / (31 * theta + 29))
    assert total == pytest.approx(np.log(0.025), rel=1e-9)


def test_p_of_a_ratio_of_zero_is_exact_as_its_bound_is():
    """30 of 100 days on, six infections, none of them on: p = 2·0.7⁶ = 0.235 beside 0–1.98 (the likelihood ratio had
    0.039). R: `binom.test(0, 6, 0.3)` gives 0.188 by its other rule of two sides, and 2·pbinom(0, 6, 0.3) = 0.235298.
    """
    row = sccs(cohort(treated(1, 5, 10, 70, 80, 90, dose=30)), window_days=29).loc["on_ivig"]
    assert row["p_value"] == pytest.approx(0.235298, abs=1e-12)
    assert row["ci_high"] == pytest.approx((0.025 ** (-1 / 6) - 1) * 70 / 30, rel=1e-9)
    assert forest(cohort(treated(1, 5, 10, 70, 80, 90, dose=30)), "overall", window_days=29)["p_value"].tolist() == [
        row["p_value"]
    ]


def test_p_over_several_patients_is_the_product_of_theirs_and_at_most_1():
    """69, 69 and 29 of 100, 100 and 60 days are off: 2·0.69·0.69²·(29/60) of none on in 1, 2 and 1 infections; with one
    infection of one patient, 2·0.69 is no probability.
    """
    people = [treated(50), treated(70, 80, dose=10), treated(40, days=60)]
    assert sccs(cohort(*people)).loc["on_ivig", "p_value"] == pytest.approx(2 * 0.69**3 * 29 / 60, rel=1e-9)
    assert sccs(cohort(treated(50))).loc["on_ivig", "p_value"] == 1


@pytest.mark.parametrize("number", range(1, 14))
@pytest.mark.parametrize("on", [True, False])
def test_p_is_below_five_percent_where_the_bound_excludes_1(number, on):
    days = range(number) if on else range(50, 50 + number)
    row = sccs(cohort(treated(*days))).loc["on_ivig"]
    excludes = row["ci_low"] > 1 if on else row["ci_high"] < 1
    assert (row["p_value"] < 0.05) == excludes


def test_p_of_a_level_beside_other_terms_has_them_at_their_estimates():
    """The infections before the first dose are 4 in 10 days, 2 in 59 days later: rate 11.8 of the days off. None in 31
    days on: off weighs 59 + 10·11.8 days, so p = 2·(177/208)⁶.
    """
    person = Patient(days=100, doses=[10], infections=[1, 2, 3, 4, 60, 70])
    row = sccs(cohort(person), pre_exposure_days=10, ci_method="wald").loc["on_ivig"]
    assert row["status"] == "no_events_exposed"
    assert row["p_value"] == pytest.approx(2 * (177 / 208) ** 6, rel=1e-9)


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ([Patient(days=100, infections=[3, 50])], "no patient with an infection has days in this level"),
        ([Patient(days=20, doses=[0], infections=[3])], "both in this level and outside it"),
        ([Patient(days=100, doses=[0])], "no patient with an infection"),
        ([treated(), Patient(days=100, infections=[5])], "no patient with an infection has days in this level"),
    ],
    ids=["never exposed", "always on", "no infections", "infection only in the never exposed"],
)
def test_no_contrast_is_said(people, why):
    row = sccs(cohort(*people)).loc["on_ivig"]
    assert row["status"] == "no_contrast"
    assert row[["irr", "log_irr", "se", "ci_low", "ci_high", "p_value"]].isna().all()
    assert why in row["note"]


def test_one_infection_on_and_off_is_an_ordinary_estimate():
    """1 on in 31 days, 1 off in 69: θ = 69/31; information n·π(1 − π) = 2·¼, SE = √2."""
    row = sccs(cohort(treated(10, 50)), ci_method="wald").loc["on_ivig"]
    assert row["irr"] == pytest.approx(OFF / ON, rel=1e-9)
    assert row["se"] == pytest.approx(np.sqrt(2), rel=1e-9)


def test_auto_uses_the_profile_interval_below_five_infections_and_says_so():
    few = sccs(cohort(treated(10, 50, 60, 70, 80, 90))).loc["on_ivig"]
    assert few["ci_method"] == "profile"
    assert "profile" in few["note"]
    enough = sccs(cohort(treated(1, 2, 3, 4, 10, 50, 60, 70, 80, 90))).loc["on_ivig"]
    assert (enough["ci_method"], enough["note"]) == ("wald", "")
    low, high, theta = few["ci_low"], few["ci_high"], few["irr"]

    def loglik(irr: float) -> float:
        return np.log(irr) - 6 * np.log(ON * irr + OFF)

    for limit in (low, high):
        assert 2 * (loglik(theta) - loglik(limit)) == pytest.approx(3.841458820694124, rel=1e-8)


def test_a_level_without_infections_leaves_the_other_terms_as_if_its_days_were_absent():
    people = [
        treated(10, 50, 60, dose=40, days=200),
        treated(5, 45, 90, dose=40, days=200),
        treated(150, dose=40, days=200),
    ]
    built = cohort(*people)
    with_empty = sccs(built, washout_days=5, ci_method="wald")
    assert with_empty.loc["washout", "status"] == "no_events_exposed"
    assert with_empty.loc["washout", "irr"] == 0
    on = with_empty.loc["on_ivig"]
    # By hand: on 40–70, washout 71–75 gone, observation 164 days; infections on 3 + 1… from the definitions.
    on_events, off_events = 2 + 1, 1 + 2 + 1
    assert on["log_irr"] == pytest.approx(np.log(on_events / 31) - np.log(off_events / 164), abs=1e-9)
    bound = with_empty.loc["washout", "ci_high"]
    rate = np.exp(on["log_irr"])
    assert 7 * np.log((31 * rate + 164) / (5 * bound + 31 * rate + 164)) == pytest.approx(np.log(0.025), rel=1e-8)
    assert "other terms at their estimates" in with_empty.loc["washout", "note"]


def test_an_empty_reference_level_is_reported_for_all_terms_of_the_factor():
    people = [treated(41, 45, 35, dose=40), treated(50, 30, dose=40)]
    table = sccs(cohort(*people), pre_exposure_days=30)
    assert table["status"].tolist() == ["no_events_reference", "no_events_reference"]
    assert table["irr"].isna().all()


def test_terms_that_cannot_be_told_apart_are_named():
    """Everybody starts IVIG on day 30 and stays on it: on IVIG and the second time band are one and the same."""
    people = [Patient(days=60, doses=[(30, np.nan, 20.0, "iv")], infections=[5, 40, 41]) for _ in range(3)]
    table = sccs(cohort(*people), adjust_for="time", time_band_days=30)
    assert table.loc["on_ivig", "status"] == "not_identified"
    assert "time_band_1" in table.loc["on_ivig", "note"]
    assert table.loc["time_band_1", "status"] == "not_identified"
    assert table.loc["time_band_7", "status"] == "no_contrast"
    assert table[["irr", "se"]].isna().all().all()


def test_an_aliased_adjuster_leaves_the_rest_estimated():
    people = [
        Patient(days=120, doses=[(30, np.nan, 20.0, "iv")], infections=[5, 40, 90], progressive=[(60, 80.0)]),
        Patient(days=120, doses=[(30, np.nan, 20.0, "iv")], infections=[70, 75, 15], progressive=[(60, 80.0)]),
    ]
    table = sccs(cohort(*people), adjust_for="phase,prophylaxis", ci_method="wald")
    assert table.loc["prophylaxis", "status"] == "no_contrast"
    assert table.loc[["on_ivig", "progressive"], "status"].tolist() == ["ok", "ok"]


def test_joint_separation_is_found_although_every_level_has_infections():
    """Days are neither, progressive, or progressive and on; none of the infections is in the second kind: the effects
    of on and progressive run off to +∞ and −∞ together, though each level and each reference has infections.
    """
    people = [Patient(days=100, doses=[50], progressive=[(30, 80.0)], infections=[5, 60, 61, 90]) for _ in range(4)]
    table = sccs(cohort(*people), adjust_for="phase,time", time_band_days=90)
    assert table.loc[["on_ivig", "progressive"], "status"].tolist() == ["not_identified"] * 2
    assert "separate" in table.loc["on_ivig", "note"]
    assert table.loc[["on_ivig", "progressive"], ["irr", "se", "ci_high"]].isna().all().all()
    assert table.loc["time_band_1", "status"] == "ok"
    # What the limit leaves: days 0–29 and 81–99 (band 1 from day 90), and the days on IVIG apart.
    assert table.loc["time_band_1", "log_irr"] == pytest.approx(np.log(1 / 10) - np.log(1 / 39), abs=1e-8)


def test_forest_levels_without_estimate_stay_with_a_reason():
    people = [
        treated(10, 50, 60, baseline={"sex": "female"}),
        treated(60, 70, baseline={"sex": "male"}),
        Patient(days=50, infections=[3], baseline={"sex": None}),
    ]
    table = forest(cohort(*people), "sex")
    assert table.loc["female", "status"] == "ok"
    assert table.loc["male", "status"] == "no_events_exposed"
    assert table.loc["male", "irr"] == 0
    assert table.loc["male", "ci_high"] == pytest.approx((0.025**-0.5 - 1) * OFF / ON, rel=1e-9)
    assert list(table.index) == ["female", "male"]


def test_few_infections_off_ivig_in_a_phase_call_for_the_profile_interval():
    """Progressive days hold 5 infections on and 2 off IVIG, all other days many."""
    person = Patient(
        days=300, doses=[100], progressive=[(80, 130.0)],
        infections=[85, 90, 101, 105, 110, 115, 120, *range(140, 160), *range(10, 20)],
    )  # fmt: skip
    table = forest(cohort(person, person), "phase")
    assert "profile" in table.loc["progressive", "note"]
