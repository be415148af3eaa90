"""Limits hold before anything is parsed; foreign files are named for what they are."""

from __future__ import annotations

import io
import time

import pytest

from ivig_core.cohort import read
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.reading.gate import Limits
from tests.core.cohort.reading.build_file import FOLLOWED, csv_bytes

SMALL = csv_bytes([FOLLOWED])


@pytest.fixture
def no_parsing(monkeypatch):
    """Makes any attempt to parse records fail."""

    def fail(*_):
        raise AssertionError("the file was parsed")

    monkeypatch.setattr(read, "read_records", fail)


def _refused(source, kind, limits=Limits()):  # noqa: B008 - frozen
    began = time.perf_counter()
    intake = read_cohort(source, limits)
    assert time.perf_counter() - began < 1
    assert intake.cohort is None
    assert [(p.severity, p.kind) for p in intake.problems] == [("error", kind)]
    assert intake.problems[0].remedy
    return intake.problems[0]


@pytest.mark.usefixtures("no_parsing")
def test_a_file_of_100_mb_is_refused_unread(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(100_000_000)

    assert "50 MB" in _refused(path, "too_big").message
    with path.open("rb") as stream:
        _refused(stream, "too_big")
        assert stream.tell() <= Limits().max_bytes + 1
    _refused(bytes(60_000_000), "too_big")


@pytest.mark.usefixtures("no_parsing")
def test_a_header_of_a_million_columns_is_refused_unparsed():
    wide = b"patient_id,record,start,end" + b",x" * 1_000_000 + b"\n" + SMALL
    assert "1,000,004 columns" in _refused(wide, "too_wide").message


@pytest.mark.usefixtures("no_parsing")
def test_too_many_rows_are_counted_not_parsed():
    assert "2,000,001 rows" in _refused(b"patient_id,record,start,end\n" + b"P\n" * 2_000_001, "too_long").message


def test_each_limit_lets_pass_what_is_just_within():
    columns = SMALL.splitlines()[0].count(b",") + 1
    assert read_cohort(SMALL, Limits(len(SMALL), columns, 1)).cohort is not None
    assert read_cohort(SMALL, Limits(len(SMALL) - 1, columns, 1)).cohort is None
    assert read_cohort(SMALL, Limits(len(SMALL), columns - 1, 1)).cohort is None
    assert read_cohort(SMALL, Limits(len(SMALL), columns, 0)).cohort is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"patient_id,record\n\x00\x01\x00", "NUL"),
    ],
)
def test_what_is_no_text_is_named(data, words):
    assert words in _refused(data, "not_text").message


def test_a_header_with_an_open_quotation_mark_ends_soon():
    data = b'patient_id,"record,start,end\n' + b"P1,patient,2020-01-01,2020-12-31\n" * 500_000
    _refused(data, "open_quote")


def test_a_path_bytes_and_a_stream_give_the_same_cohort(tmp_path):
    path = tmp_path / "my cohort.csv"
    path.write_bytes(SMALL)
    named = io.BytesIO(SMALL)
    named.name = "upload.csv"

    intakes = [read_cohort(source) for source in (path, str(path), SMALL, named)]

    assert len({intake.cohort.fingerprint for intake in intakes}) == 1
    assert [intake.cohort.name for intake in intakes] == ["my cohort", "my cohort", "cohort", "upload"]
    assert read_cohort(path, name="Mine").cohort.name == "Mine"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b'{"patient_id": ["A"]}', "a JSON file"),
        (b'[{"patient_id": "A"}]', "a JSON file"),
        (b"<html><table>", "XML or HTML"),
        (b"<?xml version='1.0'?><Workbook>", "XML or HTML"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_text_table_is_named_and_gets_a_remedy(data, what):
    (problem,) = read_cohort(data).problems
    assert problem.kind == "not_text"
    assert what in problem.message
    assert "CSV" in problem.remedy
