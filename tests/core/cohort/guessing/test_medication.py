"""Medication records: only what was given counts, many rows a day are one dose, people are not shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivig_core.cohort.mapping.mapping_json import as_json, read_mapping
from tests.core.cohort.mapping.tables import asked, book_of, facts, imported

RECORD = [
    ["PAT_ENC_CSN_ID", "PAT_MRN", "Medication Name", "Admin Action", "Taken Time", "Dose", "Dose Unit", "Route"],
    ["11002", "E1234567", "immune globulin (human) 10% IV soln", "Given", "03/15/2023 1042", "20", "g", "Intravenous"],
    ["11002", "E1234567", "immune globulin (human) 10% IV soln", "Rate Change", "03/15/2023 1112", "", "",
     "Intravenous"],
    ["11002", "E1234567", "immune globulin (human) 10% IV soln", "New Bag", "03/15/2023 1242", "10,000", "mg",
     "Intravenous"],
    ["11009", "E1234567", "immune globulin (human) 10% IV soln", "Held", "04/12/2023 0915", "30", "g", "Intravenous"],
    ["11009", "E1234567", "acetaminophen tab", "Given", "04/12/2023 0915", "650", "mg", "Oral"],
    ["11009", "E1234567", "hepatitis B immune globulin", "Given", "04/12/2023 0915", "5", "mL", "Intramuscular"],
    ["11011", "E7654321", "immune globulin 20% subcut (HIZENTRA)", "Given", "05/02/2023 0800", "10,000", "mg",
     "Subcutaneous"],
    ["11012", "E7654321", "immune globulin 20% subcut (HIZENTRA)", "Given", "05/09/2023 0800", "50", "mL",
     "Subcutaneous"],
]  # fmt: skip
PATIENTS = [
    ["MRN", "Follow-up start", "Follow-up end", "Infection date", "Grade"],
    ["E7654321", "01/16/2023", "12/31/2023", "06/01/2023", "2"],
    ["E1234567", "02/16/2023", "12/31/2023", "", ""],
]


def test_doses_given_with_patients_on_another_sheet():
    made, problems = imported(book_of(MAR=RECORD, Patients=PATIENTS))

    assert problems == ()
    assert facts(made, "dose_g", "route") == [
        "P0001,patient,2023-02-16",
        "P0001,ivig,2023-03-15,30,iv",
        "P0002,patient,2023-01-16",
        "P0002,ivig,2023-05-02,10,sc",
        "P0002,ivig,2023-05-09,,sc",
        "P0002,infection,2023-06-01",
    ]
    assert made.ledger.reasons == {
        "header": 2, "Admin Action is “Rate Change”": 1, "Admin Action is “Held”": 1,
        "Medication Name is “acetaminophen tab”": 1, "Medication Name is “hepatitis B immune globulin”": 1,
    }  # fmt: skip


def test_without_leave_to_guess_numbers_of_people_stop_the_file():
    _, problems = imported(book_of(MAR=RECORD, Patients=PATIENTS), guessing=False)

    hidden = [problem for problem in problems if problem.kind == "identifier"]
    assert [problem.column for problem in hidden] == ["MRN", "PAT_ENC_CSN_ID", "PAT_MRN"]
    assert "is left out" in hidden[1].remedy
    assert "replaced by new study ids" in hidden[2].remedy


@pytest.mark.parametrize("guessing", [True, False])
def test_nothing_shown_or_kept_names_a_person(guessing):
    made, problems = imported(book_of(MAR=RECORD, Patients=PATIENTS), guessing=guessing)
    shown = as_json(made.mapping) + " ".join(map(str, problems))
    if made.ledger is not None:
        shown += made.ledger.left_out.to_csv() + " ".join(facts(made))

    assert "E1234567" not in shown
    assert "11002" not in shown
    # The mapping that is proposed can be used, and shows no more.
    again, problems = imported(
        book_of(MAR=RECORD, Patients=PATIENTS), guessing=False, mapping=read_mapping(as_json(made.mapping.settled()))
    )
    assert problems == ()
    assert "E1234567" not in again.ledger.left_out.to_csv() + " ".join(facts(again))


def test_an_action_that_is_not_known_is_asked():
    rows = [*RECORD, [*RECORD[1][:3], "Titrated", *RECORD[1][4:]]]

    assert asked(imported(book_of(MAR=rows, Patients=PATIENTS))[1]) == [
        "Admin Action: Sheet “MAR”: “Titrated”: was a dose given?"
    ]


def test_names_of_people_stop_a_file_also_where_they_come_back_in_every_row():
    rows = [
        [*row, name] for row, name in zip(RECORD, ["Note", *["Smith, John"] * 6, *["Miller, Anna"] * 2], strict=True)
    ]
    rows += [[*RECORD[-1][:1], "E777", *RECORD[-1][2:], "Jones, Mary"]]
    made, problems = imported(book_of(MAR=[[row[1].replace("PAT_MRN", "Study ID"), *row[2:]] for row in rows]))

    assert made.mapping is None
    assert [problem.column for problem in problems if problem.kind == "identifier"] == ["Note"]


def test_a_mapping_that_uses_a_column_with_names_is_stopped():
    made, _ = imported(book_of(MAR=RECORD, Patients=PATIENTS))
    shown = tuple(
        replace(sheet, blocks=tuple(
            replace(block, fields={**block.fields, "patient_id": replace(block.fields["patient_id"], new_ids=False)})
            for block in sheet.blocks
        ))
        for sheet in made.mapping.sheets
    )  # fmt: skip
    _, problems = imported(book_of(MAR=RECORD, Patients=PATIENTS), mapping=replace(made.mapping, sheets=shown))

    assert {problem.kind for problem in problems} == {"identifier"}
