"""Variance of patients' rates: against R, at the border, and unmoved by what IVIG does.

R 4.2.2, MASS 7.3-58.2, survival 3.5-3: `glm.nb(y ~ offset(log(days)))`, variance 1/theta, limits by `uniroot` on
`glm(family = negative.binomial(1/v))`, p half of that of `logLik` against `glm(family = poisson)`. With several states:
`coxph(Surv(t, e) ~ factor(state) + offset(log(days)) + frailty(patient, "gamma", method = "em", eps = 1e-12))` with all
infections at one time and Breslow ties, which has the same marginal likelihood (its theta is good to 6 digits).
"""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.rates.frailty import fewest_with_half, frailty_of
from ivig_core.figures.rates.frailty_words import frailty_words
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.frailty import frailty
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

DAYS = np.array([400, 300, 500, 365, 200, 700, 150, 365])[:, None]
NUMBERS = np.array([0, 1, 5, 2, 0, 9, 1, 0])[:, None]


def of(name: str, **settings):
    return frailty(Study(reference_cohort(name)), AnalysisSpec().change(**settings))


def test_one_state_equals_glm_nb():
    found = frailty_of(DAYS, NUMBERS)
    assert (found.variance, found.ci_high, found.p_value) == pytest.approx(
        (0.665856474027, 4.21782364125, 0.0414930623250), rel=1e-7
    )
    assert found.ci_low == 0
    assert (found.patients, found.infected, found.infections, found.half) == (8, 5, 18, 1)


def test_all_days_of_a_cohort_as_one_state_equal_glm_nb():
    table = Study(reference_cohort("sim43")).time(AnalysisSpec()).table
    both = table.groupby("patient")[["days", "infections"]].sum().to_numpy()
    found = frailty_of(both[:, :1], both[:, 1:])
    want = (0.550198473531, 0.253054979257, 1.08976506052, 6.62053817134e-09)
    assert (found.variance, found.ci_low, found.ci_high, found.p_value) == pytest.approx(want, rel=1e-6)


@pytest.mark.parametrize(
    ("settings", "theta"),
    [({}, 0.51112847988), ({"min_grade": 3}, 0.758600955736), ({"pre_exposure_days": 30}, 0.506239707757)],
)
def test_several_states_equal_coxph(settings, theta):
    assert of("sim43", **settings).variance == pytest.approx(theta, rel=1e-6)
    assert of("sim43", **settings, window_cuts=(14,)).variance == of("sim43", **settings).variance


def test_the_variance_of_the_generating_model_lies_in_the_interval():
    """Half, as the cohort was simulated, and 500 patients are enough to tell it from nothing."""
    found = of("sim500")
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert 0.2 < found.ci_low < 0.5 < found.ci_high < 0.6
    assert found.p_value < 1e-50


def test_no_more_than_chance_is_a_variance_of_nothing():
    found = frailty_of(np.full((30, 1), 100), np.full((30, 1), 2))
    assert (found.variance, found.ci_low, found.p_value) == (0, 0, 1)
    assert found.ci_high is not None
    assert 0 < found.ci_high < 0.2
    assert "may all be alike" in frailty_words(found)


def test_what_ivig_does_is_no_difference_between_patients():
    """Each has 10 infections a state off IVIG and 1 on it, with other days on: one rate by patient would differ."""
    on = np.array([100, 200, 300, 400, 500, 600, 700, 800])
    days, infections = np.stack([on, 900 - on], axis=1), np.stack([on // 100, (900 - on) // 10], axis=1)
    assert frailty_of(days, infections).variance == 0
    assert frailty_of(days.sum(1, keepdims=True), infections.sum(1, keepdims=True)).ci_low > 0.05


@pytest.mark.parametrize("infected", range(5))
def test_too_few_patients_are_not_judged(infected):
    people = [Patient(infections=[3, 5] if number < infected else []) for number in range(12)]
    found = frailty(Study(cohort(*people)), AnalysisSpec())
    assert (found.status, found.variance, found.tenth) == ("not_identified", None, None)
    words = frailty_words(found)
    assert (words == "") == (infected == 0)
    assert "nan" not in words
    assert "None" not in words


def test_a_cohort_of_nobody():
    found = frailty_of(np.zeros((0, 1), int), np.zeros((0, 1), int))
    assert (found.patients, found.half, found.status) == (0, 0, "not_identified")


@pytest.mark.parametrize(
    ("numbers", "half"),
    [([], 0), ([0, 0], 0), ([1], 1), ([1, 1], 1), ([1, 1, 1], 2), ([9, 1, 5, 2, 1], 1), ([3] * 7, 4)],
)
def test_half_of_the_infections(numbers, half):
    assert fewest_with_half(np.array(numbers, int)) == half


def test_the_sentence_names_the_numbers():
    words = frailty_words(of("sim43"))
    assert "half of 157 infections are in 9 of 43 patients" in words
    assert "0.71 (95 % interval 0.48 to 1.01)" in words
    assert "one patient in ten has more than 2.0 times" in words
