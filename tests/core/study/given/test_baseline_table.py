"""The baseline table of a few patients, every cell worked out by hand."""

from __future__ import annotations

import math

import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.given.baseline_table import BASELINE_COLUMNS, baseline_table
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec()
NAN = math.nan
PEOPLE = (
    Patient(doses=[10], baseline={"age": 60.0, "sex": "female", "iss": "II"}, igg=[(0, 150)]),
    Patient(doses=[20], baseline={"age": 66.0, "sex": "male"}, igg=[(0, 650)]),
    Patient(doses=[30], baseline={"age": 81.0, "sex": "male", "iss": "III"}),
    Patient(baseline={"age": 50.0, "sex": "female", "iss": "II"}),
    Patient(baseline={"sex": "female", "iss": "II"}),
    # A dose before follow-up whose window has closed: no day on IVIG.
    Patient(doses=[-60], baseline={"age": 70.0, "sex": "male", "iss": "I"}),
)


@pytest.fixture
def table():
    return baseline_table(Study(cohort(*PEOPLE)), SPEC)


def cell(table, variable, group, kind="number", level=""):
    rows = table[["variable", "group", "kind", "level"]].eq([variable, group, kind, level]).all(axis=1)
    (row,) = table[rows].to_dict("records")
    return row


def test_columns_and_who_is_in_which_group(table):
    assert tuple(table.columns) == BASELINE_COLUMNS
    assert set(table.loc[table["group"] == "ivig", "patients"]) == {3}
    assert set(table.loc[table["group"] == "no_ivig", "patients"]) == {3}


def test_a_number_has_median_quartiles_and_range_of_known_values(table):
    row = cell(table, "age", "ivig")
    assert [row[name] for name in ("count", "low", "q1", "median", "q3", "high")] == [3, 60, 63, 66, 73.5, 81]
    other = cell(table, "age", "no_ivig")
    assert [other[name] for name in ("count", "low", "q1", "median", "q3", "high")] == [2, 50, 55, 60, 65, 70]
    # Means 69 and 60, variances (81 + 9 + 144) / 2 = 117 and 200.
    assert row["difference"] == other["difference"] == pytest.approx(9 / math.sqrt((117 + 200) / 2))


def test_missing_values_are_counted_apart_and_only_where_there_are_some(table):
    assert cell(table, "age", "ivig", "missing")["count"] == 0
    missing = cell(table, "age", "no_ivig", "missing")
    assert (missing["count"], missing["percent"]) == (1, pytest.approx(100 / 3))
    assert math.isnan(missing["difference"])
    assert not ((table["variable"] == "sex") & (table["kind"] == "missing")).any()


def test_percentages_are_of_patients_with_a_value(table):
    assert table.loc[(table["variable"] == "iss") & (table["kind"] == "level"), "level"].tolist() == [
        "I", "I", "II", "II", "III", "III",
    ]  # fmt: skip
    ivig, none = (cell(table, "iss", group, "level", "II") for group in ("ivig", "no_ivig"))
    assert (ivig["count"], ivig["percent"]) == (1, 50)
    assert (none["count"], none["percent"]) == (2, pytest.approx(200 / 3))
    assert cell(table, "iss", "ivig", "missing")["count"] == 1
    # One third and two thirds are female: (1/3) / √((2/9 + 2/9) / 2).
    assert cell(table, "sex", "ivig", "level", "female")["difference"] == pytest.approx((1 / 3) / math.sqrt(2 / 9))


def test_igg_is_given_as_a_number_and_by_its_levels():
    people = [Patient(doses=[10], igg=[(0, value)], baseline={"heavy_chain": "IgA"}) for value in (150, 350)]
    table = baseline_table(Study(cohort(*people, Patient(igg=[(0, 900)], baseline={"heavy_chain": "IgA"}))), SPEC)
    assert cell(table, "baseline_igg", "ivig")["median"] == 250
    assert cell(table, "baseline_igg", "ivig", "level", "IgG < 200 mg/dL")["percent"] == 50
    assert cell(table, "baseline_igg", "no_ivig", "level", "IgG ≥ 700 mg/dL")["count"] == 1


def test_what_nobody_has_a_value_of_is_left_out(table):
    assert set(table["variable"]) == {"age", "sex", "iss"}


def test_own_numbers_that_are_codes_are_levels_and_free_text_is_not_listed():
    people = [
        Patient(doses=[10] if number % 2 else [], baseline={"ecog": float(number % 3), "remark": f"text {number}"})
        for number in range(24)
    ]
    table = baseline_table(Study(cohort(*people)), SPEC)
    assert table.loc[table["variable"] == "ecog", "level"].unique().tolist() == ["0", "1", "2"]
    remark = table[table["variable"] == "remark"]
    assert remark["kind"].tolist() == ["many", "many"]
    assert remark["count"].tolist() == [12, 12]
    assert remark["difference"].isna().all()


@pytest.mark.parametrize("people", [[Patient(baseline={"age": 60.0})], [Patient(doses=[3], baseline={"age": 60.0})]])
def test_one_group_alone_has_no_difference(people):
    table = baseline_table(Study(cohort(*people)), SPEC)
    assert table["difference"].isna().all()
    assert sorted(table["patients"]) == [0, 1]


def test_filters_on_patients_count_and_those_on_days_do_not(table):
    study = Study(cohort(*PEOPLE))
    days = SPEC.change(from_first_dose="yes", exclude_first_days=90, within="phase:unknown")
    assert baseline_table(study, days).equals(table)
    women = baseline_table(study, SPEC.change(where="sex=female"))
    assert cell(women, "sex", "no_ivig", "level", "female")["patients"] == 2


def test_a_file_without_baseline_gives_no_row():
    assert baseline_table(Study(cohort(Patient(), Patient(doses=[3]))), SPEC).empty
