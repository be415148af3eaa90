"""A cohort under analysis: selection, memory, attrition, and every odd cohort."""

from __future__ import annotations

import json
from functools import cache

import pytest

from ivig_core.errors import SpecError
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis import analyse
from ivig_core.study.analysis_json import to_json
from ivig_core.study.attrition import attrition
from ivig_core.study.memo import Memo
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.survival.tables import survival
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

PEOPLE = [
    Patient(days=100, doses=[20], infections=[5, 30, 80], baseline={"age": 50.0, "sex": "female", "ward": "A"}),
    Patient(days=100, doses=[20], infections=[60], baseline={"age": 70.0, "sex": "male", "ward": "B"}),
    Patient(days=100, infections=[9], baseline={"age": None, "sex": "male", "ward": None}),
]


@pytest.mark.parametrize(
    ("where", "patients"),
    [
        ("sex=male", 2), ("sex=MALE", 2), ("sex!=male", 1), ("age>=65", 1), ("age<65", 1), ("age!=50", 1),
        ("age=50|70", 2), ("ward=A|B", 2), ("ward!=A", 1), ("sex=male; age>65", 1), ("age>100", 0),
    ],
)  # fmt: skip
def test_where(where, patients):
    """A missing value passes no condition, not even !=."""
    assert len(Study(cohort(*PEOPLE)).cohort(AnalysisSpec().change(where=where))) == patients


@pytest.mark.parametrize(
    ("where", "allowed"), [("colour=red", "ward"), ("sex>3", "holds text"), ("age=old", "a number")]
)
def test_where_that_makes_no_sense_says_what_does(where, allowed):
    with pytest.raises(SpecError, match=allowed):
        analyse(Study(cohort(*PEOPLE)), AnalysisSpec().change(where=where))


def test_baseline_igg_can_filter():
    people = [
        Patient(igg=[(-3, 350), (5, 900)], baseline={"heavy_chain": "none"}),
        Patient(igg=[(-91, 350), (11, 350)], baseline={"heavy_chain": "none"}),
        Patient(igg=[(9, 350), (5, 800)], doses=[9], baseline={"heavy_chain": "none"}),
    ]
    study = Study(cohort(*people))
    chosen = study.cohort(AnalysisSpec().change(where="baseline_igg<400"))
    assert chosen.patients["patient_id"].tolist() == ["P0000"]
    assert len(study.cohort(AnalysisSpec().change(where="baseline_igg>=0"))) == 2


def test_moving_the_landmark_does_not_refit_the_rate_ratio():
    study = Study(reference_cohort("sim43"))
    spec = AnalysisSpec()
    moved = spec.change(landmark_day=60)
    assert sccs(study, spec) is sccs(study, moved)
    assert survival(study, spec) is not survival(study, moved)
    assert sccs(study, spec) is not sccs(study, spec.change(adjust_for="season"))
    assert study.time(spec).table["start_day"] is not None
    assert study.infections(spec) is study.infections(spec.change(adjust_for="season"))


def test_memory_is_bounded_and_keeps_what_was_used_last():
    memo, made = Memo(2), []

    def make(key):
        return lambda: made.append(key) or key

    for key in ("a", "b", "a", "c", "a", "b"):
        assert memo.get(key, make(key)) == key
    assert made == ["a", "b", "c", "b"]


def test_attrition_only_shrinks_and_ends_with_the_informative():
    spec = AnalysisSpec().change(where="sex=male|female", exclude_first_days=3, min_grade=2, within="phase:unknown")
    table = attrition(Study(cohort(*PEOPLE)), spec)
    for column in ("patients", "infections", "person_days"):
        assert table[column].is_monotonic_decreasing
    assert table["patients"].tolist()[0] == 3
    assert table.iloc[-1][["patients", "infections", "person_days"]].tolist() == [2, 4, 194]


def test_attrition_of_each_rule():
    people = [
        Patient(days=100, doses=[10], infections=[2, 10, (12, 3), (50, 3), 99], progressive=[(90, 99.0)]),
        Patient(days=50, infections=[1]),
    ]
    spec = AnalysisSpec().change(
        from_first_dose="yes", dose_day="excluded", within="phase:nonprogressive", episode_gap_days=5, min_grade=3
    )
    got = attrition(Study(cohort(*people)), spec)[["patients", "infections", "person_days"]].values.tolist()
    assert got == [
        [2, 6, 150],  # the file
        [1, 3, 89],  # from the first dose, without the dose day: infections on days 12, 50 and 99
        [1, 2, 79],  # nonprogressive days only
        [1, 1, 79],  # days 10 and 12 are one episode, of day 10, a dose day
        [1, 1, 79],  # grade 3 or higher
        [1, 1, 79], [1, 1, 79], [1, 1, 79],
    ]  # fmt: skip


ODD = {
    "one patient": [Patient(days=80, doses=[10], infections=[5])],
    "one day": [Patient(days=1)],
    "no infection": [Patient(doses=[3]), Patient()],
    "no IVIG": [Patient(infections=[3]), Patient(infections=[4, 5])],
    "all on IVIG": [Patient(days=20, doses=[0], infections=[3]), Patient(days=31, doses=[0], infections=[30])],
    "no infection on IVIG": [Patient(doses=[0], infections=[60, 61])],
    "no infection off IVIG": [Patient(doses=[0], infections=[2, 3])],
    "all die on day 0": [Patient(days=1, died=0, infections=[(0, 5)]), Patient(days=1, died=0)],
    "no dates": [Patient(start=None, doses=[3], infections=[50, 60, 5])],
}
VARIANTS = [
    {},
    {"window_cuts": "7,14", "washout_days": 5, "pre_exposure_days": 30},
    {"adjust_for": "phase,season,time,prophylaxis,igg", "pre_exposure_days": 60, "population": "all"},
    {"ci_method": "robust", "rate_ci": "exact", "min_grade": 3},
    {"ci_method": "profile", "from_first_dose": "yes", "dose_day": "excluded"},
    {"survival_event": "death", "survival_group": "ivig_strategy", "landmark_day": 0},
    {"survival_event": "progression_or_death", "survival_group": "sex"},
    {"survival_event": "infection", "survival_group": "ivig_ever", "within": "igg:<700"},
    {"where": "age>200", "survival_group": "none"},
]


@cache
def odd_study(odd: str) -> Study:
    """One for all settings, as on the pages: what a setting leaves alone is computed once."""
    return Study(cohort(*ODD[odd], calendar="none" if odd == "no dates" else "dates"))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("settings", VARIANTS, ids=lambda settings: ",".join(settings) or "default")
def test_odd_cohorts_give_strict_json_with_a_row_per_term(odd, settings):
    spec = AnalysisSpec().change(**settings)
    result = json.loads(json.dumps(to_json(analyse(odd_study(odd), spec)), allow_nan=False))
    assert sum(row["person_days"] for row in result["rates"]) <= result["cohort"]["person_days"]
    for row in result["irr"]:
        if row["status"] != "ok":
            assert row["note"], row
            assert row["log_irr"] is None
        else:
            assert row["ci_low"] < row["irr"] < row["ci_high"]
            assert abs(row["log_irr"]) < 15
    terms = [row["term"] for row in result["irr"]]
    assert terms[0].startswith("on_ivig")
    if "adjust_for" in settings:
        assert {"pre_ivig", "progressive", "fall_winter", "time_band_7", "prophylaxis", "igg_lt_200"} <= set(terms)
