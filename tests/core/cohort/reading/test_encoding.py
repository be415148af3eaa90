"""Encodings, separators and rows of odd shape: read as meant, with the row numbers of a spreadsheet."""

from __future__ import annotations

import pytest

from ivig_core.cohort.formats import csv_long
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.reading import encoding as characters
from ivig_core.cohort.reading.encoding import open_text
from ivig_core.cohort.reading.gate import Limits
from tests.core.cohort.reading.build_file import FOLLOWED, csv_bytes, fact

ROWS = [{**FOLLOWED, "index_therapy": "Müller–Protokoll é"}, fact("ivig", "2020-02-01")]
TEXT = csv_bytes(ROWS).decode()

FAULTY = "P1,infection,2020-03-01,,9"
HEAD = "patient_id,record,start,end,grade"
PATIENT = "P1,patient,2020-01-01,2021-12-31,"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(encoding):
    intake = read_cohort(TEXT.encode(encoding))

    assert intake.cohort.patients["index_therapy"].tolist() == ["Müller–Protokoll é"]
    assert bool(intake.notes) == (encoding != "utf-8")


def test_latin_1_bytes_that_windows_1252_does_not_have():
    data = csv_bytes([{**FOLLOWED, "index_therapy": "Q"}]).replace(b"Q", b"\x81")
    assert read_cohort(data).cohort.patients["index_therapy"].tolist() == ["\x81"]


@pytest.mark.parametrize(("separator", "word"), [(",", None), (";", "semicolon"), ("\t", "tab")])
def test_separators(separator, word):
    intake = read_cohort(csv_bytes(ROWS, separator))

    assert len(intake.cohort.ivig) == 1
    assert [word in note for note in intake.notes] == ([True] if word else [])


def test_a_header_cell_with_commas_does_not_deceive_about_the_separator():
    rows = [{**FOLLOWED, "a, b, c, d, e, f": "1"}]
    intake = read_cohort(csv_bytes(rows, ";"))
    assert intake.cohort.own_baseline == ("a, b, c, d, e, f",)


def test_the_separator_line_of_excel_counts_as_a_row():
    intake = read_cohort(b"sep=;\n" + csv_bytes([*ROWS, fact("infection", "2020-03-01", grade="9")], ";"))
    assert [p.row for p in intake.problems if p.severity == "error"] == [5]


def test_row_numbers_of_ragged_rows_count_the_lines_before_the_header():
    lines = ["sep=,", HEAD, PATIENT, "P1,ivig", FAULTY]
    intake = read_cohort("\n".join(lines).encode())
    assert sorted(p.row for p in intake.problems if p.severity == "error") == [4, 5]


@pytest.mark.parametrize("block", range(256, 296, 3))
def test_line_ends_in_cells_do_no_harm_where_the_file_is_read_in_blocks(block, monkeypatch):
    monkeypatch.setattr(csv_long, "_BLOCK", block)
    therapy = "one\ntwo\nthree"
    rows = [{**FOLLOWED, "patient_id": f"P{i:03d}", "index_therapy": f"{therapy} {i}"} for i in range(50)]
    cohort = read_cohort(csv_bytes([*rows, fact("ivig", "2020-02-01", "P049")])).cohort

    assert cohort.patients["index_therapy"].tolist() == [f"{therapy} {i}" for i in range(50)]
    assert cohort.ivig["patient"].tolist() == [49]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(line_end):
    data = TEXT.replace("\n", line_end).encode()
    assert read_cohort(data).cohort.fingerprint == read_cohort(TEXT.encode()).cohort.fingerprint


@pytest.mark.parametrize(
    ("before", "row"),
    [
        ([], 3),
        ([""], 4),
        (["", "", ""], 6),
        (["  "], 4),
        ([",,,,"], 4),
        (["P1,ivig,2020-02-01"], 4),
        (["P1,ivig,2020-02-01,,,,,"], 4),
        (['P1,infection,2020-02-01,,"2\n"', 'P1,infection,2020-02-02,,"1\n"'], 5),
    ],
)
def test_row_numbers_survive_blank_short_and_long_rows_and_line_ends_in_cells(before, row):
    lines = "\n".join([HEAD, PATIENT, *before, FAULTY]) + "\n\n"
    intake = read_cohort(lines.encode())

    assert [p.row for p in intake.problems if p.severity == "error"] == [row]


def test_rows_that_end_early_are_filled_up_and_noted():
    intake = read_cohort(f"{HEAD}\n{PATIENT}\nP1,ivig,2020-02-01\n\nP1,ivig,2020-03-01,,\n".encode())

    assert intake.cohort.ivig["day"].tolist() == [31, 60]
    assert any("1 row(s)" in note for note in intake.notes)


def test_a_cell_with_the_separator_that_is_not_quoted_is_an_error_of_its_row():
    intake = read_cohort(f"{HEAD}\n{PATIENT}\n\nP1,infection,2020-03-01,,2,a,b\n".encode())

    assert [(p.row, p.kind, p.patient) for p in intake.problems if p.severity == "error"] == [
        (4, "too_many_cells", "P1")
    ]


def test_a_file_without_header_is_not_repeated_in_messages():
    intake = read_cohort(
        b"P1,patient,2020-01-01,2021-12-31,a@example.org\nP2,patient,2020-01-01,2021-12-31,b@example.org\n"
    )

    assert {p.kind for p in intake.problems} == {"shape_no_header"}
    assert "example.org" not in str([str(p) for p in intake.problems])


def test_blank_lines_do_not_hide_an_own_column():
    lines = csv_bytes([{**FOLLOWED, "ward": "7"}, fact("ivig", "2020-02-01")]).decode().splitlines()
    intake = read_cohort("\n".join([lines[0], *[""] * 7, *lines[1:]]).encode())

    assert intake.problems == ()
    assert intake.cohort.own_baseline == ("ward",)


def test_values_are_passed_on_as_plain_data():
    therapy, organism = "![x](http://host/x) <b>bold</b>", "=1+1|`a`"
    rows = [
        {**FOLLOWED, "index_therapy": therapy, "ward <i>": "**A**"},
        fact("infection", "2020-03-01", grade="2", organism=organism),
        fact("ivig", "2020-02-01"),
    ]
    cohort = read_cohort(csv_bytes(rows)).cohort

    assert cohort.patients["index_therapy"].tolist() == [therapy]
    assert cohort.infection["organism"].tolist() == [organism]
    assert cohort.patients["ward <i>"].tolist() == ["**A**"]


@pytest.mark.parametrize("block", [1, 2, 3, 1 << 24])
def test_characters_across_blocks_are_utf_8_and_half_a_character_is_not(monkeypatch, block):
    monkeypatch.setattr(characters, "_BLOCK", block)
    text = TEXT.replace("P1", "Pé😀1").encode()
    assert open_text(text, Limits()).encoding == "UTF-8"
    assert open_text(text + "é".encode()[:1], Limits()).encoding != "UTF-8"
