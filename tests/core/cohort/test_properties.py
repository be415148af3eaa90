"""What must hold for any file: order and layout of rows say nothing, every fault has its row."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.cohort.cohort import RECORDS
from ivig_core.cohort.problems import problem_table
from ivig_core.cohort.read import read_cohort
from tests.core.cohort.reading.build_file import csv_bytes, fact

STEADY = settings(max_examples=50, derandomize=True, deadline=None)

_day = st.dates(min_value=date(2019, 6, 1), max_value=date(2022, 6, 1))
_grade = st.sampled_from(["1", "2", "3", "unknown"])


@st.composite
def cohorts(draw):
    """Rows of a valid file; facts of one kind and patient never share a day, so that their order is certain."""
    rows = []
    for number in range(draw(st.integers(1, 4))):
        name = f"{number:03d}"
        age, sex = draw(st.integers(30, 90)), draw(st.sampled_from(["male", "female", ""]))
        rows.append(fact("patient", "2020-01-01", name, end="2021-12-31", age=str(age), sex=sex))
        for day in draw(st.lists(_day, unique=True, max_size=4)):
            rows.append(fact("infection", day.isoformat(), name, grade=draw(_grade)))
        for day in draw(st.lists(_day, unique=True, max_size=4)):
            rows.append(fact("ivig", day.isoformat(), name, dose_g="30"))
        for day in draw(st.lists(_day, unique=True, max_size=3)):
            value = str(draw(st.integers(100, 1500)))
            rows.append(fact("lab", day.isoformat(), name, analyte="igg", value=value, unit="mg/dL"))
    return rows


@STEADY
@given(cohorts(), st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)

    one, other = read_cohort(csv_bytes(rows)), read_cohort(csv_bytes(shuffled))

    assert one.cohort.fingerprint == other.cohort.fingerprint
    assert one.counts == other.counts


@STEADY
@given(cohorts(), st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]), st.data())
def test_layout_says_nothing(rows, separator, encoding, data):
    lines = csv_bytes(rows, separator).decode().splitlines()
    for place in data.draw(st.lists(st.integers(1, len(lines) - 1), max_size=4)):
        lines[place] = lines[place].rstrip(separator)
    for place in data.draw(st.lists(st.integers(1, len(lines)), max_size=4)):
        lines.insert(place, "")
    other = read_cohort("\r\n".join(lines).encode(encoding))

    assert other.cohort.fingerprint == read_cohort(csv_bytes(rows)).cohort.fingerprint


@STEADY
@given(cohorts())
def test_nothing_is_lost_and_days_are_right(rows):
    cohort = read_cohort(csv_bytes(rows)).cohort

    for name in RECORDS:
        wanted = sorted(
            (row["patient_id"], np.datetime64(row["start"]) - np.datetime64("2020-01-01"))
            for row in rows
            if row["record"] == name
        )
        frame = getattr(cohort, name)
        ids = cohort.patients["patient_id"].to_numpy()[frame["patient"].to_numpy()]
        assert list(zip(ids, frame["day"], strict=True)) == [(who, when.astype(int)) for who, when in wanted]


@STEADY
@given(cohorts(), st.data())
def test_a_fault_is_reported_in_its_spreadsheet_row(rows, data):
    place = data.draw(st.integers(0, len(rows)))
    faulty = [
        *rows[:place],
        {"patient_id": "000", "record": "infection", "start": "2021-02-29", "grade": "3"},
        *rows[place:],
    ]
    lines = csv_bytes(faulty).decode().splitlines()
    blanks = data.draw(st.integers(0, 3))
    intake = read_cohort("\n".join([lines[0], *[""] * blanks, *lines[1:]]).encode())

    table = problem_table(intake.problems)
    errors = table[table["severity"] == "error"]
    assert errors["row"].tolist() == [place + blanks + 2]
    assert errors["value"].tolist() == ["2021-02-29"]


@STEADY
@given(st.binary(max_size=300))
def test_any_bytes_give_an_intake_never_an_exception(data):
    intake = read_cohort(data)
    assert (intake.cohort is None) == (intake.errors > 0)


_cell = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
_words = st.sampled_from(
    ["patient", "ivig", "infection", "lab", "P1", "2020-01-01", "2020-13-01", "5", "", "1/2/2020", "NA"]
)


@STEADY
@given(st.lists(st.lists(st.one_of(_words, _cell), min_size=6, max_size=6), min_size=1, max_size=8))
def test_any_cells_give_an_intake_never_an_exception(cells):
    names = ["patient_id", "record", "start", "end", "grade", "value"]
    intake = read_cohort(csv_bytes([dict(zip(names, row, strict=True)) for row in cells]))

    assert (intake.cohort is None) == (intake.errors > 0)
    assert all(problem.remedy for problem in intake.problems)
