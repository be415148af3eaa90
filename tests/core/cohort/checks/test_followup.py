"""Every warning lets the file run and says what was done; its twin without the cause gives none."""

from __future__ import annotations

import random

import pytest

from ivig_core.cohort.checks import repeated
from ivig_core.cohort.problems import KEPT_PER_KIND
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.reading import facts
from tests.core.cohort.reading.build_file import FOLLOWED, csv_bytes, fact, kinds, read
from tests.paths import REFERENCE

DOSE = fact("ivig", "2020-02-01")
INFECTION = fact("infection", "2020-03-01", grade="2")


def test_a_clean_file_has_no_problem():
    labs = fact("lab", "2019-11-01", analyte="igg", value="350", unit="mg/dL")
    before = fact("ivig", "2019-12-01")
    intake = read(DOSE, INFECTION, labs, before, fact("phase", "2020-05-01", phase="progressive"))

    assert intake.problems == ()
    assert intake.notes == ()
    assert intake.cohort is not None


@pytest.mark.parametrize(
    ("kind", "row", "column"),
    [
        ("infection_after_followup", fact("infection", "2022-01-01", grade="2"), "start"),
        ("infection_before_followup", fact("infection", "2019-12-31", grade="2"), "start"),
        ("same_day_infections", fact("infection", "2020-03-01", grade="3"), "start"),
        ("duplicate_row", INFECTION, "record"),
        ("dose_after_followup", fact("ivig", "2022-01-01"), "start"),
        ("month_only", fact("infection", "2020-06", grade="2"), "start"),
        ("implausible_value", fact("lab", "2020-06-01", analyte="igg", value="436", unit="g/L"), "value"),
        ("unit_asked", fact("lab", "2020-06-01", analyte="igg", value="0", unit="mg/dL"), "value"),
        ("respelled", fact("infection", "2020-06-01", grade="2", pathogen="Bacterial"), "pathogen"),
        ("respelled", fact("infection", "2020-06-01", grade="2", site="upper respiratory"), "site"),
        ("respelled", fact("infection", "2020-06-01", grade="2", pathogen=" viral"), "pathogen"),
        ("respelled", fact("infection", "2020-06-01", grade="Unknown"), "grade"),
        ("respelled", fact("Infection", "2020-06-01", grade="3"), "record"),
        ("respelled", fact("lab", "2020-06-01", analyte="anc", value="2", unit="10^3/µL"), "unit"),
        ("unused_cell", fact("ivig", "2020-06-01", grade="2"), "grade"),
        ("ignored_column", fact("ivig", "2020-06-01", ward="7B"), "ward"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_warning_lets_the_file_run(kind, row, column):
    intake = read(DOSE, INFECTION, row)

    assert intake.cohort is not None
    assert kinds(intake) == {kind: 1}
    problem = intake.problems[0]
    assert (problem.severity, problem.row, problem.column, problem.patient) == ("warning", 5, column, "P1")
    assert problem.message
    assert problem.remedy


@pytest.mark.parametrize(
    "row",
    [
        fact("infection", "2021-12-31", grade="2"),
        fact("infection", "2020-01-01", grade="2"),
        fact("ivig", "2021-12-31"),
        fact("ivig", "2019-12-31"),
        fact("infection", "2020-03-02", grade="2"),
        fact("lab", "2020-06-01", analyte="igg", value="10000", unit="mg/dL"),
        fact("lab", "2020-06-01", analyte="igg", value="0.3", unit="g/L"),
    ],
)
def test_the_other_side_of_every_edge_gives_no_warning(row):
    assert read(DOSE, INFECTION, row).problems == ()


def test_identical_rows_count_once_and_other_rows_keep_their_numbers():
    intake = read(DOSE, INFECTION, INFECTION, fact("infection", "2022-05-01", grade="2"))

    assert len(intake.cohort.infection) == 2
    assert {p.kind: p.row for p in intake.problems} == {"duplicate_row": 5, "infection_after_followup": 6}


def test_rows_that_differ_in_a_column_of_the_user_are_no_duplicates():
    one, other = {**INFECTION, "culture": "a"}, {**INFECTION, "culture": "b"}

    assert "duplicate_row" not in kinds(read(DOSE, one, other))
    assert kinds(read(DOSE, one, one))["duplicate_row"] == 1


def test_the_same_number_written_in_another_way_is_a_duplicate():
    dose = fact("ivig", "2020-02-01", dose_g_per_kg="0.40")
    assert kinds(read(dose, {**dose, "dose_g_per_kg": "0.4"})) == {"duplicate_row": 1}


@pytest.mark.parametrize("block", [2, 40])
def test_blocks_of_facts_say_what_all_at_once_do(monkeypatch, block):
    head, *lines = (REFERENCE / "sim43.csv").read_text().splitlines()
    chance = random.Random(block)
    # Rows twice and three times, in an order of their own: a day's facts lie at the border of blocks.
    lines += [line for line in lines if ",patient," not in line and chance.random() < 0.3] * 2
    chance.shuffle(lines)
    data = "\n".join([head, *lines]).encode()
    whole = read_cohort(data)
    assert whole.counts["warning", "duplicate_row"] > 10
    monkeypatch.setattr(repeated, "BLOCK", block)
    monkeypatch.setattr(facts, "BLOCK", block)
    blocks = read_cohort(data)
    assert blocks.problems == whole.problems
    assert blocks.cohort.fingerprint == whole.cohort.fingerprint


def test_grade_unknown_and_grade_two_on_one_day_are_two_infections():
    intake = read(DOSE, INFECTION, {**INFECTION, "grade": "unknown"})

    assert kinds(intake) == {"same_day_infections": 1}
    assert len(intake.cohort.infection) == 2


def test_infections_without_any_dose_in_follow_up():
    assert kinds(read(INFECTION)) == {"no_dose": 1}
    assert kinds(read(INFECTION, fact("ivig", "2019-12-01"))) == {"no_dose": 1}
    assert kinds(read(fact("lab", "2020-02-01", analyte="anc", value="1", unit="10^9/L"))) == {}


@pytest.mark.parametrize(("end", "reaches"), [("2020-01-13", True), ("2020-01-12", False), ("", True)])
def test_a_course_that_began_before_follow_up_may_reach_into_it(end, reaches):
    # Doses on 16 and 30 December, 13 and 27 January: with an end on 12 January none lies in follow-up.
    course = fact("ivig", "2019-12-16", end=end, interval_days="14")
    assert ("no_dose" not in kinds(read(INFECTION, course))) == reaches


@pytest.mark.parametrize(("last_day", "reaches"), [("2020-01-13", True), ("2020-01-12", False)])
def test_a_course_that_began_before_follow_up_may_miss_a_short_one(last_day, reaches):
    rows = [{**FOLLOWED, "end": last_day}, fact("infection", "2020-01-05", grade="1")]
    course = fact("ivig", "2019-12-16", end="2020-06-01", interval_days="14")
    assert ("no_dose" not in kinds(read_cohort(csv_bytes([*rows, course])))) == reaches


def test_month_only_dates_are_taken_as_the_fifteenth_counted_and_listed():
    intake = read(DOSE, fact("infection", "2020-06", grade="2"), fact("infection", "2020-07", end="2020-08", grade="2"))

    assert kinds(intake) == {"month_only": 3}
    assert intake.cohort.infection["day"].tolist() == [166, 196]
    assert any("3 dates" in note for note in intake.notes)


def test_index_month_is_ignored_in_a_file_with_dates():
    intake = read_cohort(csv_bytes([{**FOLLOWED, "index_month": "3"}, DOSE]))

    assert kinds(intake) == {"index_month_with_dates": 1}
    assert intake.cohort.calendar == "dates"


def test_semicolons_with_decimal_commas_are_read_and_said():
    rows = [{**FOLLOWED, "weight_kg": "70,5"}, DOSE]
    intake = read_cohort(csv_bytes(rows, separator=";"))

    assert intake.cohort.patients["weight_kg"].tolist() == [70.5]
    assert kinds(intake) == {"decimal_comma": 1}
    problem = intake.problems[0]
    assert (problem.row, problem.patient, problem.column, problem.value) == (2, "P1", "weight_kg", "70,5")
    assert any("semicolon" in note for note in intake.notes)


def test_semicolons_with_decimal_points_are_only_noted():
    intake = read_cohort(csv_bytes([{**FOLLOWED, "weight_kg": "70.5"}, DOSE], separator=";"))

    assert intake.problems == ()
    assert intake.cohort.patients["weight_kg"].tolist() == [70.5]


def test_a_header_in_another_case_is_read_and_said():
    data = csv_bytes([FOLLOWED, DOSE]).replace(b"patient_id,record", b"Patient ID,Record")
    intake = read_cohort(data)

    assert kinds(intake) == {"header_spelling": 2}
    assert intake.cohort.patients["patient_id"].tolist() == ["P1"]


def test_a_filled_column_without_header_is_ignored_and_said():
    data = csv_bytes([FOLLOWED, DOSE]).decode().splitlines()
    intake = read_cohort("\n".join([f",{data[0]}", *(f"{i},{line}" for i, line in enumerate(data[1:]))]).encode())

    assert kinds(intake) == {"ignored_column": 1}
    assert intake.cohort is not None


def test_last_contact_after_death_is_said():
    row = {**FOLLOWED, "died_on": "2022-01-05", "last_contact": "2022-02-01"}
    assert kinds(read_cohort(csv_bytes([row, DOSE]))) == {"contact_after_death": 1}


def test_excel_numbers_for_dates_are_said():
    rows = [{**FOLLOWED, "start": "43831", "end": "44561"}, fact("ivig", "43862")]
    assert kinds(read_cohort(csv_bytes(rows))) == {"serial_dates": 1}


def test_the_example_patient_left_in_a_file_is_said():
    other = {**FOLLOWED, "patient_id": "EXAMPLE-1"}
    assert kinds(read_cohort(csv_bytes([FOLLOWED, other, DOSE]))) == {"example_patient": 1}


def test_a_very_frequent_problem_is_counted_in_full_but_kept_only_in_part():
    many = [fact("infection", "2022-01-01", grade=str(1 + i % 5), organism=f"o{i}") for i in range(KEPT_PER_KIND + 500)]
    intake = read(DOSE, *many)

    assert kinds(intake)["infection_after_followup"] == KEPT_PER_KIND + 500
    assert intake.warnings == sum(kinds(intake).values())
    kept = [p for p in intake.problems if p.kind == "infection_after_followup"]
    assert len(kept) == KEPT_PER_KIND + 1
    assert "500 more" in kept[-1].message
    group = intake.groups().set_index("kind").loc["infection_after_followup"]
    assert (group["count"], group["first_row"]) == (KEPT_PER_KIND + 500, 4)
