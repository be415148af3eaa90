"""Lanes: order, search, pages, and that nothing of a patient is lost or shown twice."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import SpecError
from ivig_core.study.patients.lane_order import SORTS
from ivig_core.study.patients.lanes import MOST_MARKS, fact
from tests.core.figures.studies import SPEC, page, reference_study, study
from tests.core.make import Patient

THREE = (
    Patient(days=50, infections=[(5, 2), (5, 3), (40, 1)], doses=[30]),
    Patient(days=90, infections=[(60, 2)], doses=[10]),
    Patient(days=70),
)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("ivig", [1, 0, 2]),
        ("longest", [1, 2, 0]), ("infections", [0, 1, 2]), ("first_dose", [1, 0, 2]), ("first_infection", [0, 1, 2]),
        ("id", [0, 1, 2]),
    ],
)  # fmt: skip
def test_order(sort, order):
    assert page(study(*THREE), sort=sort).patients["patient"].tolist() == order


def test_without_a_choice_those_with_ivig_come_first_and_the_longest_first_of_both():
    for name in ("sim43", "sim500"):
        of = reference_study(name)
        shown = page(of, per_page=1000).patients
        longest = page(of, per_page=1000, sort="longest").patients
        for had in (True, False):
            mine, same = (list(people.loc[people["treated"] == had, "patient"]) for people in (shown, longest))
            assert mine == same
        assert shown["treated"].is_monotonic_decreasing
        assert (shown["treated"] == (shown["days_on"] > 0)).all()


def test_every_sort_has_a_test_and_an_unknown_one_is_refused():
    assert set(SORTS) == {"ivig", "longest", "infections", "first_dose", "first_infection", "id"}
    with pytest.raises(SpecError, match="longest"):
        page(study(*THREE), sort="tallest")
    with pytest.raises(SpecError, match="nosuch"):
        page(study(*THREE), group="nosuch")


def test_group_comes_before_length_and_unknown_last():
    arms = [Patient(days=days, baseline={"arm": arm}) for days, arm in ((90, None), (50, "b"), (60, "b"), (40, "a"))]
    shown = page(study(*arms), group="arm").patients
    assert shown["patient"].tolist() == [3, 2, 1, 0]
    assert shown["group"].tolist()[:3] == ["a", "b", "b"]
    assert shown["group"].isna().tolist() == [False, False, False, True]


def test_search_finds_parts_of_an_id_as_they_stand():
    made = study(*THREE, ids=["A.1", "a12", "b(1"])
    assert page(made, search=" a ").patients["patient_id"].tolist() == ["a12", "A.1"]
    assert page(made, search="A.1").matching == 1
    assert page(made, search="b(").matching == 1
    assert page(made, search="zz").shown == 0


def test_pages_hold_everybody_once():
    of = reference_study("sim43")
    pages = [page(of, page=number, per_page=10) for number in range(5)]
    codes = np.concatenate([item.patients["patient"] for item in pages])
    assert sorted(codes) == list(range(43))
    assert [item.shown for item in pages] == [10, 10, 10, 10, 3]
    assert page(of, page=99, per_page=10).page == 4
    assert page(of, page=-1, per_page=10).page == 0


def test_segments_and_infections_of_all_pages_are_the_person_time():
    of = reference_study("sim500")
    spec = SPEC.change(pre_exposure_days=30, adjust_for="phase,season")
    shown, time = page(of, spec, per_page=1000), of.time(spec)
    assert shown.segments["days"].sum() == time.person_days
    assert shown.segments["infections"].sum() == shown.infections["count"].sum() == time.infections
    assert (shown.segments["end_day"] - shown.segments["start_day"] + 1 == shown.segments["days"]).all()
    by_patient = shown.segments.groupby("patient")["infections"].sum()
    assert (by_patient.loc[shown.patients["patient"]].to_numpy() == shown.patients["infections"].to_numpy()).all()


def test_intervals_cut_for_the_model_are_joined_again():
    spec = SPEC.change(adjust_for="time", time_band_days=10)
    segments = page(study(Patient(days=100, doses=[40])), spec).segments
    assert segments[["start_day", "end_day"]].to_numpy().tolist() == [[0, 39], [40, 70], [71, 99]]


def test_a_gap_keeps_two_stretches_of_one_state_apart():
    spec = SPEC.change(dose_day="excluded")
    segments = page(study(Patient(days=50, doses=[10, 20])), spec).segments
    on = segments[segments["state"] == "on_ivig"]
    assert on[["start_day", "end_day"]].to_numpy().tolist() == [[11, 19], [21, 49]]


def test_infections_of_a_day_are_one_row_with_the_highest_grade():
    rows = page(study(THREE[0])).infections
    assert rows[["day", "grade", "count"]].to_numpy().tolist() == [[5, 3, 2], [40, 1, 1]]
    assert rows["facts"][0] == ("grade 2", "grade 3")


def test_only_infections_that_count_are_shown():
    assert page(study(*THREE), SPEC.change(min_grade=3)).infections["count"].sum() == 1
    left = page(study(*THREE), SPEC.change(exclude_first_days=10))
    assert left.infections["day"].tolist() == [60, 40]
    assert left.infections_total == 2


def test_last_day_reaches_to_death_and_last_contact():
    made = study(Patient(days=50, died=70), Patient(days=40, last_contact=90), Patient(days=30, last_contact=10))
    shown = page(made, sort="id")
    assert shown.patients["last_day"].tolist() == [70, 90, 29]
    marks = shown.marks.set_index("patient")
    assert marks["kind"].tolist() == ["death", "followed", "followed"]
    assert marks["day"].tolist() == [70, 90, 29]


def test_marks_before_and_after_what_is_known_are_left_out():
    shown = page(study(Patient(days=50, progressed=-5, progressive=[(-9, 3), (20, 30)])))
    assert shown.marks.loc[shown.marks["kind"] == "progression", "day"].tolist() == [20]


def test_fact_names_what_is_known():
    assert fact(3.0, "viral", None, "lower_respiratory", "yes") == "grade 3, viral, lower respiratory, admitted"
    assert fact(float("nan"), None, float("nan"), None, "no") == "grade unknown, not admitted"


def test_thousands_of_progressions_of_one_patient_are_thinned_and_those_of_others_are_not():
    often = Patient(days=6_000, progressive=[(day, day) for day in range(0, 6_000, 3)])
    seldom = Patient(days=6_000, progressive=[(10, 11), (13, 14), (5_000, 5_001)])
    marks = page(study(often, seldom)).marks
    days = [marks[(marks["patient"] == who) & (marks["kind"] == "progression")]["day"].tolist() for who in (0, 1)]
    assert days[1] == [10, 13, 5_000]
    assert len(days[0]) == MOST_MARKS
    assert max(np.diff(days[0])) <= 2 * 6_000 / MOST_MARKS
