"""Levels of baseline variables, and names that a user's own column cannot take."""

from __future__ import annotations

import pytest

from ivig_core.cohort.columns import RESERVED
from ivig_core.cohort.read import read_cohort
from ivig_core.persontime.baseline import baseline_columns, baseline_levels, subgroup_columns
from ivig_core.spec import IVIG_GROUPS, ExposureSpec
from ivig_core.study.rates.factors import NOT_OF_PATIENTS
from tests.core.make import Patient, cohort


def levels(column, *values, igg=None):
    people = [Patient(baseline={column: value, "heavy_chain": "none"}) for value in values]
    got = baseline_levels(cohort(*people), column, ExposureSpec())
    return list(got.categories), [None if code < 0 else got.categories[code] for code in got.codes]


@pytest.mark.parametrize(
    ("column", "values", "names", "each"),
    [
        ("iss", ["III", None, "I"], ["I", "III"], ["III", None, "I"]),
        ("age", [64.0, 65.0, 75.0, None], ["<65", "65–74", "≥75"], ["<65", "65–74", "≥75", None]),
        ("age", [70.0, 71.0], ["65–74"], ["65–74", "65–74"]),
        ("lines_of_therapy", [3.0, 1.0, 3.0], ["1", "3"], ["3", "1", "3"]),
        ("lines_of_therapy", [0, 1, 2, 3, 4, 5, 9.0], ["0–1", "2", "3", "4+"],
         ["0–1", "0–1", "2", "3", "4+", "4+", "4+"]),
        ("ward", ["B", "A"], ["A", "B"], ["B", "A"]),
        ("score", [0.5, 1.5, None], ["0.5", "1.5"], ["0.5", "1.5", None]),
        ("score", [1.0, 2, 3, 4, 5, 6, 7, 8], ["<2.75", "2.75–<4.5", "4.5–<6.25", "≥6.25"],
         ["<2.75", "<2.75", "2.75–<4.5", "2.75–<4.5", "4.5–<6.25", "4.5–<6.25", "≥6.25", "≥6.25"]),
    ],
)  # fmt: skip
def test_levels(column, values, names, each):
    assert levels(column, *values) == (names, each)


def test_baseline_igg_has_the_levels_of_the_cuts():
    people = [Patient(igg=[(0, value)], baseline={"heavy_chain": "none"}) for value in (150, 700, 399)]
    got = baseline_levels(cohort(*people, Patient()), "baseline_igg", ExposureSpec())
    assert [None if code < 0 else got.categories[code] for code in got.codes] == [
        "IgG < 200 mg/dL", "IgG ≥ 700 mg/dL", "IgG 200–<400 mg/dL", None,
    ]  # fmt: skip


def test_only_variables_with_two_to_twenty_levels_are_offered():
    people = [Patient(baseline={"sex": "male", "ward": f"W{n % 2}", "name_of_doctor": f"D{n}"}) for n in range(21)]
    built = cohort(*people)
    assert subgroup_columns(built, ExposureSpec()) == ("ward",)
    assert "name_of_doctor" in baseline_columns(built)


def test_a_users_column_cannot_be_mistaken_for_a_factor_or_group_of_the_program():
    names = {"overall", "none", "baseline_igg", *IVIG_GROUPS, *NOT_OF_PATIENTS, "baseline_igg_below"}
    formats = {"grade", "pathogen", "site", "phase"}
    assert names - formats <= set(RESERVED)
    data = b"patient_id,record,start,end,overall,ward\nA,patient,0,9,high,W1\n"
    intake = read_cohort(data)
    assert intake.cohort.own_baseline == ("ward",)
    assert any(problem.column == "overall" and "used by the program" in problem.message for problem in intake.problems)
