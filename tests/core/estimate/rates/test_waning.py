"""Days since the latest dose: no day lost, the same days as the case series, the trend against R."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from ivig_core.estimate.rates.waning import by_days_since_dose, trend, window_length
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.persontime import by_day
from tests.core.persontime.strategies import COHORTS, specs
from tests.core.persontime.test_against_days import expand
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()
WEEKS = SPEC.change(window_cuts=(7, 14, 21))


def days(person: Patient, spec=SPEC) -> dict[str, list[int]]:
    """Days of each band of one patient."""
    table = by_days_since_dose(Study(cohort(person)).time(spec)).table
    found: dict[str, list[int]] = {}
    for (_, day), band in sorted(expand(table, "band").items()):
        found.setdefault(str(band), []).append(day)
    return found


def test_both_edges_of_every_band():
    found = days(Patient(days=200, doses=[20]), WEEKS)
    assert {name: (min(at), max(at), len(at)) for name, at in found.items()} == {
        "before_ivig": (0, 19, 20),
        "on_ivig_0_6": (20, 26, 7),
        "on_ivig_7_13": (27, 33, 7),
        "on_ivig_14_20": (34, 40, 7),
        "on_ivig_21_30": (41, 50, 10),
        "off_1_30": (51, 80, 30),
        "off_31_60": (81, 110, 30),
        "off_61_on": (111, 199, 89),
    }


def test_a_later_dose_begins_again():
    found = days(Patient(days=120, doses=[0, 70]))
    assert found["off_1_30"] == [*range(31, 61), *range(101, 120)]
    assert found["off_31_60"] == list(range(61, 70))
    assert "before_ivig" not in found


def test_a_short_window_does_not_close_a_longer_one():
    """IVIG on day 0 holds to day 30; subcutaneous on day 5 holds to day 15 only."""
    found = days(Patient(days=70, doses=[0, (5, np.nan, np.nan, "sc")]))
    assert (found["off_1_30"][0], found["off_31_60"]) == (31, list(range(61, 70)))


def test_subcutaneous_windows_close_earlier():
    found = days(Patient(days=60, doses=[(0, np.nan, np.nan, "sc")]))
    assert (found["on_ivig"], found["off_1_30"]) == (list(range(11)), list(range(11, 41)))


def test_a_dose_before_follow_up_is_a_dose():
    found = days(Patient(days=50, doses=[-70, 40]))
    assert found["off_31_60"] == list(range(21))
    assert found["off_61_on"] == list(range(21, 40))


def test_dose_days_off_ivig_are_a_band_of_their_own():
    found = days(Patient(days=80, doses=[20, 40]), SPEC.change(dose_day="off"))
    assert found["dose_day"] == [20, 40]
    assert found["on_ivig"] == [*range(21, 40), *range(41, 71)]


def test_days_kept_apart_stay_apart():
    found = days(Patient(days=120, doses=[40]), SPEC.change(pre_exposure_days=10, washout_days=35))
    assert found["pre_ivig"] == list(range(30, 40))
    assert found["washout"] == list(range(71, 106))
    assert found["off_31_60"] == list(range(106, 120))
    assert "off_1_30" not in found


@settings(derandomize=True, max_examples=30, deadline=None)
@given(people=COHORTS, spec=specs())
def test_every_day_is_in_one_band_and_no_infection_is_lost(people, spec):
    study = Study(cohort(*people))
    time = study.time(spec)
    banded = by_days_since_dose(time).count(study.infections(spec))
    state, band = expand(time.table, "state"), expand(banded.table, "band")
    assert state.keys() == band.keys()
    assert banded.person_days == time.person_days
    assert banded.infections == time.infections
    for key, name in band.items():
        patient, day = key
        assert (state[key] == name) == (state[key] != "observation")
        if state[key] == "observation":
            assert name == expected(people[patient], day, spec), key


def expected(person: Patient, day: int, spec) -> str:
    """Band of a day of observation by the definition."""
    window = {"iv": spec.exposure.window_days, "sc": spec.exposure.window_days_sc}
    past = [(dose, dose + window[route]) for dose, route in by_day.doses(person) if dose <= day]
    if not past:
        return "before_ivig"
    after = day - max(close for _, close in past)
    if any(dose == day for dose, _ in past) or after <= 0:
        return "dose_day"
    return "off_1_30" if after <= 30 else "off_31_60" if after <= 60 else "off_61_on"


# R 4.2.2, gnm 1.1-2: gnm(n ~ on + week, eliminate = id, family = poisson, offset = log(days)) on patient × band,
# week = (0, 3, 10, 17, 25.5)/7 off and in the four bands on IVIG. Coefficient of week, limits by profile
# (uniroot of the deviance with week · γ in the offset), deviance against n ~ on by chi-square with 1 df.
TRENDS = {
    "sim43": (-0.0666729934032, -0.329818872543, 0.191234085835, 0.613234889845),
    "sim500": (-0.00667906726146, -0.0859498235467, 0.0723515969211, 0.868554227175),
}


@pytest.mark.parametrize("name", TRENDS)
def test_trend_equals_gnm(name):
    found = trend(Study(reference_cohort(name)).time(WEEKS), WEEKS.model, 30)
    got = (*np.log([found.irr, found.ci_low, found.ci_high]), found.p_value)
    np.testing.assert_allclose(got, TRENDS[name], atol=2e-7)


def test_a_known_waning_is_found():
    """80 patients, a dose every 28 days: 1 infection a day × 0.02 · 1.5^(weeks since the dose)."""
    random = np.random.default_rng(7)
    people = []
    for _ in range(80):
        doses = list(range(100, 660, 28))
        rate = np.full(700, 0.02)
        rate[100:688] = 0.012 * 1.5 ** ((np.arange(588) % 28) / 7)
        people.append(Patient(days=700, doses=doses, infections=np.flatnonzero(random.random(700) < rate).tolist()))
    found = trend(Study(cohort(*people)).time(WEEKS), WEEKS.model, 27)
    assert found.ci_low < 1.5 < found.ci_high
    assert found.p_value < 1e-6


@pytest.mark.parametrize(
    ("people", "spec", "why"),
    [
        ([Patient(doses=[10], infections=[5, 12, 30])], SPEC, "are one band"),
        ([Patient(doses=[10], infections=[5])], WEEKS, "no infection on IVIG"),
        ([Patient(doses=[10], infections=[12, 13])], WEEKS, "no infected patient has days both on and off IVIG"),
        ([Patient(doses=[10], infections=[5, 12, 13, 60])], WEEKS, "lie at one end"),
        ([Patient(days=17, doses=[10], infections=[5, 12, 13])], WEEKS, "in one band only"),
    ],
)
def test_where_there_is_no_trend_a_sentence_says_why(people, spec, why):
    found = trend(Study(cohort(*people)).time(spec), spec.model, 30)
    assert found.irr is None
    assert why in found.note


def test_length_of_windows():
    both = cohort(Patient(doses=[3]), Patient(doses=[(5, np.nan, np.nan, "sc")]))
    assert window_length(Study(both).time(SPEC)) == (30, False)
    assert window_length(Study(cohort(Patient(doses=[3]))).time(SPEC)) == (30, True)
    assert window_length(Study(cohort(Patient())).time(SPEC)) == (0, True)
