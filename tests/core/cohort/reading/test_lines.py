"""No row vanishes in silence: stray quotation marks, separators and line ends are refused, or cost no row."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.reading.lines import FEW_LINES, Lines

HEADER = "patient_id,record,start,end,grade,organism"
MARKS = {"comma": ",", "semicolon": ";", "tab": "\t"}


def cohort_text(patients: int = 100, infections: int = 200, *, by_kind: bool = False) -> list[str]:
    """Lines of a file: each patient followed by its infections, or all patients first."""
    rows = []
    for number in range(patients):
        rows.append(f"P{number:03},patient,0,900,,")
        rows += [
            f"P{number:03},infection,{20 + at},,{1 + at % 4},species {at}" for at in range(number, infections, patients)
        ]
    return [HEADER, *(sorted(rows, key=lambda row: ",infection," in row) if by_kind else rows)]


@pytest.mark.parametrize("separator", MARKS.values(), ids=MARKS)
@pytest.mark.parametrize("by_kind", [False, True])
@pytest.mark.parametrize("apart", [150, 199])
def test_two_stray_quotation_marks_are_refused_with_the_row(separator, by_kind, apart):
    lines = cohort_text(by_kind=by_kind)
    first = next(at for at, line in enumerate(lines) if ",infection," in line)
    second = next(at for at in range(first + apart - 60 * by_kind, len(lines)) if ",infection," in lines[at])
    lines[first] = re.sub("species", '"E. coli species', lines[first])
    lines[second] = re.sub("species", '"Staph species', lines[second])
    intake = read_cohort("\n".join(lines).replace(",", separator).encode())
    assert intake.cohort is None
    (problem,) = [item for item in intake.problems if item.kind == "rows_in_a_cell"]
    assert (problem.row, problem.column, problem.severity) == (first + 1, "organism", "error")
    assert f"the {second - first} lines after line {first + 1} " in problem.message
    assert "quotation mark" in problem.remedy
    assert intake.lines.inside == second - first


@pytest.mark.parametrize("column", range(6))
def test_a_quotation_mark_that_is_never_closed_is_refused_in_every_column(column):
    lines = cohort_text(3, 6)
    cells = lines[4].split(",")
    cells[column] = '"' + cells[column]
    lines[4] = ",".join(cells)
    intake = read_cohort(("\n".join(lines) + "\n").encode())
    assert intake.cohort is None
    assert 5 in {problem.row for problem in intake.problems if problem.severity == "error"}


def test_texts_over_several_lines_are_read_whole_and_long_ones_asked_about():
    lines = cohort_text(3, 6)
    lines[2] = lines[2].replace("species 0", '"fever,\ncough, 38.5\r\nand more"')
    lines[3] = lines[3].replace("species 3", '"' + "\n".join("note" for _ in range(FEW_LINES + 1)) + '"')
    intake = read_cohort("\n".join(lines).encode())
    assert len(intake.cohort.infection) == 6
    assert "fever,\ncough, 38.5\r\nand more" in set(intake.cohort.infection["organism"])
    (problem,) = [item for item in intake.problems if item.kind == "long_cell"]
    assert (problem.severity, problem.row, problem.column) == ("warning", 4, "organism")
    assert "5 lines, from line 6 of the file" in problem.message
    assert intake.lines == Lines(total=16, header=1, records=9, blank=0, inside=6)


def test_a_cell_of_nothing_but_line_ends_is_asked_about():
    lines = cohort_text(3, 6)
    lines[2] = lines[2].replace("species 0", '"' + "\n" * 6 + '"')
    intake = read_cohort("\n".join(lines).encode())
    assert len(intake.cohort.infection) == 6
    assert [(item.kind, item.row) for item in intake.problems if item.kind == "long_cell"] == [("long_cell", 3)]


def test_quotation_marks_inside_a_cell_are_text():
    lines = cohort_text(3, 6)
    lines[2] = lines[2].replace("species 0", 'the 5" "strain"')
    lines[3] = lines[3].replace("species 3", '"a ""quoted"" one"')
    intake = read_cohort("\n".join(lines).encode())
    assert intake.errors == 0
    assert {'the 5" "strain"', 'a "quoted" one'} <= set(intake.cohort.infection["organism"])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("\n".join(cohort_text(2, 2)), Lines(5, 1, 4, 0, 0)),
        ("\n\n" + "\n\n".join(cohort_text(2, 2)) + "\n\n\n", Lines(13, 3, 4, 6, 0)),
        ("sep=,\r\n" + "\r\n".join(cohort_text(2, 2)) + "\r\n", Lines(6, 2, 4, 0, 0)),
        ("\r".join(cohort_text(2, 2)), Lines(5, 1, 4, 0, 0)),
        ("\n".join(cohort_text(2, 2)).replace("species 1", '"species 1') + "\n", Lines(5, 1, 4, 0, 0)),
    ],
    ids=["plain", "blank lines", "sep and CRLF", "old Mac", "open at the end"],
)
def test_every_line_is_told(text, lines):
    intake = read_cohort(text.encode())
    assert intake.lines == lines
    assert lines.total == lines.header + lines.records + lines.blank + lines.inside
    assert intake.facts == {"patient": 2, "infection": 2, "ivig": 0, "lab": 0, "phase": 0, "therapy": 0}
    assert "4 rows became facts (2 patient, 2 infection)." in intake.accounted


def test_identical_rows_and_files_with_errors_are_told():
    lines = cohort_text(2, 2)
    assert (
        "1 identical to another row and counted once" in read_cohort("\n".join([*lines, lines[2]]).encode()).accounted
    )
    bad = read_cohort("\n".join([*lines, "P000,infection,5,,9,"]).encode())
    assert bad.accounted.endswith("No row became a fact, because the file has errors.")
    assert read_cohort(b"\x00\x01\x02").accounted == ""


PLAIN = "\n".join(cohort_text(6, 12)) + "\n"


PLACES = st.integers(len(HEADER) + 1, len(PLAIN))
MARKED = st.sampled_from(['"', '"', ",", "\n", '\n"', '""'])


@settings(max_examples=200)
@given(st.lists(st.tuples(PLACES, MARKED), min_size=1, max_size=4))
def test_no_damage_loses_a_row_in_silence(damage):
    text = PLAIN
    for place, mark in sorted(damage, reverse=True):
        text = text[:place] + mark + text[place:]
    intake = read_cohort(text.encode())
    if intake.cohort is None:
        assert intake.errors
        return
    lines = intake.lines
    assert lines.total == text.count("\n") + (not text.endswith("\n"))
    assert lines.total == lines.header + lines.records + lines.blank + lines.inside
    # Rows that the damage has not touched are facts all the same.
    assert sum(intake.facts.values()) == lines.records == 18
    whole = [line for line in PLAIN.splitlines() if line in text.splitlines() and ",infection," in line]
    assert len(intake.cohort.infection) == 12 >= len(whole)


ODD = ["", "P1", "P2", "patient", "infection", "lab", "0", "10", "400", "igg", "mg/dL", "2020-01-01", "1.150", "NA",
       '"', '""', '"a\nb"', '"\n\n\n\n\n"', '"P1,infection,5\nP1,infection,6,,1"', 'a "b', "9999-12-31"]  # fmt: skip


@settings(max_examples=150)
@given(
    st.lists(st.lists(st.sampled_from(ODD), min_size=1, max_size=8), min_size=1, max_size=6), st.sampled_from(",;\t")
)
def test_whatever_stands_in_cells_is_read_or_refused(rows, separator):
    text = "\n".join([HEADER.replace(",", separator), *(separator.join(row) for row in rows)])
    intake = read_cohort(text.encode())
    assert (intake.cohort is None) == bool(intake.errors)
    assert all(str(problem) for problem in intake.problems)
    if intake.lines is not None and not intake.errors:
        assert (
            intake.lines.total == intake.lines.header + intake.lines.records + intake.lines.blank + intake.lines.inside
        )


def test_short_rows_with_quotation_marks_stay_one_row_each():
    lines = [
        *cohort_text(3, 6),
        'P001,infection,300,,"2"',
        'P001,infection,"301",,2',
        '"P001",infection,302,,3,"a ""b"""',
    ]
    intake = read_cohort("\n".join(lines).encode())
    assert intake.errors == 0
    assert len(intake.cohort.infection) == 9
    assert intake.lines.total == len(lines) == 13
