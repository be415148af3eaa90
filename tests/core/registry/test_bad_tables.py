"""Bad tables get every fault at once, with how often, an example and what to do; exit statuses of the command."""

from __future__ import annotations

import json

import duckdb
import pandas as pd
import pytest

from ivig_core.__main__ import main
from tests.core.make import Patient, cohort
from tests.core.registry.same import written

PATIENTS = """patient_id,start,end
P1,2020-01-01,2020-12-31
P1,2020-01-01,2020-11-30
P2,2020-05-01,2020-04-01
P3,01/02/2020,2020-12-31
P4,2020-01-01,
P5,2020-01-01,2099-12-31
"""
IVIG = """patient_id,start,end,interval_days,route
P1,2020-02-01,2020-06-01,,iv
P1,2020-02-30,,28,oral
P9,2020-02-01,,0.5,
"""
INFECTIONS = """patient_id,start,grade,pathogen,site,hospitalized
P1,2020-03-01,7,bacterial,skin,yes
P1,2021-03-01,2,germ,toe,perhaps
P1,12,,,,
P4,2019-03-01,3,,,
P4,2019-03-01,3,,,
"""
PHASES = """patient_id,start,end,phase
P1,2020-02-01,2020-06-01,progressive
P1,2020-05-01,,nonprogressive
P4,2020-05-01,,worse
"""
WANTED = (
    "table patient, column patient_id, 1 row, such as patient P1",
    "table patient, column end, 1 row, such as patient P2",
    "“01/02/2020”", "Every patient row needs end", "more than ten years", "how often was it given?", "“2020-02-30”",
    "“oral”", "table ivig, column patient_id, 1 row, such as patient P9", "interval_days 0.5", "“7”", "“germ”", "“toe”",
    "“perhaps”", "“12” is a number (a study day)", "Every infection row needs grade", "after the end of follow-up",
    "before the first day at risk", "The same row stands in the table before", "overlaps with the other phase",
    "“worse”",
)  # fmt: skip


@pytest.fixture
def bad(tmp_path):
    for name, text in (("patient", PATIENTS), ("ivig", IVIG), ("infection", INFECTIONS), ("phase", PHASES)):
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def test_every_fault_at_once(bad, capsys):
    assert main(["registry", str(bad), "--set", "adjust_for=phase", "--json"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert [text for text in WANTED if text not in told.err] == []
    assert "Traceback" not in told.err


def test_what_is_not_there(tmp_path, capsys):
    assert main(["registry", str(tmp_path / "nowhere")]) == 2
    assert main(["registry", str(tmp_path)]) == 2
    pd.DataFrame({"patient_id": ["P1"], "start": ["2020-01-01"]}).to_csv(tmp_path / "patient.csv", index=False)
    assert main(["registry", str(tmp_path)]) == 2
    broken = tmp_path / "broken.duckdb"
    broken.write_text("no database")
    assert main(["registry", str(broken)]) == 2
    (tmp_path / "patient").mkdir()
    (tmp_path / "patient" / "1.parquet").write_text("no table")
    assert main(["registry", str(tmp_path)]) == 2
    (tmp_path / "patient.csv").unlink()
    assert main(["registry", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "more than one table of kind patient" in told
    assert "1.parquet cannot be read" in told
    assert "cannot be opened as a DuckDB file" in told
    assert "no such folder" in told
    assert "no table of patients" in told
    assert "no column end" in told


def test_what_a_registry_cannot_do_is_refused_by_name(tmp_path, capsys):
    asked = ["adjust_for=phase,igg,counts", "where=baseline_igg<400", "within=igg:<700"]
    folder = written(cohort(Patient()), tmp_path)
    assert main(["registry", str(folder), "--set", *asked]) == 2
    assert main(["registry", str(folder), "--only", "survival"]) == 2
    assert main(["registry", str(folder), "--engine", "abacus"]) == 2
    told = capsys.readouterr().err
    assert [
        text for text in ("counts,igg", "baseline_igg<400", "igg:<700", "survival", "abacus") if text not in told
    ] == []


def test_a_column_of_names_is_no_filter_and_is_not_shown(tmp_path, capsys):
    folder = written(cohort(Patient(), Patient()), tmp_path)
    named = pd.read_parquet(folder / "patient.parquet").assign(Nachname=["Ackermann", "Zimmer"], ward=["A", "B"])
    named.to_parquet(folder / "patient.parquet")
    assert main(["registry", str(folder), "--set", "where=Nachname=Wer"]) == 2
    assert main(["registry", str(folder), "--set", "where=nachname=Wer"]) == 2
    assert main(["registry", str(folder), "--set", "where=ward=C"]) == 2
    told = capsys.readouterr().err
    assert [name in told for name in ("Ackermann", "Zimmer", "is no value of ward here: A, B")] == [False, False, True]


def test_two_patients_as_json_and_as_text(tmp_path, capsys):
    folder = written(cohort(Patient(days=100, doses=[50], infections=[10, 60]), Patient(days=100)), tmp_path)
    # The same tables in a DuckDB file.
    with duckdb.connect(str(tmp_path / "tables.duckdb")) as made:
        for kind in ("patient", "ivig", "infection"):
            made.execute(f"create table {kind} as select * from read_parquet('{folder / kind}.parquet')")
    assert main(["registry", str(tmp_path / "tables.duckdb"), "--json"]) == 0
    got = json.loads(capsys.readouterr().out)
    assert list(got) == ["engine", "spec", "cohort", "rates", "irr", "notes"]
    assert [(row["period"], row["infections"], row["person_days"]) for row in got["rates"]] == [
        ("on_ivig", 1, 31), ("observation", 1, 69), ("reference", 0, 100),
    ]  # fmt: skip
    assert main(["registry", str(folder), "--only", "rates"]) == 0
    told = capsys.readouterr().out
    assert "Rates\n" in told
    assert "Rate ratios" not in told
