"""What each step of an analysis leaves out, in words that name the setting."""

from __future__ import annotations

from ivig_core.spec import AnalysisSpec
from ivig_core.study.attrition import attrition, flow
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

PEOPLE = (
    Patient(days=100, doses=[10], infections=[(2, 1), (50, 3)], baseline={"sex": "female"}),
    Patient(days=60, doses=[20], infections=[(40, 2)], baseline={"sex": "male"}),
    Patient(days=50, infections=[(1, 4)], baseline={"sex": "female"}),
)
SPEC = AnalysisSpec().change(where="sex=female", min_grade=3, pathogens="")


def test_every_step_says_what_it_leaves_out():
    got = flow(attrition(Study(cohort(*PEOPLE)), SPEC)).set_index("step")
    columns = ["patients", "patients_out", "infections", "infections_out", "person_days", "person_days_out"]
    assert got[columns].to_numpy().tolist() == [
        [3, 0, 4, 0, 210, 0],
        [2, 1, 3, 1, 150, 60],
        [2, 0, 2, 1, 150, 0],
        [1, 1, 1, 1, 100, 50],
        [1, 0, 1, 0, 100, 0],
        [1, 0, 1, 0, 100, 0],
    ]
    assert got.index[1] == "of them, patients with sex = female"
    assert got.index[2] == "only infections of grade 3 or higher"


def test_days_are_named_as_in_the_settings():
    steps = attrition(Study(cohort(*PEOPLE)), AnalysisSpec().change(within="phase:unknown"))["step"]
    assert "only days of unknown disease phase" in set(steps)
