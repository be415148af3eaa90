"""Every figure and table once, under names that every system allows; and paper as a browser prints it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivig_core.report.content import Exhibit
from ivig_core.report.files import archive, figure_files, names, table_csv
from ivig_core.report.handout import handout, pages
from ivig_core.report.pdf import to_pdf
from ivig_core.report.pictures import available
from tests.core.report.reports import figure, report, table

SHOWN = Exhibit("rates", "Overview", "A finding", figure(), table(("=1+1", "≤ 7")), pd.DataFrame({"n": [3.5]}))


@given(st.lists(st.text(st.sampled_from("aB/.\\-_ ü"), max_size=4), max_size=6))
def test_names_are_apart_and_fit_every_system(keys):
    found = names([Exhibit(key, "", "") for key in keys])
    assert len({name.lower() for name in found}) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9_-]+", name) for name in found)


def test_a_table_leaves_with_its_numbers_or_as_it_is_read():
    assert table_csv(SHOWN).decode("utf-8-sig").split() == ["n", "3.5"]
    assert "'=1+1" in table_csv(Exhibit("k", "", "", table=SHOWN.table)).decode()
    assert table_csv(Exhibit("k", "", "")) == b""
    assert figure_files(Exhibit("k", "", ""), synthetic=True) == {}


def test_an_archive_without_pictures_needs_no_browser_and_is_the_same_again():
    made = report(SHOWN, Exhibit("rates", "", "Another", table=SHOWN.table))
    packed = zipfile.ZipFile(io.BytesIO(archive(made, pictures=False)))
    assert packed.namelist() == ["rates.csv", "rates--2.csv", "settings.json", "contents.txt"]
    assert json.loads(packed.read("settings.json")) == made.spec.to_dict()
    assert "rates--2: Another" in packed.read("contents.txt").decode()
    assert archive(made, pictures=False) == archive(made, pictures=False)


@pytest.fixture(scope="module")
def drawing() -> None:
    reason = available()
    if reason and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason, pytrace=False)
    if reason:
        pytest.skip(f"NO CHROMIUM: paper was not tested. {reason}")


@pytest.mark.usefixtures("drawing")
def test_paper_of_a_browser(tmp_path):
    """A long table has its header and every page its foot, what is too high for a page is not cut, a handout is one."""
    tall = figure("A tall finding").update_layout(height=2600)
    long = table(*((f"row {at}", f"{at}") for at in range(150)), columns=("Rowhead", "Number"))
    made = report(Exhibit("rates", "", "A tall finding", tall), SHOWN, Exhibit("long", "", "Long", table=long),
                  title="A title with <b> and Größe " * 4, hospital="Klinikum Süd")  # fmt: skip
    document = to_pdf(made)
    assert pages(document) >= 5
    assert pages(handout(made)) == 1
    assert {name: data[:4] for name, data in figure_files(SHOWN, True).items()} | {"svg": b""} == {
        "svg": b"", "png": b"\x89PNG", "pdf": b"%PDF"}  # fmt: skip
    if not shutil.which("pdftotext"):
        pytest.skip("NO PDFTOTEXT: the words on paper were not read. Install poppler-utils.")
    (tmp_path / "made.pdf").write_bytes(document)
    said = subprocess.run(["pdftotext", "-layout", tmp_path / "made.pdf", "-"], capture_output=True, check=True)
    sheets = said.stdout.decode().removesuffix("\f").split("\f")
    assert len(sheets) == pages(document)
    assert all("not treatment advice · Klinikum Süd · 2026-11-28" in sheet for sheet in sheets)
    assert [re.findall(r"(\d+)\s*/\s*(\d+)\s*$", sheet) for sheet in sheets] == [
        [(str(at), str(len(sheets)))] for at in range(1, len(sheets) + 1)
    ]
    assert all("Rowhead" in sheet for sheet in sheets if re.search(r"row \d+", sheet))
