"""Cells that a spreadsheet would run as formulas leave the house as text."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from ivig_core.export import safe_cell, safe_csv, safe_frame


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_formula_starts_get_an_apostrophe(value):
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize("value", ["a=1", "", " =1", "1-2", -1, 2.5, None])
def test_everything_else_stays(value):
    assert safe_cell(value) == value


def test_frame_keeps_numbers_and_missing_and_guards_headers():
    frame = pd.DataFrame({"=x": ["=1", None], "n": [-1, 2], "f": [-0.5, None], "o": [-3, "-3"]})
    frame["c"] = pd.Categorical(["@a", "b"])

    safe = safe_frame(frame)

    assert list(safe.columns) == ["'=x", "n", "f", "o", "c"]
    assert safe["'=x"].tolist()[0] == "'=1"
    assert safe["'=x"].isna().tolist() == [False, True]
    assert safe["n"].tolist() == [-1, 2]
    assert safe["f"].tolist()[0] == -0.5
    assert safe["o"].tolist() == [-3, "'-3"]
    assert safe["c"].tolist() == ["'@a", "b"]
    assert frame["=x"].tolist()[0] == "=1"


def test_csv_opens_in_excel_as_utf_8():
    data = safe_csv(pd.DataFrame({"text": ["–", "=1"], "n": [-1, 1]}))

    assert data.startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(io.BytesIO(data))
    assert back["text"].tolist() == ["–", "'=1"]
    assert back["n"].tolist() == [-1, 1]
