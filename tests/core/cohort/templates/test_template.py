"""The template is a valid file that shows every column kind; the data dictionary says what the specs say."""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from ivig_core.cohort.template import template_csv, template_rows, template_xlsx

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import COLUMNS
from ivig_core.cohort.dictionary import HEADINGS, dictionary_markdown
from ivig_core.cohort.read import read_cohort
from ivig_core.commands import template


def _run(path: Path) -> int:
    parser = argparse.ArgumentParser()
    template.add_arguments(parser)
    return template.run(parser.parse_args(["-o", str(path)]))


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


def test_workbook_has_the_template_and_the_dictionary():
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx()))

    assert book.sheetnames == ["cohort", "dictionary"]
    cells = [[cell or "" for cell in row] for row in book["cohort"].iter_rows(values_only=True, max_row=9)]
    assert cells == template_rows()
    assert [cell.value for cell in book["dictionary"][1]] == list(HEADINGS)
    assert book["dictionary"].max_row == len(COLUMNS) + 1
    assert book["cohort"]["C12"].number_format == "@"


@pytest.mark.parametrize("name", ["mine.txt", "no such folder/mine.csv"])
def test_a_file_that_cannot_be_written_is_said(tmp_path, name, capsys):
    assert _run(tmp_path / name) == 2
    assert "error" in capsys.readouterr().err


def test_the_committed_dictionary_is_current():
    # If this fails: python -m ivig_core.cohort.dictionary > docs/data-dictionary.md
    assert Path("docs/data-dictionary.md").read_text(encoding="utf-8") == dictionary_markdown()


def test_the_dictionary_names_every_column_and_allowed_value():
    text = dictionary_markdown()
    for column in COLUMNS:
        line = next(line for line in text.splitlines() if line.startswith(f"| `{column.name}` |"))
        assert all(value in line for value in column.allowed)
        assert column.description in line


def test_validate_and_template_load_no_statistics_and_no_page():
    code = (
        "import sys, ivig_core.commands.validate, ivig_core.commands.template as t; from ivig_core.cohort import read;"
        "read.read_cohort(t.write_template.__globals__['template_csv']());"
        "print([m for m in ('scipy', 'statsmodels', 'streamlit', 'plotly', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
