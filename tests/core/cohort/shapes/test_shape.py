"""A table of another shape is named first, with its reason and remedy, and nothing else is said of its rows."""

from __future__ import annotations

import pytest

from ivig_core.cohort.read import Limits, read_cohort
from ivig_core.cohort.shapes.glimpse import glimpse
from ivig_core.cohort.shapes.shape import rows_of, shapes_of

DATES = ("2022-02-01", "2022-06-10", "2022-09-01", "2023-01-02", "2023-03-04")


def table(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows]).encode()


def each(row: str, patients: int = 12) -> list[str]:
    """The same row for so many patients; {id} is theirs."""
    return [row.format(id=f"A{number}") for number in range(patients)]


WIDE = table(
    "study_id,from,to,ivig1,ivig2,ivig3,inf_date_1,inf_date_2",
    *each("{id},2022-01-01,2023-01-01,2022-02-01,2022-03-01,,2022-05-05,"),
)
OURS = b"patient_id;record;start;end;grade\nA;patient;2022-01-01;2023-01-01;\nA;infection;2022-02-01;;2\n"
SHAPES = {
    "wide": (
        WIDE,
        table("id;first infection date;second infection date;sex", *each("{id};01.02.2022;;F")),
        table("ID\tDatum\tGrad\tDatum\tGrad", *each("{id}\t01.02.2022\t3\t\t")),
        # Two rows of header: names of groups above the names of columns.
        table(",,Infection 1,,Infection 2,", "ID,Start,Date,Grade,Date,Grade", *each("{id},1/2/2022,3/4/2022,2,,")),
    ),
    "one_row_each": (table("Pat,Sex,Start,First IVIG,Last IVIG", *each("{id},F,2022-01-01,2022-02-02,2023-02-02")),),
    "redcap_raw": (
        table("record_id,redcap_event_name,fu_start,path___1,base_complete", *each("{id},base_arm_1,2022-01-01,1,2")),
        table("record_id,visit_date,demographics_complete", *each("{id},2022-01-01,2")),
    ),
    "redcap_labels": (
        table("Study ID,Event Name,Repeat Instrument,Repeat Instance,Date", *each("{id},Base,,,01/16/2023")),
        table("Study ID,Germ (choice=Viral),Date", *each("{id},Checked,01/16/2023")),
    ),
    "medication": (
        table("MRN,Medication Name,MAR Action,Taken Time,Dose", *each("{id},Privigen,Given,03/15/2023 1042,30", 3)),
        table("Patient,Action,Wann,Route", *each("{id},Rate change,03.04.2023 10:42,iv", 3)),
    ),
    "visits": (
        table("Pt ID,Visit Date,IgG,IVIG given", *[f"{i},{day},400,N" for i in ("A1", "A2") for day in DATES]),
        table("Pt ID,Visit Date,IgG", "A1,2/1/2022 8:15 AM,310", *[f",{day},300" for day in DATES]),
    ),
    "one_kind": (
        table("ID,Date,CTCAE", *[f"A1,{day},3" for day in DATES]),
        table("ID;Infusion am;Dosis", *[f"A1;{day};30" for day in DATES]),
    ),
    "own_names": (
        table("Pat,Art,Datum", *each("{id},Basis,2022-02-01"), "A1,Infekt,2022-02-03", "A1,IVIG,2022-02-07"),
        table("patientid,record,start", "A,patient,2022-01-01", "A,infection,2022-02-01", "A,ivig,2022-03-01"),
    ),
    "counts": (table("Patient;Months on IVIG;Infections on;Infections off", *each("{id};9,2;1;3")),),
    "free_text": (
        table("id,start,infections", *each('{id},2022-01-01,"02/04/2022 pneumonia G3; 20/11/2022 URTI"')),
        table("id,x,notes", *each('{id},1,"since Aug 2022 weekly, sepsis in Nov 2023"')),
    ),
    "transposed": (table("item,Patient 1,Patient 2", "start,2022-01-01,2022-01-02", "infection,2022-03-03,"),),
    "adam": (table("STUDYID,USUBJID,ASTDT,AETERM", *each("S,{id},2022-01-01,SEPSIS")),),
    "omop": (table("person_id,condition_concept_id,condition_start_date", *each("{id},4,2022-01-01")),),
    "no_header": (table("P1,patient,2022-01-01,2023-01-01", "P1,infection,2022-02-02,"),),
    "other": (table("colour,animal", "red,cat", "blue,dog"),),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "data"), [(kind, data) for kind, files in SHAPES.items() for data in files])
