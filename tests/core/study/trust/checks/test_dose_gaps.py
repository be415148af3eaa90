"""Gaps between doses, and doses that seem to be missing."""

from __future__ import annotations

import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import dose_gaps as check
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()


def study(*doses: list, days: int = 400) -> Study:
    return Study(cohort(*[Patient(days=days, doses=given, infections=[5]) for given in doses]))


def test_a_window_closes_when_a_day_lies_between_it_and_the_next_dose():
    # Day 30 after a dose is on IVIG: a gap of 31 days leaves no day off, one of 32 does.
    found = check.gaps(study([0, 31, 63], [10, 10, 40]), SPEC)
    assert sorted(found.days.tolist()) == [30, 31, 32]
    assert dict(zip(found.days.tolist(), found.closes.tolist(), strict=True)) == {30: False, 31: False, 32: True}


def test_gaps_inside_recorded_courses_are_assumed():
    found = check.gaps(study([(0, 100, 25, "iv"), 130]), SPEC)
    assert (found.days.tolist(), found.assumed) == ([30], 4)
    assert check.verdict(study([(0, 100, 25, "iv")]), SPEC).word == CANNOT


def test_classes_hold_every_gap():
    table = check.dose_gaps(study([0, 14, 29, 60, 95, 200]), SPEC)
    assert table.loc[table["gaps"] > 0, "first_day"].tolist() == [1, 15, 29, 32, 91]
    assert table["gaps"].sum() == 5
    assert table["closes"].sum() == 2
    # The gap of 105 days begins another course: text and figure speak of the other four, of which one closed.
    assert check.of_courses(table) == (4, 1, 1)
    assert check.verdict(study([0, 14, 29, 60, 95, 200]), SPEC).evidence.startswith("4 gaps between doses of a course")


@pytest.mark.parametrize(("gap", "seems"), [(45, 0), (46, 1), (76, 1), (77, 0)])
def test_edges_of_a_missing_dose(gap, seems):
    # 15 to 45 days off IVIG between two windows of 30 days.
    assert check.missing_doses(study([100, 100 + gap]), SPEC).doses == seems


@pytest.mark.parametrize(
    ("doses", "word"),
    [
        ([100, 128, 156], FINE),
        ([100, 128, 189, 217], PROBLEM),
        ([100, 135, 170], CLOSER),
        ([100], CANNOT),
    ],
)
def test_words(doses, word):
    assert check.verdict(study(*[doses] * 10, days=300), SPEC).word == word


def test_none_is_said_in_words():
    said = check.verdict(study([10, 40, 70]), SPEC).evidence
    assert said.endswith(" in none the window closes before the next dose, and no dose seems to be missing.")
    said = check.verdict(study([10, 40, 100]), SPEC).evidence
    assert said.endswith(" in 50 % the window closes before the next dose, and 1 dose seems to be missing.")


def test_courses_of_one_rhythm_are_one_and_doses_among_them_are_looked_at():
    found = check.gaps(study([(0, 100, 25, "iv"), (50, 200, 25, "iv"), 240]), SPEC)
    assert (found.days.tolist(), found.assumed) == ([40], 8)
    found = check.gaps(study([(0, 100, 25, "iv"), 60]), SPEC)
    assert (found.days.tolist(), found.assumed) == ([10, 15], 3)


def test_a_century_of_daily_doses_takes_no_room():
    found = check.gaps(study(*[[(start, float("nan"), 1, "iv") for start in range(40)]] * 20, days=36_525), SPEC)
    assert (len(found.days), found.assumed) == (0, 20 * 36_524)
