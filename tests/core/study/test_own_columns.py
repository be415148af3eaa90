"""A file with hundreds of own columns: a table of everything has a budget, and what is left out can be asked for."""

from __future__ import annotations

import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.errors import SpecError
from ivig_core.persontime.baseline import baseline_levels
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis import analyse
from ivig_core.study.cox.ratios import cox_rows
from ivig_core.study.levels import MOST_OWN_LEVELS, own_left_out
from ivig_core.study.rates.factors import NOT_OF_PATIENTS, factors, listed_factors
from ivig_core.study.study import Study

SPEC = AnalysisSpec()


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    """24 patients; own columns a0..a7 of 12 levels, then b0..b9 of 2."""
    columns = {**{f"a{k}": 12 for k in range(8)}, **{f"b{k}": 2 for k in range(10)}}
    lines = ["patient_id,record,start,end,grade," + ",".join(columns)]
    for i in range(24):
        own = ",".join(f"level {(i + k) % many}" for k, many in enumerate(columns.values()))
        lines.append(f"P{i},patient,0,400,,{own}")
        empty = "," * len(columns)
        lines += [f"P{i},ivig,{100 + i},,{empty}", f"P{i},infection,{60 + 9 * i},,3{empty}"]
    path = tmp_path_factory.mktemp("own") / "own.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    cohort = read_cohort(path).cohort
    assert cohort is not None
    return Study(cohort)


def test_columns_with_few_levels_come_first_as_far_as_the_budget_goes(study):
    listed, left_out = listed_factors(study, SPEC), own_left_out(study, SPEC)
    assert set(listed) | set(left_out) == set(factors(study, SPEC))
    assert set(NOT_OF_PATIENTS) < set(listed)
    shown = [name for name in study.full.own_baseline if name in listed]
    assert shown == ["a0", "a1", "a2", *(f"b{k}" for k in range(10))]
    assert left_out == ("a3", "a4", "a5", "a6", "a7")
    assert sum(len(baseline_levels(study.full, name, SPEC.exposure).categories) for name in shown) <= MOST_OWN_LEVELS


def test_a_column_that_is_asked_for_is_there_and_an_unknown_one_is_refused(study):
    assert "a6" in listed_factors(study, SPEC, ["a6"])
    assert "a6" not in own_left_out(study, SPEC, ["a6"])
    with pytest.raises(SpecError, match="no_such_column"):
        listed_factors(study, SPEC, ["no_such_column"])


def test_the_analysis_says_what_is_left_out_and_how_to_ask_for_it(study):
    found = analyse(study, SPEC, ("forest",), ["a6"])
    names = set(found.forest["factor"])
    assert "a6" in names
    assert not names & {"a3", "a4", "a5", "a7"}
    note = next(text for text in found.notes if "own columns" in text)
    assert "4 columns are" in note
    assert note.endswith("--by a3.")


def test_hazard_ratios_of_single_variables_have_the_same_columns(study):
    terms = cox_rows(study, SPEC)["term"]
    assert not terms.str.startswith("a3=").any()
    assert terms.str.startswith("a0=").any()
    assert cox_rows(study, SPEC, by=("a3",))["term"].str.startswith("a3=").any()
