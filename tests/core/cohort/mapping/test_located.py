"""Problems are told in the file's own words: its sheet, its row, its own name of the column."""

from __future__ import annotations

from tests.core.cohort.mapping.tables import book_of, imported

WIDE = [
    ["Study ID", "FU start", "FU end", "Inf 1 date", "Inf 1 grade", "Inf 2 date", "Inf 2 grade"],
    ["1", "2022-01-01", "2023-01-01", "2022-02-01", "2", "2022-03-01", "3"],
    ["2", "2022-01-01", "2023-01-01", "2022-02-01", "2", "2024-03-01", ""],
]


def test_the_column_of_the_right_group_is_named():
    _, problems = imported(book_of(Sheet1=WIDE))

    assert [(problem.severity, problem.row, problem.patient, problem.column) for problem in problems] == [
        ("error", 3, "2", "Inf 2 grade"),
        ("warning", 3, "2", "Inf 2 date"),
    ]
    assert "It is read as grade" in problems[0].message


def test_the_sheet_is_named_where_there_are_several_also_of_another_row():
    patients = [
        ["Study ID", "FU start", "FU end"],
        ["1", "2022-01-01", "2023-01-01"],
        ["1", "2022-01-01", "2023-01-02"],
    ]
    infections = [["Study ID", "Date", "Grade"], ["1", "2022-02-01", "2"], ["9", "2022-02-01", "2"]]
    _, problems = imported(book_of(Patients=patients, Infections=infections))
    told = [str(problem) for problem in problems if problem.severity == "error"]

    assert told[0].startswith("error (row 3, patient 1)")
    assert "Sheet “Patients”" in told[0]
    assert "row 2 of sheet “Patients”" in told[0]
    assert told[1].startswith("error (row 3, patient 9, column Study ID")
    assert "Sheet “Infections”" in told[1]
