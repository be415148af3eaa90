"""A folder of Parquet tables holds what the cohort file holds, in row groups, and is there only when complete."""

from __future__ import annotations

import json
from dataclasses import replace

import duckdb
import pyarrow.parquet as pq
import pytest

from ivig_core.__main__ import main
from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.read import read_cohort
from ivig_core.errors import SpecError
from ivig_core.simulate import generator, parquet
from ivig_core.simulate.arms import Arm
from ivig_core.simulate.files import truth_path, write_simulated
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.presets import get_preset

BLOCK = generator.BLOCK
PATIENTS = BLOCK + 43


@pytest.fixture(scope="module", params=["known_truth", "bispecific"])
def both(request, tmp_path_factory):
    """The same patients as a cohort file and as a folder: one model in a single arm, one in two."""
    folder = tmp_path_factory.mktemp(request.param)
    model = get_preset(request.param).model
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "ROWS", 2 * BLOCK)
        for path in (folder / "file.csv", folder / "tables"):
            write_simulated(model, PATIENTS, 5, path, request.param)
    return folder


def test_the_folder_holds_the_same_cohort_and_the_same_truth(both):
    from_file, from_tables = read_cohort(both / "file.csv"), read_cohort(both / "tables")
    assert from_tables.cohort.fingerprint == from_file.cohort.fingerprint
    assert len(from_tables.problems) == len(from_file.problems)
    assert truth_path(both / "tables").read_bytes() == truth_path(both / "file.csv").read_bytes()
    assert sorted(path.name for path in both.iterdir()) == [
        "file.csv",
        "file.truth.json",
        "tables",
        "tables.truth.json",
    ]


def test_an_engine_finds_every_row_and_its_type(both):
    rows = json.loads(truth_path(both / "tables").read_text(encoding="utf-8"))["realised"]["rows"]
    with duckdb.connect() as engine:
        for kind in KINDS:
            table = engine.sql(f"from '{both}/tables/{kind}.parquet'")
            assert len(table) == rows[kind] > 0
            types = dict(zip(table.columns, map(str, table.types), strict=True))
            assert {types[name] for name in ("start", "end", "died_on") if name in types} == {"DATE"}
            assert {types[name] for name in ("age", "anc", "value", "interval_days") if name in types} <= {"DOUBLE"}
            assert {types[name] for name in ("patient_id", "grade", "category") if name in types} == {"VARCHAR"}


def test_rows_are_written_in_groups_so_that_no_more_than_one_waits(both):
    about = pq.ParquetFile(both / "tables" / "lab.parquet").metadata
    sizes = [about.row_group(at).num_rows for at in range(about.num_row_groups)]
    assert len(sizes) > 1
    assert sum(sizes) == about.num_rows
    # One block of patients is drawn at a time: whatever waited before it was less than a group.
    assert all(size >= 2 * BLOCK for size in sizes[:-1])


def test_what_cannot_be_drawn_or_written_leaves_nothing_new(tmp_path, monkeypatch):
    monkeypatch.setattr(generator, "MOST_BATCHES", 1)
    never = replace(SimulationModel(), share_never_ivig=1.0)
    nobody = (Arm("ivig", 1, never, admit="treated"),)
    for old in (tmp_path / "new", tmp_path / "old"):
        if old.name == "old":
            old.mkdir()
            (old / "patient.parquet").write_bytes(b"mine")
        with pytest.raises(SpecError, match="admit"):
            write_simulated(nobody, 5, 1, old)
    with pytest.raises(OSError, match="missing"):
        write_simulated(SimulationModel(), 5, 1, tmp_path / "missing" / "tables")
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == [
        "old",
        "old/patient.parquet",
    ]
    assert (tmp_path / "old" / "patient.parquet").read_bytes() == b"mine"


def test_the_command_writes_a_folder_that_the_other_commands_read(tmp_path, capsys):
    assert main(["simulate", "--preset", "bispecific", "--patients", "40", "-o", str(tmp_path / "tables")]) == 0
    assert "tables: synthetic, 40 patients" in capsys.readouterr().out
    assert main(["validate", str(tmp_path / "tables")]) == 0
    assert "40 patients" in capsys.readouterr().out
    assert main(["simulate", "-o", str(tmp_path / "c.parquet")]) == 2
    assert "without an ending for a folder" in capsys.readouterr().err
