"""The comparison in words: what is clear, what is not, and what there is no number for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.figures.whatif.compare import compare as draw
from ivig_core.figures.whatif.compare import survival_of_both
from ivig_core.figures.whatif.compare_words import about_methods, detail, finding, overlap, table_rows
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.compare.comparison import compare
from tests.paths import ROOT

A = AnalysisSpec()


@pytest.fixture(scope="module")
def study() -> Study:
    cohort = read_cohort(ROOT / "sample_data" / "daratumumab.csv").cohort
    assert cohort is not None
    return Study(cohort)


@pytest.mark.parametrize(
    ("changes", "said", "who"),
    [
        ({}, "A and B give the same rate ratio", "the same 143 patients in A and B"),
        ({"pre_exposure_days": 60}, "The rate ratio is higher in B: 0.64 in A, 0.78 in B", "the same 143"),
        ({"window_days": 28}, "No clear difference between A and B: rate ratio", "the same 143"),
        ({"where": "age>=65"}, "No clear difference", "79 patients in both, 64 only in A, 0 only in B"),
        ({"where": "age>=200"}, "cannot be compared: B has no such estimate", "143 patients in A"),
    ],
)
def test_the_finding_follows_the_interval(study, changes, said, who):
    result = compare(study, A, A.change(**changes))
    assert said in finding(result)
    assert who in overlap(result)
    figure = draw(result)
    assert finding(result) in figure.layout.meta["finding"]


def test_draws_tell_no_smaller_p_than_they_can(study):
    b = A.change(pre_exposure_days=60)
    result = compare(study, A, b)
    assert "2,000 times" in about_methods(result)[0]
    rows = result.rows.copy()
    rows.loc[rows["measure"] == "ratio", "p_value"] = 2 / 501
    few = replace(result, rows=rows, draws=500)
    assert table_rows(few, A, b)[2]["p"] == "<0.004"
    assert "p <0.004" in detail(few)
    assert table_rows(replace(few, draws=2000), A, b)[2]["p"] == "0.004"


def test_curves_and_table_name_a_and_b(study):
    b = A.change(min_grade=3, landmark_day=60)
    result = compare(study, A, b)
    figure = survival_of_both(result, A, b)
    assert figure is not None
    assert "IVIG by day 30 (B: IVIG by day 60): 280 days in A" in figure.layout.meta["finding"]
    assert {"A: IVIG by day 30", "B: not by day 60"} <= {item.name for item in figure.data}
    rows = table_rows(result, A, b)
    assert rows[2]["A"] == "0.64 (0.44–0.93)"
    assert rows[2]["B against A"].startswith("× 0.45")
    assert rows[-1]["B against A"].endswith(")")
    assert "days (" in rows[-1]["B against A"]
    assert about_methods(result)[0].startswith("Bootstrap")
    assert survival_of_both(compare(study, A, A), A, A) is None
