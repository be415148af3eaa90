"""A cohort that is written and read again is the same cohort, with dates, months or study days."""

from __future__ import annotations

import pandas as pd
import pytest

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.writing import cohort_csv, record_frames, write_tables
from tests.paths import ROOT

HEADER = "patient_id,record,start,end,grade,interval_days,analyte,value,unit,index_month,smoker,organism\n"


def cohort_of(text: str) -> Cohort:
    return read_cohort(text.encode()).checked()


@pytest.mark.parametrize(
    "text",
    [
        "01,patient,2023-01-16,2024-12-31,,,,,,,yes,\n01,infection,2023-02-20,,unknown,,,,,,,S. aureus\n",
        "1,patient,5,400,,,,,,11,0.1,\n1,ivig,20,60,,28,,,,,,\n1,lab,-3,,,,igg,3.1,g/L,,,\n1,infection,401,,2,,,,,,,\n",
        "1,patient,0,400,,,,,,,,\n1,ivig,20,,,28,,,,,,\n2,patient,3,9,,,,,,,,\n",
    ],
)
def test_a_written_cohort_reads_back(text):
    cohort = cohort_of(HEADER + text)
    again = read_cohort(cohort_csv(cohort)).checked()
    assert again.fingerprint == cohort.fingerprint


@pytest.mark.parametrize("sample", ["daratumumab", "known_truth"])
def test_a_sample_reads_back(sample):
    cohort = read_cohort(ROOT / "sample_data" / f"{sample}.csv").checked()
    assert read_cohort(cohort_csv(cohort)).checked().fingerprint == cohort.fingerprint


def test_a_text_that_would_run_as_a_formula_is_disarmed_and_numbers_are_not():
    cohort = cohort_of(HEADER + "1,patient,-5,400,,,,,,,=1+1,\n1,infection,-3,,2,,,,,,,@x\n")
    written = cohort_csv(cohort).decode()
    assert "'=1+1" in written
    assert "'@x" in written
    assert "'-" not in written


def test_tables_have_types(tmp_path):
    cohort = cohort_of(HEADER + "1,patient,2020-01-01,2020-12-31,,,,,,,,\n1,lab,2020-02-01,,,,igg,310,mg/dL,,,\n")
    written = write_tables(cohort, tmp_path / "out")
    assert [path.stem for path in written] == ["patient", "ivig", "infection", "lab", "phase", "therapy"]
    lab = pd.read_parquet(tmp_path / "out" / "lab.parquet")
    assert lab["value"].tolist() == [310.0]
    assert str(lab["start"].iloc[0]) == "2020-02-01"
    assert record_frames(cohort)["lab"]["unit"].tolist() == ["mg/dL"]
