"""Texts that the user names as “not known” are blank in a file of ours too."""

from __future__ import annotations

from ivig_core.cohort.read import read_cohort
from tests.core.cohort.reading.build_file import FOLLOWED, csv_bytes, fact

ROWS = [
    {**FOLLOWED, "age": "weiss nicht", "ward": "Weiss Nicht"},
    {**FOLLOWED, "patient_id": "weiss nicht", "age": "67", "ward": "7"},
    fact("ivig", "2020-02-01", dose_g="weiss nicht"),
    fact("infection", "2020-03-01", grade="weiss nicht", pathogen="weiss nicht"),
]


def test_they_are_blank_a_grade_is_unknown_and_ids_stay():
    assert read_cohort(csv_bytes(ROWS)).errors
    intake = read_cohort(csv_bytes(ROWS), missing=(" Weiss nicht ",))

    assert intake.problems == ()
    assert intake.cohort.patients["patient_id"].tolist()[-1] == "weiss nicht"
    assert intake.cohort.patients["age"].isna().tolist() == [True, False]
    assert intake.cohort.patients["ward"].isna().tolist() == [True, False]
    assert intake.cohort.infection["grade"].isna().all()
    assert intake.cohort.ivig["dose_g"].isna().all()
    assert "5 cells were read as not known, as asked with weiss nicht." in intake.notes
