"""Workbooks: cells as a person would have written them, and everything that is odd about a sheet is said."""

from __future__ import annotations

import datetime
import io
import struct

import openpyxl

from ivig_core.cohort.formats.open_book import open_book
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.gate import Limits
from tests.core.cohort.formats.hostile import ole


def opened(build, *, limits=None):
    """The workbook that `build` fills, read back, and what was found."""
    book = openpyxl.Workbook()
    build(book)
    out = io.BytesIO()
    book.save(out)
    findings = Findings()
    return open_book(out.getvalue(), "upload", limits or Limits(), findings), findings


def test_cells_are_as_a_person_would_have_written_them():
    cells = {
        datetime.date(2021, 3, 4): "2021-03-04", datetime.datetime(2021, 3, 4): "2021-03-04",
        datetime.datetime(2021, 3, 4, 10, 42): "2021-03-04 10:42:00", 7.0: "7", 0.1: "0.1", -2.5: "-2.5",
        "007": "007", datetime.time(10, 30): "10:30:00", True: "1",
    }  # fmt: skip

    book, _ = opened(lambda book: [book.active.append(["x", cell]) for cell in cells])

    assert [line[1] for line in book.grids[0].head(20)] == list(cells.values())


def test_rows_and_columns_are_those_of_the_spreadsheet():
    def build(book):
        book.active["C4"], book.active["D6"] = "id", "x"

    (grid,) = opened(build)[0].grids

    assert grid.rows.tolist() == [4, 5, 6]
    assert grid.head(3) == [["", "", "id", ""], [""] * 4, ["", "", "", "x"]]


def test_what_is_hidden_empty_or_no_sheet_is_said():
    def build(book):
        book.active.append(["id", "day"])
        book.active.append(["P1", "2020-01-01"])
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["B"].hidden = True
        book.create_sheet("Nothing")
        book.create_sheet("Secret").append(["id", "day"])
        book["Secret"].sheet_state = "hidden"
        book.create_chartsheet("Chart")

    book, _ = opened(build)
    said = " ".join(book.notes)

    assert [grid.name for grid in book.grids] == ["Sheet", "Secret"]
    for words in ("1 hidden row", "1 hidden group", "“Nothing” is empty", "“Secret” is hidden", "“Chart” is no sheet"):
        assert words in said


def test_formulas_without_a_stored_value_and_errors_are_named_by_cell():
    def build(book):
        book.active.title = "Data"
        book.active.append(["id", "day", "x"])
        for row in range(9):
            book.active.append(["P1", f"=A{row}+1", "#REF!" if row == 2 else 1])

    book, findings = opened(build)
    error, warning = findings.finished()

    assert book.uncached[0] == "Data!B2"
    assert len(book.uncached) == 9
    assert "Data!B2, Data!B3" in error.message
    assert "4 more" in error.message
    assert error.kind == "formula"
    assert "Data!C4" in warning.message


def test_a_header_of_two_rows_is_joined_and_said():
    def build(book):
        sheet = book.active
        sheet.append(["Cohort of our clinic"])
        sheet.append(["", "", "Infection 1", "", "Infection 2", ""])
        sheet.append(["ID", "Age", "date", "grade", "date", "grade"])
        sheet.append(["P1", 60, "2020-01-01", 2, "2020-02-01", 3])
        for area in ("A1:F1", "C2:D2", "E2:F2"):
            sheet.merge_cells(area)

    (grid,) = opened(build)[0].grids
    merged = grid.line(2)
    plain, _ = opened(lambda book: [book.active.append(line) for line in (
        ["", "", "Infection 1", "", "Infection 2", ""], ["ID", "Age", "date", "grade", "date", "grade"],
        ["P1", 1, 2, 3, 4, 5],
    )])  # fmt: skip

    assert merged == ["ID", "Age", "Infection 1 date", "Infection 1 grade", "Infection 2 date", "Infection 2 grade"]
    assert plain.grids[0].line(1) == merged
    assert "Rows 1 and 2" in plain.notes[0]


def test_a_title_over_the_table_is_no_group():
    def build(book):
        book.active.append(["Our patients", "", ""])
        book.active.append(["ID", "from", "to"])
        book.active.append(["P1", 1, 2])
        book.active.merge_cells("A1:C1")

    book, _ = opened(build)

    assert book.grids[0].line(1) == ["ID", "from", "to"]
    assert not book.notes


def test_an_old_workbook_is_read():
    def record(kind, data=b""):
        return struct.pack("<2H", kind, len(data)) + data

    def begin(what):
        return record(0x0809, struct.pack("<4H2L", 0x0600, what, 0x0DBB, 0x07CC, 0, 0x0600))

    sheet = record(0x0085, struct.pack("<LHBB", 40, 0, 4, 0) + b"Data")
    cells = [record(0x0203, struct.pack("<3Hd", row, column, 0, row + 0.5)) for row in (0, 1) for column in (0, 1)]
    body = begin(5) + sheet + record(0x000A) + begin(0x10) + b"".join(cells) + record(0x000A)

    (grid,) = open_book(ole("Workbook", body=body), "upload", Limits(), Findings()).grids

    assert grid.name == "Data"
    assert grid.head(2) == [["0.5", "0.5"], ["1.5", "1.5"]]
