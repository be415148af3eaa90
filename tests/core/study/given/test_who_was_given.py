"""Who was given IVIG: the baseline table with the hazard ratios of a first dose beside it."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.persontime.baseline import baseline_columns
from ivig_core.study.cox.ratios import first_ivig
from ivig_core.study.given.baseline_table import baseline_table
from ivig_core.study.given.who_was_given import ALSO_IN_BANDS, NOBODY, usual_variables, who_was_given
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort
from tests.core.study.cox.test_ratios import SPEC, people
from tests.core.study.cox.test_summary import ODD


@pytest.mark.parametrize("name", ["sim43", "sim500"])
def test_the_table_is_the_baseline_table_with_the_ratios_of_the_core(name):
    study = Study(reference_cohort(name))
    result = who_was_given(study, SPEC)
    plain = baseline_table(study, SPEC, ALSO_IN_BANDS)
    assert result.table[plain.columns].equals(plain)
    ratios = first_ivig(study, SPEC).rows.set_index("term")
    table = result.table[result.table["group"] == "ivig"].set_index(["variable", "kind", "level"])
    for term, key in (("age", ("age", "number", "")), ("sex=female", ("sex", "level", "female"))):
        for column in ("hr", "ci_low", "ci_high", "p_value"):
            assert table.loc[key, column] == ratios.loc[term, column]
    assert table.loc[("age", "number", ""), "unit"] == "5 years"
    assert table.loc[("sex", "level", "male"), "role"] == "reference"
    assert result.before == len(study.full) - result.summary.patients == {"sim43": 1, "sim500": 30}[name]


def test_levels_of_igg_have_the_ratios_of_bands():
    study = Study(cohort(*people()))
    table = who_was_given(study, SPEC).table
    bands = first_ivig(study, SPEC, ["baseline_igg"], bands=["baseline_igg"]).rows
    mine = table[(table["variable"] == "baseline_igg") & (table["group"] == "ivig")]
    levels = mine[mine["kind"] == "level"]
    assert levels["role"].tolist().count("reference") == 1
    np.testing.assert_array_equal(levels["hr"].dropna(), bands["hr"])
    assert mine.loc[mine["kind"] == "number", "unit"].tolist() == ["100 mg/dL"]
    assert (mine.loc[mine["kind"] == "missing", "role"] == "").all()


def test_prior_infections_are_a_number_and_levels():
    data = [Patient(doses=[i], baseline={"infections_prior_year": float(i % 4)}) for i in range(12)]
    table = who_was_given(Study(cohort(*data, Patient(baseline={"infections_prior_year": 1.0}))), SPEC).table
    mine = table[(table["variable"] == "infections_prior_year") & (table["group"] == "ivig")]
    assert mine["kind"].tolist() == ["number", "level", "level", "level", "level"]
    assert mine["role"].tolist() == ["number", "reference", "level", "level", "level"]


def test_a_level_of_patients_treated_before_says_that_nobody_was_at_risk():
    data = [Patient(doses=[5 + i], baseline={"sex": "male", "iss": ["I", "II"][i % 2]}) for i in range(6)]
    table = who_was_given(Study(cohort(*data, Patient(doses=[-3], baseline={"sex": "female", "iss": "III"}))), SPEC)
    row = table.table[(table.table["level"] == "III") & (table.table["group"] == "ivig")].iloc[0]
    assert (row["role"], row["note"]) == ("nothing", NOBODY)
    sex = table.table[(table.table["variable"] == "sex") & (table.table["group"] == "ivig")]
    # One sentence for the whole variable, in its first row.
    assert sex["role"].tolist() == ["nothing", ""]
    assert sex["note"].iloc[0].startswith("all have the same value: male")
    assert table.before == 1


def test_usual_variables_are_those_that_two_thirds_have():
    data = people(30)
    for number, patient in enumerate(data):
        patient.baseline["iss"] = "II" if number < 19 else None
        patient.baseline["lines_of_therapy"] = float(number % 3) if number < 20 else None
    data[0].baseline["iss"] = "I"
    data[1].baseline["heavy_chain"] = "IgG"
    assert usual_variables(Study(cohort(*data)), SPEC) == (
        "age",
        "sex",
        "lines_of_therapy",
        "heavy_chain",
        "baseline_igg",
    )


@pytest.mark.parametrize("name", ODD)
def test_odd_cohorts(name):
    study = Study(cohort(*ODD[name]))
    result = who_was_given(study, SPEC)
    table = result.table
    assert table.loc[table["role"] == "nothing", "note"].ne("").all()
    ok = table["status"] == "ok"
    assert table.loc[ok, ["hr", "ci_low", "ci_high", "p_value"]].notna().all(axis=None)
    assert set(usual_variables(study, SPEC)) <= set(baseline_columns(study.full))
