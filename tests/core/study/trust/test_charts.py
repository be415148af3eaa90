"""Which charts are named, and for what."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.charts import MOST, charts_to_check
from tests.paths import SAMPLES

HEADER = "patient_id,record,start,end,grade\n"


def study_of(text: str) -> Study:
    return Study(read_cohort((HEADER + text).encode()).checked())


def test_a_missing_dose_and_two_infections_in_a_fortnight_are_named():
    study = study_of(
        "A,patient,0,400,\nA,ivig,10,,\nA,ivig,38,,\nA,ivig,94,,\n"  # 94 − 38 = 56: 25 days off IVIG in between
        "B,patient,0,400,\nB,infection,50,,2\nB,infection,64,,2\nB,infection,79,,2\n"
        "C,patient,0,400,\n"
    )
    table = charts_to_check(study, AnalysisSpec()).set_index("patient_id")
    assert set(table.index) == {"A", "B"}
    assert table.loc["A", "missing_doses"] == 1
    assert table.loc["A", "why"] == "1 dose seems to be missing."
    assert table.loc["B", "doubled"] == 1
    assert table.loc["B", "why"] == "Once two infections within 14 days."


def test_the_ratio_without_a_patient_is_that_of_the_cohort_without_them():
    cohort = read_cohort(SAMPLES / "daratumumab.csv").checked()
    table = charts_to_check(Study(cohort), AnalysisSpec())
    assert len(table) <= MOST
    row = table[table["ratio_without"].notna()].iloc[0]
    rest = Study(cohort.subset(np.arange(len(cohort)) != row["patient"]))
    main = sccs(rest, AnalysisSpec()).set_index("term").loc["on_ivig"]
    assert row["ratio_without"] == pytest.approx(main["irr"], rel=1e-9)


def test_nobody_to_name():
    assert charts_to_check(study_of("A,patient,0,400,\n"), AnalysisSpec()).empty
