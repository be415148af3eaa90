"""Cells that a spreadsheet would run as formulas leave the house as text."""

from __future__ import annotations

import io
from collections import Counter
from html.parser import HTMLParser

import pandas as pd
import pytest

from ivig_core.export import Exhibit, safe_cell, safe_csv, safe_frame, safe_html


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


def test_html_shows_everything_as_text_and_loads_nothing():
    hostile = "<script>alert(1)</script> & \"quoted\" 'x' <img src=http://x.example/a.png onerror=1>"
    frame = pd.DataFrame({"Name": [hostile, "plain"], hostile: ["1.20 (0.90–1.60)", None]})
    page = safe_html(hostile, [Exhibit(hostile, frame, [hostile]), Exhibit("second", frame)], [hostile]).decode()

    class Reader(HTMLParser):
        def __init__(self):
            super().__init__()
            self.tags, self.attributes, self.texts = Counter(), set(), []

        def handle_starttag(self, tag, attrs):
            self.tags[tag] += 1
            self.attributes |= {name for name, _ in attrs}

        def handle_data(self, data):
            self.texts.append(data)

    reader = Reader()
    reader.feed(page)
    assert reader.tags["table"] == reader.tags["caption"] == 2
    assert not {"script", "img", "link", "a", "iframe"} & set(reader.tags)
    assert reader.attributes == {"lang", "charset", "scope"}
    # Title and head, lead, caption, header and cell of both tables, and the remark.
    assert reader.texts.count(hostile) == 2 + 1 + 1 + 2 * 2 + 1
    assert page.startswith("<!doctype html>")
    assert "None" not in page
    assert "url(" not in page