def test_a_shape_is_named_first_and_its_rows_are_left_alone(kind, data):
    intake = read_cohort(data)
    assert intake.shapes[0].kind == kind, intake.problems
    first = intake.problems[0]
    assert (first.severity, first.kind) == ("error", f"shape_{kind}")
    assert first.message == intake.shapes[0].message
    assert "template" in first.remedy
    # However many rows: the shape, columns that name people, what columns are taken for and what is open of them.
    assert {problem.kind for problem in intake.problems} <= {
        f"shape_{kind}", "shape_header_below", "identifier", "unresolved", "unseen"
    }  # fmt: skip
    assert intake.errors <= 7
    assert intake.lines.total == len(data.splitlines())


@pytest.mark.parametrize("above", [1, 3, 7])
@pytest.mark.parametrize(
    "data", [WIDE, b"patient_id;record;start;end;grade\nA;patient;2022-01-01;2023-01-01;\nA;infection;2022-02-01;;2\n"]
)
def test_the_row_of_the_header_is_found_below_titles(data, above):
    titles = [
        b"Register, export of 2026; by somebody",
        b"# one line per event, dates are days",
        b"",
        b"Remarks",
        b"",
        b"",
        b"B",
    ]
    intake = read_cohort(b"\n".join([*titles[:above], data]))
    (found,) = [shape for shape in intake.shapes if shape.kind == "header_below"]
    assert found.row == above + 1
    assert f"seems to be row {above + 1}" in found.message
    assert "left out" in found.remedy
    # A cohort file below titles is read; another table says what it is.
    ours = data.startswith(b"patient_id")
    assert (intake.cohort is not None) == ours
    said = {(p.severity, p.kind) for p in intake.problems}
    assert ("warning", "shape_header_below") in said
    assert (("error", "shape_wide") in said) != ours
    assert intake.lines.header == above + 1


def test_a_row_of_units_and_one_of_totals_are_no_patients():
    data = table(
        "patient_id,record,start,end,grade,weight_kg", "(study no),(type),yyyy-mm-dd,yyyy-mm-dd,(CTCAE),[kg]",
        "A,patient,2022-01-01,2023-01-01,,70", "A,infection,2022-02-30,,2,", ",,,Total infections:,1,",
    )  # fmt: skip
    said = [(problem.kind, problem.row) for problem in read_cohort(data).problems]
    assert said == [("impossible_date", 4), ("shape_units_row", 2)]


def test_a_cohort_file_has_no_shape():
    data = table("patient_id,record,start,end,grade", "A,patient,0,400,", "A,infection,9,,2")
    assert read_cohort(data).shapes == ()
    assert read_cohort(data).cohort is not None


def test_columns_that_name_people_are_named_and_nothing_of_them_is_repeated():
    data = table("MRN,Surname,Visit Date,Visit Type", *[f"E{n},Huber,2022-02-0{n % 2 + 1},New" for n in (1, 1, 2, 2)])
    intake = read_cohort(data)
    assert {problem.kind for problem in intake.problems} == {"shape_visits", "identifier"}
    # The number is asked about only where it can be replaced by new study ids.
    assert "Surname" in intake.identifying_columns
    assert "Huber" not in "".join(map(str, intake.problems))
    # Nothing is said of what the columns of such a file are taken for.
    assert intake.mapping is None


def test_a_header_below_a_title_is_held_to_the_most_columns():
    data = b"title\n" + b",".join(b"c%d" % n for n in range(40)) + b"\n" + b",".join([b"1"] * 40) + b"\n"
    assert read_cohort(data, Limits(max_columns=20)).problems[0].kind == "too_wide"


def test_a_sheet_of_cells_is_recognised_as_the_same_text_is():
    rows = [line.split(",") for line in WIDE.decode().splitlines()]
    seen = glimpse(rows_of([["Register", None], *rows]))
    assert [shape.kind for shape in shapes_of(seen)] == ["wide", "header_below"]
    assert glimpse(rows_of([["only", "a header"]])) is None
