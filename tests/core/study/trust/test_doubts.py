"""Reasons to doubt: each check fires where its reason is put into a cohort and nowhere else; the weightiest first."""

from __future__ import annotations

import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import headline
from ivig_core.study.study import Study
from ivig_core.study.trust import doubts as checks
from ivig_core.study.trust.doubts import CHECKS, Case, doubts
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()


def case(*people: Patient, spec: AnalysisSpec = SPEC) -> Case:
    study = Study(cohort(*people))
    return Case(study, spec, headline(study, spec))


def crowd(number: int = 24, **more) -> list[Patient]:
    """Doses in the middle, one infection on and two off IVIG, none near the first dose."""
    facts = {"days": 400, "doses": [150, 178, 206], "infections": [20, 170, 320], **more}
    return [Patient(**facts) for _ in range(number)]


def test_nothing_fires_where_there_is_no_reason():
    found = case(*crowd())
    assert [check.__name__ for check in CHECKS if check(found)] == []


def test_few_patients():
    assert checks.too_few(case(*crowd(12))) == "Only 12 patients have an infection and days both on and off IVIG."
    assert checks.too_few(case(*crowd(1))).startswith("Only 1 patient has")
    assert checks.too_few(case(*crowd(30))) == ""


def test_few_infections():
    quiet = crowd(21, infections=[]) + crowd(21, infections=[170])[:3]
    assert checks.too_few(case(*quiet)).startswith("Only 3 patients")


def test_igg_in_the_model_takes_effect_away():
    spec = SPEC.change(adjust_for="igg")
    assert checks.mediator(case(*crowd(), spec=spec)).startswith("IgG is adjusted for")


@pytest.mark.parametrize(("days", "infections"), [(30, [20, 125, 130, 170]), (60, [20, 95, 100, 105, 170])])
def test_infections_before_the_first_dose(days, infections):
    said = checks.before_first_dose(case(*crowd(infections=infections)))
    assert f"in the {days} days before the first dose" in said


def test_a_ratio_that_moves_when_adjusted():
    # IVIG and infections both belong to progression.
    ill = crowd(24, progressive=[(100, 260)], infections=[20, 105, 110, 170, 175, 215, 250, 320])
    assert checks.confounders(case(*ill)).startswith("Adjusted for disease phase, season")
    every = SPEC.change(adjust_for="phase,season,time,prophylaxis")
    assert checks.confounders(case(*ill, spec=every)) == ""


def test_one_patient_with_a_large_share():
    people = [*crowd(), Patient(days=400, doses=[150], infections=list(range(0, 140, 7)))]
    assert checks.one_patient(case(*people)) == "One patient has 20 of the 92 infections."


def test_deaths_soon_after_an_infection():
    people = [*crowd(20), *crowd(5, days=331, died=331)]
    assert checks.deaths(case(*people)).startswith("5 patients died within 30 days")
    assert checks.deaths(case(*crowd(20), *crowd(5, days=361, died=361))) == ""


def test_infections_coded_twice():
    twice = crowd(infections=[20, 170, 172, 174, 320])
    assert "joined within 14 days the ratio is" in checks.coded_twice(case(*twice))
    assert checks.coded_twice(case(*twice, spec=SPEC.change(episode_gap_days=14))) == ""


def test_doses_that_seem_to_be_missing():
    said = checks.missing_doses(case(*crowd(doses=[150, 178, 234])))
    assert said.startswith("24 doses seem to be missing")
    assert checks.missing_doses(case(*crowd(doses=[100, 130, 330]))) == ""


def test_confirmed_infections_only():
    people = [Patient(days=400, doses=[150], infections=[(20, 2, "viral"), (170, 2, "viral")]) for _ in range(24)]
    assert "testing may differ" in checks.confirmed_only(case(*people, spec=SPEC.change(pathogens="viral")))


def test_at_most_three_in_the_order_of_weight_and_later_checks_are_not_computed(monkeypatch):
    study = Study(reference_cohort("sim43"))
    head = headline(study, SPEC)
    every = doubts(study, SPEC, head, most=len(CHECKS))
    assert doubts(study, SPEC, head) == every[:3]
    assert len(every) > 2
    asked = []
    marked = tuple(lambda found, check=check: asked.append(check) or check(found) for check in CHECKS)
    monkeypatch.setattr(checks, "CHECKS", marked)
    assert doubts(study, SPEC, head, most=1) == every[:1]
    assert len(asked) < len(CHECKS)


def test_no_reasons_without_a_ratio():
    study = Study(cohort(Patient(infections=[5])))
    assert doubts(study, SPEC, headline(study, SPEC)) == []
