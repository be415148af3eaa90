"""The templates: each is a valid file that shows every kind, and the REDCap project made of one is read by itself."""

from __future__ import annotations

import argparse
import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import BY_NAME, COLUMNS, columns_of
from ivig_core.cohort.dictionary import HEADINGS, dictionary_markdown
from ivig_core.cohort.formats.grid import Book, Grid
from ivig_core.cohort.importing import import_book
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.templates import redcap
from ivig_core.cohort.templates.rows import template_csv, template_rows
from ivig_core.cohort.templates.workbook import template_xlsx
from ivig_core.commands import template
from tests.shapes_redcap import redcap_csv


def _run(path: Path, *more: str) -> int:
    parser = argparse.ArgumentParser()
    template.add_arguments(parser)
    return template.run(parser.parse_args(["-o", str(path), *more]))


def test_the_template_is_a_valid_cohort_with_every_column_and_kind():
    intake = read_cohort(template_csv())

    assert intake.problems == ()
    header, *rows = template_rows()
    assert header == [column.name for column in COLUMNS]
    assert {row[1] for row in rows} == set(KINDS)


def test_csv_comes_with_its_dictionary_beside_it(tmp_path):
    assert _run(tmp_path / "mine.csv") == 0
    assert (tmp_path / "mine.csv").read_bytes() == template_csv()
    assert (tmp_path / "mine.dictionary.md").read_text(encoding="utf-8") == dictionary_markdown()


def test_the_workbook_is_read_as_it_is_and_is_the_cohort_of_the_csv():
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx()))
    grids = [
        Grid.of_rows(sheet.title, [["" if cell is None else str(cell) for cell in row] for row in rows])
        for sheet in book
        for rows in [list(sheet.iter_rows(values_only=True))]
    ]
    findings = Findings()

    made = import_book(Book("workbook", tuple(grids)), findings)

    assert findings.finished() == ()
    assert made.cohort is not None
    assert made.cohort.fingerprint == read_cohort(template_csv()).checked().fingerprint
    assert made.ledger is not None
    assert made.ledger.adds_up


@pytest.mark.parametrize("kind", KINDS)
def test_every_category_of_the_workbook_has_a_list_and_every_header_a_note(kind):
    sheet = openpyxl.load_workbook(io.BytesIO(template_xlsx()))[kind]
    header = {cell.value: cell for cell in sheet[1]}
    assert list(header) == [column.name for column in columns_of(kind) if column.name != "record"]
    checks = {str(check.sqref).split("2")[0]: check for check in sheet.data_validations.dataValidation}

    for name, cell in header.items():
        column = BY_NAME[name]
        assert column.plain_description in cell.comment.text
        if column.allowed:
            assert checks[cell.column_letter].formula1 == f'"{",".join(column.allowed)}"'
            assert len(checks[cell.column_letter].formula1) <= 255
        if column.numeric:
            assert float(checks[cell.column_letter].formula1) <= float(checks[cell.column_letter].formula2)
        if column.type in ("id", "day"):
            assert sheet.column_dimensions[cell.column_letter].number_format == "@"
            assert sheet[f"{cell.column_letter}2"].number_format == "@"


@pytest.mark.parametrize("name", ["mine.txt", "no such folder/mine.csv"])
def test_a_file_that_cannot_be_written_is_said(tmp_path, name, capsys):
    assert _run(tmp_path / name) == 2
    assert "error" in capsys.readouterr().err


def test_the_redcap_dictionary_keeps_the_rules_of_redcap():
    header, *rows = csv.reader(io.StringIO(redcap.template_redcap().decode("utf-8")))

    assert len(header) == 18
    assert header[0] == "Variable / Field Name"
    assert rows[0][:2] == ["patient_id", "patient"]
    names = [row[0] for row in rows]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z](?:_?[a-z0-9])*", name) and len(name) <= 26 for name in names)
    forms = [row[1] for row in rows]
    assert list(dict.fromkeys(forms)) == list(KINDS)
    assert forms == sorted(forms, key=KINDS.index)
    for row in rows:
        field = dict(zip(redcap.HEADINGS, row, strict=True))
        assert field["Identifier?"] == ""
        codes = [part.split(",")[0].strip() for part in field[redcap.HEADINGS[5]].split("|") if part]
        assert all(re.fullmatch(r"\w+", code) for code in codes)
        assert len(set(codes)) == len(codes)
        assert bool(codes) == (field["Field Type"] == "dropdown")
        # A field that is shown by another one must find it.
        assert set(re.findall(r"\[(\w+)\]", field["Branching Logic (Show field only if...)"])) <= set(names)


def test_the_labels_of_the_redcap_dictionary_differ_and_none_is_shown_by_its_own_answer():
    headers = redcap.known_headers()
    wanted = sum(len(redcap.fields_of(kind)) for kind in KINDS)
    # One entry for the name and one for the label of each field.
    assert len(headers) == 2 * wanted
    assert {target for target in headers.values()} == {
        (kind, column.name) for kind in KINDS for _, column in redcap.fields_of(kind)
    }


@pytest.mark.parametrize("form", ["raw", "labels"])
@pytest.mark.parametrize("sample", ["known_truth", "daratumumab", "crossover_2021", "bispecific"])
def test_a_sample_collected_in_our_redcap_project_is_the_same_cohort(sample, form):
    cohort = read_cohort(f"sample_data/{sample}.csv").checked()

    intake = read_cohort(redcap_csv(cohort, form))

    assert intake.errors == 0
    assert intake.checked().fingerprint == cohort.fingerprint
    assert intake.ledger is not None
    assert intake.ledger.adds_up
    assert intake.ledger.reasons == {"header": 1}


@pytest.mark.parametrize(("name", "more"), [("mine.redcap.csv", ()), ("mine.csv", ("--redcap",))])
def test_the_command_writes_the_redcap_dictionary_and_says_what_it_cannot_hold(tmp_path, capsys, name, more):
    assert _run(tmp_path / name, *more) == 0
    assert (tmp_path / name).read_bytes() == redcap.template_redcap()
    assert list(tmp_path.iterdir()) == [tmp_path / name]
    assert "repeating instruments there for ivig, infection, lab, phase, therapy" in capsys.readouterr().out
    assert _run(tmp_path / "mine.xlsx", "--redcap") == 2


def test_the_committed_dictionary_is_current():
    # If this fails: python -m ivig_core.cohort.dictionary > docs/data-dictionary.md
    assert Path("docs/data-dictionary.md").read_text(encoding="utf-8") == dictionary_markdown()


def test_the_dictionary_names_every_column_and_allowed_value():
    text = dictionary_markdown()
    for column in COLUMNS:
        line = next(line for line in text.splitlines() if line.startswith(f"| `{column.name}` |"))
        assert all(value in line for value in column.allowed)
        assert column.description in line
    sheet = openpyxl.load_workbook(io.BytesIO(template_xlsx()))["dictionary"]
    assert [cell.value for cell in sheet[1]] == list(HEADINGS)
    assert sheet.max_row == len(COLUMNS) + 1


def test_validate_and_template_load_no_statistics_and_no_page():
    code = (
        "import sys, ivig_core.commands.validate, ivig_core.commands.template as t; from ivig_core.cohort import read;"
        "read.read_cohort(t.write_template.__globals__['template_csv']());"
        "print([m for m in ('scipy', 'statsmodels', 'streamlit', 'plotly', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
