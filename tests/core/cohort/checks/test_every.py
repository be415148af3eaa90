"""Every fault that stops an analysis, one file each: where it is, what the value is, how to mend it, exit status 2."""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from ivig_core.cohort.checks import every
from ivig_core.cohort.problems import HIDDEN
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.reading.build import build_cohort
from ivig_core.cohort.reading.raw import RawTable
from ivig_core.commands import validate
from tests.paths import REFERENCE

FILES = Path(__file__).parent / "faulty"


class Fault(NamedTuple):
    """The one error of a file, and words that its remedy must have."""

    file: str
    kind: str
    row: int | None
    patient: str | None
    column: str | None
    value: str | None
    remedy: str


FAULTS = (
    Fault("unknown_record.csv", "record_kind", 6, "P1", "record", "infektion", "Did you mean infection?"),
    Fault("record_blank.csv", "required", 6, "P1", "record", "", "one of patient, ivig"),
    Fault("patient_id_blank.csv", "required", 6, "", "patient_id", "", "Fill in patient_id"),
    Fault("start_blank.csv", "required", 6, "P1", "start", "", "First day of the fact"),
    Fault("patient_end_blank.csv", "required", 6, "P3", "end", "", "last day at risk"),
    Fault("unreadable_date.csv", "unreadable_date", 6, "P1", "start", "March 2020", "write 2020-03"),
    Fault("impossible_date.csv", "impossible_date", 6, "P1", "start", "2021-02-30", "Check the day"),
    Fault("year_out_of_range.csv", "impossible_date", 6, "P1", "start", "0202-02-03", "Check the day"),
    Fault("date_with_time.csv", "unreadable_date", 6, "P1", "start", "2020-04-01 13:45", "day only: 2020-04-01"),
    Fault("date_order.csv", "date_order", 6, "P1", "start", "03/04/2020", "which order"),
    Fault("date_order_one_fits.csv", "date_order", 6, "P1", "start", "25.04.2020", "which order"),
    Fault("mixed_days.csv", "mixed_dates", 6, "P1", "start", "120", "one of the two in the whole file"),
    Fault("mixed_dates.csv", "mixed_dates", 4, "I1", "start", "2020-04-01", "write the study day"),
    Fault("died_on_study_day.csv", "mixed_dates", 3, "P2", "died_on", "900", "one of the two in the whole file"),
    Fault("end_before_start.csv", "end_before_start", 6, "P1", "end", "2020-03-30", "Correct end or start"),
    Fault("no_patient_row.csv", "unknown_patient", 6, "P3", "patient_id", "P3", "Add a patient row"),
    Fault("no_patients.csv", "no_patients", 2, None, "record", None, "Add one row per patient"),
    Fault("two_patient_rows.csv", "two_patient_rows", 6, "P2", "record", "patient", "Keep one patient row"),
    Fault("grade_six.csv", "not_in_list", 6, "P1", "grade", "6", "1, 2, 3, 4, 5, unknown"),
    Fault("grade_text.csv", "not_in_list", 6, "P1", "grade", "Grade 3-4", "Write one grade"),
    Fault("grade_blank.csv", "required", 6, "P1", "grade", "", "unknown"),
    Fault("death_before_end.csv", "death_before_end", 3, "P2", "died_on", "2021-06-01", "Correct died_on or end"),
    Fault(
        "contact_before_end.csv", "contact_before_end", 3, "P2", "last_contact", "2021-06-01", "Correct last_contact"
    ),
    Fault(
        "progressed_before_start.csv",
        "progressed_before_start",
        3,
        "P2",
        "progressed_on",
        "2019-06-01",
        "Correct progr",
    ),
    Fault("course_without_interval.csv", "course_without_interval", 6, "P1", "end", "2020-09-01", "interval_days"),
    Fault("interval_zero.csv", "out_of_range", 6, "P1", "interval_days", "0", "Check the number"),
    Fault("interval_text.csv", "not_a_number", 6, "P1", "interval_days", "monthly", "every 4 weeks is 28"),
    Fault("interval_fraction.csv", "not_whole", 6, "P1", "interval_days", "28.5", "whole number"),
    Fault("age_text.csv", "not_a_number", 3, "P2", "age", "sixty", "leave the cell blank"),
    Fault("age_out_of_range.csv", "out_of_range", 3, "P2", "age", "160", "Check the number"),
    Fault("decimal_comma.csv", "not_a_number", 3, "P2", "weight_kg", "70,5", "decimal point"),
    Fault("category_unknown.csv", "not_in_list", 3, "P2", "sex", "femle", "Did you mean female?"),
    Fault("category_not_given.csv", "not_in_list", 3, "P2", "sex", "NA", "Leave the cell blank"),
    Fault("stage_unknown.csv", "not_in_list", 3, "P2", "iss", "IV", "Write one of: I, II, III"),
    Fault("analyte_unknown.csv", "not_in_list", 3, "P1", "analyte", "iga", "igg, m_spike, anc, alc"),
    Fault("unit_unknown.csv", "not_in_list", 3, "P1", "unit", "mmol/L", "mg/dL"),
    Fault("unit_of_other_analyte.csv", "unit_of_analyte", 3, "P1", "unit", "g/dL", "mg/dL or g/L"),
    Fault("unit_blank.csv", "required", 3, "P1", "unit", "", "Fill in unit"),
    Fault("value_blank.csv", "required", 3, "P1", "value", "", "Fill in value"),
    Fault("value_below_limit.csv", "not_a_number", 3, "P1", "value", "<1.4", "limit of detection"),
    Fault("phase_blank.csv", "required", 3, "P1", "phase", "", "progressive, nonprogressive"),
    Fault("drug_blank.csv", "required", 3, "P1", "drug", "", "Fill in drug"),
    Fault("phases_overlap.csv", "phases_overlap", 4, "P1", "phase", "nonprogressive", "each day has one phase"),
    Fault("too_many_cells.csv", "too_many_cells", 6, "P1", None, None, "double quotes"),
    Fault("missing_column.csv", "missing_column", 1, None, "end", None, "Add a column end"),
    Fault("double_header.csv", "double_header", 1, None, "grade", "grade", "Rename or delete"),
    Fault("header_only.csv", "no_rows", 1, None, None, None, "Add one row"),
    Fault("empty.csv", "empty", 1, None, None, None, "header in row 1"),
    Fault("open_quote.csv", "open_quote", 6, None, None, None, "Close it"),
    Fault("workbook.xlsx", "damaged", None, None, None, None, "export it again"),
    Fault("binary.csv", "not_text", None, None, None, None, "Save the table as CSV"),
    Fault("identifier_name.csv", "identifier", 1, None, "Last Name", HIDDEN, '--drop "Last Name"'),
    Fault("identifier_mrn.csv", "identifier", 1, None, "hospitalNumber", HIDDEN, "--drop"),
    Fault("identifier_birth.csv", "identifier", 1, None, "DOB", HIDDEN, "--drop"),
    Fault("identifier_email.csv", "identifier", 1, None, "contact", HIDDEN, "--drop"),
    Fault("identifier_ssn.csv", "identifier", 1, None, "key2", HIDDEN, "--drop"),
    Fault("identifier_phone.csv", "identifier", 1, None, "reach", HIDDEN, "--drop"),
    Fault("identifier_birth_values.csv", "identifier", 1, None, "entered", HIDDEN, "--drop"),
    Fault("identifier_patient_id.csv", "identifier", 2, None, "patient_id", HIDDEN, "study ids such as P001"),
)


