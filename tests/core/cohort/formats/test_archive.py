"""ZIPs and folders of tables, SAS and Parquet files: one sheet a table, typed cells as text."""

from __future__ import annotations

import io
import os
import stat

import pandas as pd
import pyreadstat
import pytest

from ivig_core.cohort.formats import sas
from ivig_core.cohort.formats.open_book import open_book
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.read import COMMAND_LIMITS, read_cohort
from ivig_core.cohort.reading.gate import Limits
from ivig_core.cohort.writing import write_tables
from tests.core.cohort.formats.hostile import real_xlsx
from tests.paths import SAMPLES
from tests.shapes_formats import zipped


def _open(data):
    return open_book(data, "upload", Limits(), Findings())


def test_a_zip_is_a_sheet_a_file_and_says_what_it_skipped():
    book = _open(zipped({
        "data/patients.csv": "id,age\nP1,60\n", "data/labs.txt": "id;igg\nP1;5,5\n",
        "__MACOSX/data/._patients.csv": "x",
        ".DS_Store": "x", "Read me.pdf": "%PDF", "more/patients.csv": "id,x\nP2,1\n",
    }))  # fmt: skip

    assert [grid.name for grid in book.grids] == ["patients", "labs", "more/patients"]
    assert book.grids[1].line(1) == ["P1", "5,5"]
    assert "Read me.pdf" in book.notes[-1]


def test_a_workbook_in_a_zip_is_read():
    assert _open(zipped({"my.xlsx": real_xlsx()})).kind == "workbook"


def test_the_limits_of_cells_hold_for_all_tables_together():
    data = zipped({f"{at}.csv": "id,x\n" + "P1,1\n" * 50 for at in range(5)})

    intake = read_cohort(data, Limits(max_cells=400))

    assert [problem.kind for problem in intake.problems] == ["too_many_cells"]


@pytest.mark.parametrize("reader", ["xpt", "sas7bdat"])
def test_sas_cells_are_text_with_labels_and_nothing_is_left_on_the_disk(reader, tmp_path, monkeypatch):
    seen = []
    path = tmp_path / "a.xpt"
    frame = pd.DataFrame({"USUBJID": ["P1", ""], "ADT": [22000.0, None], "AVAL": [5.0, 0.25]})
    pyreadstat.write_xport(frame, str(path), column_labels=["Subject", "Day", ""], variable_format={"ADT": "DATE9"},
                           file_format_version=5)  # fmt: skip
    data = path.read_bytes()
    read = pyreadstat.read_xport  # Also for a data set, which nothing here can write.

    def spy(place, **options):
        seen.append(
            (os.fspath(place), stat.S_IMODE(os.stat(place).st_mode), stat.S_IMODE(os.stat(place.parent).st_mode))
        )
        return read(place, **options)

    monkeypatch.setattr(sas.pyreadstat, f"read_{'xport' if reader == 'xpt' else reader}", spy)
    if reader == "sas7bdat":
        monkeypatch.setattr(sas, "_TRANSPORT", (b"\0none",))
    grid = sas.read_sas(data, "adlb", Limits())

    assert grid.head(3) == [["USUBJID", "ADT", "AVAL"], ["P1", "2020-03-26", "5"], ["", "", "0.25"]]
    assert grid.labels == {"USUBJID": "Subject", "ADT": "Day"}
    assert {modes for _, *modes in map(tuple, seen) for modes in [tuple(modes)]} == {(0o600, 0o700)}
    assert not any(os.path.exists(place) for place, *_ in seen)


def test_parquet_cells_are_text():
    frame = pd.DataFrame({
        "id": ["P1", None, "P1"], "n": [1.0, None, 2.5],
        "day": pd.to_datetime(["2020-01-01", None, "2020-01-03 10:00"], format="mixed"),
        "yes": [True, False, None],
    })  # fmt: skip
    out = io.BytesIO()
    frame.to_parquet(out, index=False)

    (grid,) = _open(out.getvalue()).grids

    assert grid.head(4) == [
        ["id", "n", "day", "yes"], ["P1", "1", "2020-01-01", "1"], ["", "", "", "0"],
        ["P1", "2.5", "2020-01-03 10:00:00", ""],
    ]  # fmt: skip


def test_a_folder_of_tables_as_convert_writes_it_is_the_cohort_again(tmp_path):
    cohort = read_cohort(SAMPLES / "bispecific.csv", COMMAND_LIMITS).cohort
    write_tables(cohort, tmp_path)

    intake = read_cohort(tmp_path, COMMAND_LIMITS)

    assert intake.cohort is not None, intake.problems[:3]
    assert intake.cohort.fingerprint == cohort.fingerprint
    assert intake.ledger.adds_up


def test_a_folder_of_nothing_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "no table in the folder" in read_cohort(tmp_path).problems[0].message
