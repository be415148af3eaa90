"""What a checked file becomes: days, units, kinds of missing, calendars, the user's own columns."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from ivig_core.cohort.baseline_columns import BASELINE
from ivig_core.cohort.cohort import RECORDS
from ivig_core.cohort.read import read_cohort
from tests.core.cohort.reading.build_file import FOLLOWED, csv_bytes, fact, read


def _epoch(*ymd: int) -> int:
    return (date(*ymd) - date(1970, 1, 1)).days


def test_patients_are_sorted_and_keep_leading_zeros():
    rows = [{**FOLLOWED, "patient_id": name} for name in ("010", "002", "1")]
    cohort = read_cohort(csv_bytes([*rows, fact("ivig", "2020-02-01", "010")])).cohort

    assert cohort.patients["patient_id"].tolist() == ["002", "010", "1"]
    assert cohort.ivig["patient"].tolist() == [1]


def test_days_count_from_the_first_day_at_risk():
    row = {**FOLLOWED, "died_on": "2022-01-02", "last_contact": "2022-01-02", "progressed_on": "2020-01-01"}
    intake = read_cohort(csv_bytes([row, fact("ivig", "2019-12-31"), fact("infection", "2020-01-02", grade="5")]))
    cohort = intake.cohort

    assert cohort.days.tolist() == [731]
    assert cohort.day0.tolist() == [_epoch(2020, 1, 1)]
    assert cohort.calendar == "dates"
    died = cohort.patients[["died_day", "last_contact_day", "progressed_day"]]
    assert died.iloc[0].tolist() == [732, 732, 0]
    assert cohort.ivig["day"].tolist() == [-1]
    assert cohort.infection["day"].tolist() == [1]


def test_a_patient_may_be_at_risk_for_one_day():
    assert read_cohort(csv_bytes([{**FOLLOWED, "end": "2020-01-01"}])).cohort.days.tolist() == [1]


def test_study_days_have_no_calendar_unless_a_month_is_given():
    one = {"patient_id": "A", "record": "patient", "start": "10", "end": "400"}
    other = {**one, "patient_id": "B", "start": "-3"}

    plain = read_cohort(csv_bytes([one, other])).cohort
    assert (plain.calendar, plain.day0.tolist(), plain.days.tolist()) == ("none", [-1, -1], [391, 404])

    intake = read_cohort(csv_bytes([{**one, "index_month": "11"}, other]))
    dated = intake.cohort
    assert intake.problems == ()
    assert dated.calendar == "index_month"
    assert dated.day0.tolist() == [_epoch(2001, 11, 15) + 10, -1]


def test_study_days_written_as_decimals_are_the_same_days():
    one = {"patient_id": "A", "record": "patient", "start": "10", "end": "400"}
    decimals = {**one, "start": "10.0", "end": "400.0"}
    assert read_cohort(csv_bytes([one])).cohort.fingerprint == read_cohort(csv_bytes([decimals])).cohort.fingerprint


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "canonical"),
    [
        ("igg", "436", "mg/dL", 436),
        ("igg", "4.36", "g/L", 436),
        ("m_spike", "3", "g/dL", 3),
        ("m_spike", "30", "g/L", 3),
        ("anc", "1.5", "10^9/L", 1.5),
        ("alc", "0.8", "10^3/uL", 0.8),
        ("alc", ".8", "10³/µL", 0.8),
    ],
)
def test_laboratory_values_come_in_the_canonical_unit(analyte, value, unit, canonical):
    cohort = read(fact("lab", "2020-02-01", analyte=analyte, value=value, unit=unit)).cohort
    assert cohort.lab["value"].tolist() == [canonical]


@pytest.mark.parametrize(
    "more",
    [
        {"died_on": "2021-12-31"},
        {"last_contact": "2021-12-31"},
        {"progressed_on": "2020-01-01"},
        {"age": "0"},
        {"age": "120"},
        {"index_month": "1"},
        {"index_month": "12"},
        {"weight_kg": "500"},
    ],
)
def test_values_on_the_edge_are_allowed(more):
    assert read_cohort(csv_bytes([{**FOLLOWED, **more}])).cohort is not None


def test_an_infusion_may_end_on_its_day_without_an_interval():
    assert read(fact("ivig", "2020-02-01", end="2020-02-01")).problems == ()


def test_phases_may_follow_each_other_or_overlap_in_agreement():
    follow = [
        fact("phase", "2020-02-01", end="2020-03-01", phase="progressive"),
        fact("phase", "2020-03-02", end="2020-04-01", phase="nonprogressive"),
        fact("phase", "2020-06-01", end="2020-08-01", phase="progressive"),
        fact("phase", "2020-07-01", phase="progressive"),
    ]
    assert read(*follow).problems == ()


def test_a_phase_inside_an_older_long_one_of_the_other_kind_is_an_error():
    rows = [
        fact("phase", "2020-02-01", phase="progressive"),
        fact("phase", "2020-03-01", end="2020-03-05", phase="progressive"),
        fact("phase", "2020-09-01", end="2020-09-02", phase="nonprogressive"),
    ]
    intake = read(*rows)
    assert [(p.row, p.kind) for p in intake.problems] == [(5, "phases_overlap")]
    assert "row 3" in intake.problems[0].message


def test_phases_of_different_patients_do_not_meet():
    other = {**FOLLOWED, "patient_id": "P2"}
    rows = [fact("phase", "2020-02-01", phase="progressive"), fact("phase", "2020-03-01", "P2", phase="nonprogressive")]
    assert read(other, *rows).problems == ()


def test_infections_and_doses_outside_follow_up_are_kept():
    rows = [fact(record, day, grade="2" if record == "infection" else "")
            for record in ("infection", "ivig") for day in ("2019-06-01", "2020-06-01", "2023-06-01")]  # fmt: skip
    cohort = read(*rows).cohort

    assert cohort.infection["day"].tolist() == [-214, 152, 1247]
    assert cohort.ivig["day"].tolist() == [-214, 152, 1247]


def test_facts_are_sorted_by_patient_day_and_place_in_the_file():
    other = {**FOLLOWED, "patient_id": "P0"}
    rows = [
        fact("infection", "2020-05-01", grade="1", organism="c"),
        fact("infection", "2020-05-01", "P0", grade="1", organism="a"),
        fact("infection", "2020-05-01", grade="1", organism="b"),
        fact("infection", "2020-04-01", grade="1", organism="d"),
    ]
    cohort = read(other, *rows).cohort
    assert cohort.infection["organism"].tolist() == ["a", "d", "c", "b"]


def test_missing_values_and_types():
    cohort = read(
        fact("infection", "2020-05-01", grade="unknown"),
        fact("infection", "2020-06-01", end="2020-06-05", grade="3", pathogen="viral"),
        fact("ivig", "2020-02-01"),
        fact("ivig", "2020-03-01", interval_days="28", route="sc"),
        fact("phase", "2020-02-01", phase="progressive"),
        fact("therapy", "2020-02-01", drug="aciclovir"),
    ).cohort

    assert cohort.infection["grade"].tolist()[1] == 3
    assert np.isnan(cohort.infection["grade"].tolist()[0])
    assert cohort.infection["pathogen"].isna().tolist() == [True, False]
    assert cohort.infection["end"].tolist()[1] == 156
    assert cohort.ivig["route"].tolist() == ["iv", "sc"]
    assert cohort.ivig["end"].isna().all()
    assert cohort.phase["end"].isna().all()
    assert cohort.therapy["category"].isna().all()
    assert cohort.records_phase
    for name in RECORDS:
        frame = getattr(cohort, name)
        assert frame["patient"].dtype == frame["day"].dtype == np.int64
    assert all(cohort.patients[c.name].dtype == ("float64" if c.numeric else "str") for c in BASELINE)


def test_frames_of_kinds_that_the_file_does_not_have_are_empty_but_whole():
    cohort = read_cohort(csv_bytes([FOLLOWED])).cohort
    full = read(
        fact("ivig", "2020-02-01"),
        fact("infection", "2020-02-01", grade="1", organism="x"),
        fact("lab", "2020-02-01", analyte="igg", value="4", unit="g/L"),
        fact("phase", "2020-02-01", phase="progressive"),
        fact("therapy", "2020-02-01", drug="x"),
    ).cohort

    assert not cohort.records_phase
    for name in RECORDS:
        empty, filled = getattr(cohort, name), getattr(full, name)
        assert len(empty) == 0
        assert len(filled) == 1
        pd.testing.assert_series_equal(empty.dtypes, filled.dtypes)


def test_own_columns_are_numbers_if_all_are_numbers_else_text():
    rows = [
        {**FOLLOWED, "frailty": "1", "ward": "7", "Gene": "TP53", "blank": ""},
        {**FOLLOWED, "patient_id": "P0", "frailty": "", "ward": "7B", "Gene": " "},
    ]
    cohort = read_cohort(csv_bytes(rows)).cohort

    assert cohort.own_baseline == ("frailty", "ward", "Gene")
    assert cohort.patients["frailty"].dtype == "float64"
    assert cohort.patients["ward"].tolist() == ["7B", "7"]
    assert cohort.patients["Gene"].isna().tolist() == [True, False]


def test_an_own_column_filled_elsewhere_too_is_kept_for_patients():
    intake = read_cohort(csv_bytes([{**FOLLOWED, "ward": "7"}, fact("ivig", "2020-02-01", ward="8")]))

    assert intake.cohort.patients["ward"].tolist() == [7]
    assert [p.kind for p in intake.problems] == ["ignored_column"]


def test_an_own_column_with_a_name_of_the_program_is_ignored_and_said():
    intake = read_cohort(csv_bytes([{**FOLLOWED, "days": "5"}]))

    assert intake.cohort.days.tolist() == [731]
    assert [(p.kind, p.column) for p in intake.problems] == [("ignored_column", "days")]


def test_an_own_text_column_with_very_many_values_is_noted():
    rows = [{**FOLLOWED, "patient_id": f"P{i}", "place": f"x{i}y"} for i in range(21)]
    intake = read_cohort(csv_bytes(rows))

    assert intake.cohort.own_baseline == ("place",)
    assert any("21 different" in note for note in intake.notes)
    assert not read_cohort(csv_bytes(rows[:20])).notes


def test_day_and_month_order_is_applied_when_it_is_said():
    rows = [FOLLOWED, fact("infection", "03/04/2020", grade="2"), fact("ivig", "2020-02-01")]
    asked = read_cohort(csv_bytes(rows))
    day_first = read_cohort(csv_bytes(rows), date_order="dmy")
    month_first = read_cohort(csv_bytes(rows), date_order="mdy")

    assert asked.asks_date_order
    assert not day_first.asks_date_order
    assert day_first.cohort.infection["day"].tolist() == [_epoch(2020, 4, 3) - _epoch(2020, 1, 1)]
    assert month_first.cohort.infection["day"].tolist() == [_epoch(2020, 3, 4) - _epoch(2020, 1, 1)]
    assert any("day/month/year" in note for note in day_first.notes)


@pytest.mark.parametrize(("text", "kind"), [("25/04/2020", "impossible_date"), ("03/04/20", "unreadable_date")])
def test_a_day_that_does_not_exist_under_the_said_order_is_an_error(text, kind):
    intake = read_cohort(csv_bytes([FOLLOWED, fact("infection", text, grade="2")]), date_order="mdy")
    assert [p.kind for p in intake.problems if p.severity == "error"] == [kind]


def test_the_reference_cohorts_are_read_without_any_problem():
    for name, patients, infections, doses in (("sim43", 43, 157, 414), ("sim500", 500, 1857, 5343)):
        intake = read_cohort(f"tests/reference/{name}.csv")
        assert intake.problems == ()
        assert (len(intake.cohort), len(intake.cohort.infection), len(intake.cohort.ivig)) == (
            patients,
            infections,
            doses,
        )
