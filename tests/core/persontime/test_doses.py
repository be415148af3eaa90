"""Courses as a rule: nothing grows with the doses that they mean, and what has to be taken one by one is bounded."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings

from ivig_core.errors import CohortError, EstimationError
from ivig_core.persontime import doses as module
from ivig_core.persontime.block import Block, blocks
from ivig_core.persontime.doses import TooManyDosesError, between, courses, covered, single
from ivig_core.persontime.exposure import exposure_steps
from ivig_core.persontime.split import person_time
from ivig_core.spec import AnalysisSpec, ExposureSpec
from tests.core.make import Patient, cohort
from tests.core.persontime import by_day
from tests.core.persontime.strategies import LONG_COURSES

NAN = math.nan
CENTURY = 36_525


def given_to(*people: Patient, exposure: ExposureSpec | None = None):
    built = cohort(*people)
    return courses(Block(built, 0, len(built)), exposure or AnalysisSpec().exposure)


def dose_days(found) -> list[tuple[int, int]]:
    one_by_one = single(found)
    return list(zip(one_by_one.patient.tolist(), one_by_one.first.tolist(), strict=True))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(people=LONG_COURSES)
def test_courses_mean_the_doses_of_the_definition(people):
    want = [(code, day) for code, person in enumerate(people) for day, _ in by_day.doses(person)]
    found = given_to(*people)
    assert sorted(dose_days(found)) == want
    assert found.number.sum() == len(want)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(people=LONG_COURSES)
def test_between_keeps_every_dose_day_and_no_dose_falls_into_another_entry(people):
    found = between(given_to(*people))
    want = {(code, day) for code, person in enumerate(people) for day, _ in by_day.doses(person)}
    assert set(dose_days(found)) == want
    same = found.patient[1:] == found.patient[:-1]
    assert (found.first[1:] >= found.last[:-1])[same].all()


@pytest.mark.parametrize(("step", "windows"), [(1, 1), (30, 1), (31, 1), (32, 10)])
def test_windows_that_touch_are_one_interval(step, windows):
    # Window of 30 days: with a step of 31 the day after a window is the next dose, with 32 a day lies between.
    patient, first, last = covered(given_to(Patient(days=300, doses=[(0, NAN, float(step), "iv")])))
    assert len(patient) == windows
    assert (first.min(), last.max()) == (0, step * (299 // step) + 30)


def test_doses_of_several_courses_on_one_day_are_one():
    same = [(start, NAN, 40.0, "iv") for start in (0, 40, 80, 80)]
    assert len(covered(given_to(Patient(days=400, doses=same)))[0]) == 10
    assert between(given_to(Patient(days=400, doses=same))).number.tolist() == [10]


def test_doses_whose_windows_end_before_follow_up_are_not_taken_one_by_one():
    _, first, last = covered(given_to(Patient(days=50, doses=[(-4000, NAN, 40.0, "iv")])))
    assert (first.tolist(), last.tolist()) == ([0, 40], [30, 70])
    _, first, last = covered(given_to(Patient(days=9, doses=[(-70, -30.0, 40.0, "iv")])))
    assert (first.tolist(), last.tolist()) == ([-30], [0])


@pytest.mark.parametrize("people", [3000, 1])
@pytest.mark.parametrize("changes", [{}, {"dose_day": "excluded", "washout_days": 30, "window_cuts": (7, 21)}])
def test_memory_does_not_grow_with_the_doses_meant(people, changes):
    rows = [(10 + 7 * nth, NAN, 1.0, "iv") for nth in range(3000 // people)]
    built = cohort(*[Patient(days=CENTURY, doses=rows) for _ in range(people)])
    tracemalloc.start()
    time = person_time(built, AnalysisSpec().change(**changes).exposure)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.person_days == people * (10 if changes else CENTURY)
    assert peak < 5_000_000


def test_too_many_single_doses_are_a_sentence_of_the_file_and_of_a_table():
    many = cohort(*[Patient(days=CENTURY, doses=[(0, NAN, 2.0, "iv")]) for _ in range(20)])
    with pytest.raises(TooManyDosesError, match=r"mean 365,260 single doses .* at most 250,000") as caught:
        person_time(many, AnalysisSpec().change(window_days=0).exposure)
    assert isinstance(caught.value, CohortError)
    assert isinstance(caught.value, EstimationError)
    assert len(person_time(many, AnalysisSpec().change(window_days=1).exposure).table) == 20


def test_the_limit_is_of_the_file_and_grows_with_its_courses(monkeypatch):
    monkeypatch.setattr(module, "FEW_DOSES", 30)
    people = [Patient(days=400, doses=[(0, NAN, 40.0, "iv")]) for _ in range(4)]
    exposure = AnalysisSpec().exposure
    assert len(person_time(cohort(*people), exposure).table) == 4 * 20
    monkeypatch.setattr(module, "DOSES_PER_COURSE", 9)
    with pytest.raises(TooManyDosesError):
        exposure_steps(next(blocks(cohort(*people), patients=1)), exposure)
    # Single infusions are rows of the file, which has its own limit.
    infusions = [Patient(days=400, doses=list(range(0, 400, 40))) for _ in range(4)]
    assert len(person_time(cohort(*infusions), exposure).table) == 4 * 20


def test_lasting_counts_other_days_of_the_same_doses():
    found = given_to(Patient(days=100, doses=[5, (50, NAN, NAN, "sc")]))
    np.testing.assert_array_equal(found.window, [30, 10])
    np.testing.assert_array_equal(found.lasting(0).window, [0, 0])
    np.testing.assert_array_equal(found.lasting(found.window + 4).window, [34, 14])
