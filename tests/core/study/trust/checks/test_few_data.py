"""How many patients carry the answer."""

from __future__ import annotations

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import few_data as check
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()


def crowd(number: int) -> list[Patient]:
    return [Patient(days=400, doses=[150], infections=[20, 170, 320]) for _ in range(number)]


def test_counts_are_those_of_the_cohort():
    people = [*crowd(3), Patient(days=400, doses=[150]), Patient(days=400, infections=[5])]
    study = Study(cohort(*people))
    assert check.behind(study, SPEC) == (3, 10, 3, 9, 3)
    table = check.few_data(study, SPEC)
    assert table.to_dict("list") == {"infections": [0, 3], "patients": [1, 3], "share": [0.0, 1.0]}


def test_ten_or_more_infections_are_one_row():
    table = check.few_data(Study(cohort(*crowd(1), Patient(days=400, doses=[9], infections=list(range(17))))), SPEC)
    assert table["infections"].tolist() == [3, 10]
    assert table["share"].tolist() == [3 / 20, 17 / 20]


def test_words():
    assert check.verdict(Study(cohort(*crowd(24))), SPEC).word == FINE
    assert check.verdict(Study(cohort(*crowd(19))), SPEC).word == PROBLEM
    assert check.verdict(Study(cohort(Patient(infections=[3]))), SPEC).word == CANNOT
    loud = Patient(days=400, doses=[150], infections=list(range(0, 140, 7)))
    assert check.verdict(Study(cohort(*crowd(24), loud)), SPEC).word == CLOSER