def _validate(path: Path, *options: str) -> int:
    parser = argparse.ArgumentParser()
    validate.add_arguments(parser)
    return validate.run(parser.parse_args([str(path), *options]))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.file)
def test_fault_is_found_where_it_is_and_says_how_to_mend_it(fault, capsys):
    intake = read_cohort(FILES / fault.file)

    assert intake.cohort is None
    problem = next(p for p in intake.problems if p.kind == fault.kind)
    assert problem.severity == "error"
    assert (problem.row, problem.column) == (fault.row, fault.column)
    assert (problem.patient or "") == (fault.patient or "")
    assert (problem.value or "") == (fault.value or "")
    assert fault.remedy in problem.remedy
    assert problem.message.endswith((".", "?"))

    assert _validate(FILES / fault.file) == 2
    assert fault.remedy in capsys.readouterr().err


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.file)
def test_a_file_with_one_fault_gets_one_error(fault):
    # The id file has a second fault on purpose: its message must not repeat the id.
    expected = 2 if fault.file == "identifier_patient_id.csv" else 1
    assert read_cohort(FILES / fault.file).errors == expected


def test_the_table_and_the_folder_have_the_same_files():
    assert {fault.file for fault in FAULTS} == {path.name for path in FILES.iterdir()}


def test_an_identifying_value_is_in_no_output(capsys):
    for file, secrets in (
        ("identifier_patient_id.csv", ("Smith", "John")),
        ("identifier_email.csv", ("example.org",)),
        ("identifier_ssn.csv", ("6789",)),
        ("identifier_phone.csv", ("0143", "0144")),
        ("identifier_birth.csv", ("1950-02-01",)),
    ):
        _validate(FILES / file)
        _validate(FILES / file, "--json")
        said = "".join(capsys.readouterr())
        assert HIDDEN in said
        assert not [secret for secret in secrets if secret in said], file


def test_drop_leaves_an_identifying_column_out(capsys):
    assert _validate(FILES / "identifier_name.csv", "--drop", "Last Name") == 0
    assert "Last Name was left out" in capsys.readouterr().out


def test_all_faults_of_a_file_are_reported_in_one_pass():
    lines = (FILES / "unknown_record.csv").read_text().splitlines()
    lines += ["P1,infection,2021-02-30,,2,", "P1,infection,2020-04-01,,7,", "P9,infection,2020-04-01,,3,"]
    intake = read_cohort("\n".join(lines).encode())

    found = {(p.row, p.kind) for p in intake.problems if p.severity == "error"}

    assert found == {(6, "record_kind"), (7, "impossible_date"), (8, "not_in_list"), (9, "unknown_patient")}


def test_command_line_prints_problems_and_ends_with_status_two():
    done = subprocess.run(
        [sys.executable, "-m", "ivig_core", "validate", str(FILES / "grade_six.csv"), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "row 6" in done.stderr
    answer = json.loads(done.stdout)
    assert (answer["ok"], answer["errors"], answer["patients"]) == (False, 1, None)
    assert answer["problems"][0]["row"] == 6


def test_command_line_says_that_a_file_is_missing(tmp_path, capsys):
    assert _validate(tmp_path / "nothing.csv") == 2
    assert "nothing.csv" in capsys.readouterr().err
    assert _validate(tmp_path) == 2
    assert "folder" in capsys.readouterr().err


def test_cells_are_let_go_before_the_frames_are_made(monkeypatch):
    """Both at once would be the most memory of the whole reading."""

    def tables() -> int:
        return sum(isinstance(item, RawTable) and len(item) > 0 for item in gc.get_objects())

    def counting(*arguments):
        during.append(tables())
        return build_cohort(*arguments)

    before, during = tables(), []
    monkeypatch.setattr(every, "build_cohort", counting)
    intake = read_cohort(REFERENCE / "sim43.csv")
    assert (intake.cohort is not None, during) == (True, [before])
