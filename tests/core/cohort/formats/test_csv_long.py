"""Cells of a CSV: a file read in pieces is the file read at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.cohort.formats import csv_long
from ivig_core.cohort.read import read_cohort
from ivig_core.cohort.reading.encoding import open_text
from ivig_core.cohort.reading.gate import Limits
from tests.paths import REFERENCE

LIMITS = Limits()


def cells(data: bytes, piece: int) -> tuple[list[list[str]], list[int]]:
    """Every cell of every column, and the rows, with pieces of some bytes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_long, "PIECE", piece)
        records = csv_long.read_records(open_text(data, LIMITS))
    for column in records.columns:
        texts = column.texts
        assert len(set(texts)) == len(texts)
        assert column.empty == sum(texts[code] == "" for code in column.codes.tolist())
        assert not column.empty or texts[-1] == ""
    return [[column.texts[code] for code in column.codes.tolist()] for column in records.columns], records.rows.tolist()


rows = st.lists(st.lists(st.sampled_from(["", " ", "a", "b", "12"]), min_size=3, max_size=3), min_size=1, max_size=12)


@settings(deadline=None, max_examples=50)
@given(rows, st.integers(1, 40))
def test_pieces_hold_the_cells_of_the_whole(rows, piece):
    data = "\n".join(["x,y,z", "p,q,r", *(",".join(row) for row in rows)]).encode()
    whole, places = cells(data, 1 << 26)
    assert whole == [list(column) for column in zip(["p", "q", "r"], *rows, strict=True)]
    assert cells(data, piece) == (whole, places)
    # A cell in quotation marks could hold a line end: where such a file may be cut, Arrow alone knows.
    assert cells(data.replace(b"12", b'"1\n2"'), piece)[0] == [
        ["1\n2" if cell == "12" else cell for cell in column] for column in whole
    ]


@pytest.mark.parametrize("extra", [b"", b"P0001,lab\n", b'"P0001",lab\n', b'"P0001","lab\nx"\n'])
def test_a_cohort_read_in_pieces_is_the_same(monkeypatch, extra):
    data = (REFERENCE / "sim43.csv").read_bytes() + extra
    whole = read_cohort(data)
    monkeypatch.setattr(csv_long, "PIECE", 1000)
    pieces = read_cohort(data)
    assert [problem.row for problem in pieces.problems] == [problem.row for problem in whole.problems]
    assert (whole.cohort is None) == (pieces.cohort is None)
    if whole.cohort is not None:
        assert pieces.cohort.fingerprint == whole.cohort.fingerprint
        assert np.array_equal(pieces.cohort.days, whole.cohort.days)
