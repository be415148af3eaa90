"""LibreOffice opens the slides: each page holds its title, its foot and the words of its figure."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from ivig_core.report.content import Exhibit
from ivig_core.report.pptx import write_pptx
from tests.core.report.pptx.test_slides import LONG, drawn
from tests.core.report.reports import figure, report


def program(name: str) -> str:
    """Where a program is; without it the test is skipped, or fails where REQUIRE_LIBREOFFICE=1."""
    found = shutil.which(name)
    if found:
        return found
    reason = f"NO LIBREOFFICE: slides were not opened in it. Install {name}."
    if os.environ.get("REQUIRE_LIBREOFFICE") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def test_slides_open(tmp_path):
    office, reader = program("soffice"), program("pdftotext")
    content = report(
        Exhibit("one", "Rates", "A finding", figure()), Exhibit("long", "Rates", "A long table", table=LONG)
    )
    (tmp_path / "slides.pptx").write_bytes(write_pptx(content, draw=drawn))
    subprocess.run(
        [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", tmp_path, tmp_path / "slides.pptx"], check=True, capture_output=True,
    )  # fmt: skip
    said = subprocess.run([reader, "-layout", tmp_path / "slides.pdf", "-"], check=True, capture_output=True, text=True)
    pages = said.stdout.split("\f")[:-1]
    assert all(content.foot in page for page in pages)
    assert [str(number) in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert "A finding" in pages[1]
    rows = [number for number in range(len(LONG)) if any(f"row {number} " in page for page in pages)]
    assert rows == list(range(len(LONG)))
