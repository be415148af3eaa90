"""Likely identifiers are found by header and by value; columns of medicine are left in peace."""

from __future__ import annotations

import pytest

from ivig_core.cohort.checks.identify import is_identifying_header, is_number_of_patient, is_number_of_person
from ivig_core.cohort.columns import COLUMNS
from ivig_core.cohort.read import read_cohort
from tests.core.cohort.reading.build_file import FOLLOWED, csv_bytes, fact


@pytest.mark.parametrize(
    "header",
    [
        "name", "Name", "first_name", "firstName", "FirstName", "LAST NAME", "lastname", "patient name", "PatientName",
        "surname", "MRN", "mrn", "patient_mrn", "medical record number", "SSN", "social_security_number", "DOB", "dob",
        "date_of_birth", "DateOfBirth", "dateofbirth", "birth date", "birthDate", "Birthday", "phone", "PhoneNumber",
        "telephone", "mobile_phone", "e-mail", "Email", "email_address", "address", "homeAddress", "zip", "ZIP code",
        "postcode", "postal_code", "hospital number", "hospitalNumber", "Hospital No", "insurance_number",
        "insuranceNumber", "NHS number", "national id", "initials", "phone2",
    ],
)  # fmt: skip
def test_identifying_headers(header):
    assert is_identifying_header(header)


@pytest.mark.parametrize(
    "header",
    [
        "drug_name", "organism_name", "hospital", "hospital_days", "site_name", "center", "study_id", "record_id",
        "birth_year", "country_of_birth", "first_line", "last_contact", "enrollment_date", "diagnosis_date",
        "cell_count", "plasma_cells", "mobility", "addressed", "namely", "telomere_length", "zipper", "insured",
        "hospital_id",
        "birth_weight", "status_number", "health_state", "last_dose", "trial", "cytogenetics", "postoperative",
    ],
)  # fmt: skip
def test_other_headers(header):
    assert not is_identifying_header(header)


def test_no_column_of_the_scheme_is_an_identifier():
    assert not [column.name for column in COLUMNS if is_identifying_header(column.name)]


def _identifying(column: str, values: list[str]) -> bool:
    rows = [{**FOLLOWED, "patient_id": f"P{i}", column: value} for i, value in enumerate(values)]
    return column in read_cohort(csv_bytes(rows)).identifying_columns


@pytest.mark.parametrize(
    ("values", "identifying"),
    [
        (["see notes", "j.doe@example.org"], True),
        (["123-45-6789", ""], True),
        (["000-45-6789", "900-12-3456"], False),
        (["+49 89 1234567", "+44 20 79460018"], True),
        (["(212) 555-0143"], True),
        (["0.123", "555.1"], False),
        (["Miller, Anna", "Smith, John", "O'Neil, Pat"], True),
        (["Anna Miller", "John Smith", "Pat Jones"], True),
        (["Bortezomib, Dexamethasone", "Carfilzomib, Dexamethasone", "Melphalan, Prednisone"] * 2, False),
        (["Complete Response", "Partial Response", "Stable Disease"] * 2, False),
        (["1950-03-01", "1944-11-23", "1961-01-31"], True),
        (["03/01/1950", "11/23/1944", "01/31/1961"], True),
        (["2015-03-01", "2012-11-23", "2008-01-31"], False),
        (["IgG kappa", "IgA lambda"], False),
        (["IIIa", "II"], False),
    ],
)
def test_identifying_values_of_an_own_column(values, identifying):
    assert _identifying("own", values) == identifying


@pytest.mark.parametrize(
    ("patient_id", "identifying"),
    [
        ("Smith, John", True),
        ("John Smith", True),
        ("john@example.org", True),
        ("123-45-6789", True),
        ("+1 212 555 0143", True),
        ("P001", False),
        ("001-002-0003", False),
        ("Patient One", False),
        ("EXAMPLE-1", False),
        ("DARA-17", False),
        ("site 3, no 7", False),
    ],
)
def test_study_ids_that_are_people(patient_id, identifying):
    intake = read_cohort(csv_bytes([{**FOLLOWED, "patient_id": patient_id}]))

    assert (intake.cohort is None) == identifying
    assert intake.identifying_columns == (("patient_id",) if identifying else ())


def test_an_identifier_in_a_text_column_of_the_scheme():
    intake = read_cohort(
        csv_bytes([FOLLOWED, fact("infection", "2020-02-01", grade="1", organism="ask a.b@example.org")])
    )
    assert intake.identifying_columns == ("organism",)


def test_an_empty_column_with_an_identifying_header_does_no_harm():
    assert read_cohort(csv_bytes([{**FOLLOWED, "MRN": ""}])).cohort is not None


def test_drop_takes_several_columns_in_any_spelling():
    rows = [{**FOLLOWED, "MRN": "4711", "Last Name": "Miller", "ward": "7"}]
    intake = read_cohort(csv_bytes(rows), drop=("mrn", "last_name", "none such"))

    assert intake.cohort.own_baseline == ("ward",)
    assert len(intake.notes) == 3
    assert "no such column" in intake.notes[-1]


@pytest.mark.parametrize(
    ("header", "patient", "person"),
    [("PAT_MRN", True, True), ("Patientennummer", True, True), ("Hospital No", True, True), ("nhc", True, True),
     ("PAT_ENC_CSN_ID", False, True), ("Fallnummer", False, True), ("account number", False, True),
     ("Name", False, False), ("date of birth", False, False), ("Study ID", False, False), ("visit", False, False)],
)  # fmt: skip
def test_numbers_that_can_be_replaced_or_left_out(header, patient, person):
    assert (is_number_of_patient(header), is_number_of_person(header)) == (patient, person)
    assert not person or is_identifying_header(header)
