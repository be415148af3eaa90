"""One page in any case: what is tried and in which order, and what is said of what was left out."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivig_core.errors import IvigError
from ivig_core.report import handout as sheet
from ivig_core.report.content import Exhibit
from ivig_core.report.handout import ROOM, SCALES, handout, layouts, pages
from ivig_core.report.html import images
from ivig_core.report.pictures import Picture
from tests.core.report.reports import Read, figure, report, table

FIGURES = tuple(
    Exhibit(key, "", f"Finding {key}", figure(f"Finding {key}")) for key in ("other", "survival", "subgroups", "rates")
)
RULES = Exhibit("first_dose_rules", "", "Rate ratio 0.64 to 0.78", table=table(("All days", "0.64")))
DOUBTS = Exhibit(
    "doubts", "", "Why", table=pd.DataFrame({"Why": ["Doubt one.", "Doubt two."]}), remarks=("Always true.",)
)


@pytest.fixture
def printed(monkeypatch):
    """The pages that are printed, by a printer for which more than `room` characters are two pages."""
    seen: list[bytes] = []

    def printer(room: int, height: int = 400):
        def print_pdf(page: bytes) -> bytes:
            seen.append(page)
            return b"1 0 obj\n<</Type /Page\n" * (1 + (len(page) > room))

        monkeypatch.setattr(images, "draw", lambda drawn, width: [
            Picture(b"<svg/>", b"", width, height) for _ in drawn])  # fmt: skip
        monkeypatch.setattr(sheet, "print_pdf", print_pdf)
        return seen

    return printer


def test_key_figures_the_table_and_the_doubts_are_on_it(printed):
    seen = printed(10**6, height=200)
    assert pages(handout(report(*FIGURES, RULES, DOUBTS, synthetic=True, shared="Counts are hidden."))) == 1
    page = Read(seen[-1])
    assert [value for value in page.values if value.startswith("Synthetic data. Finding")] == [
        f"Synthetic data. Finding {key}." for key in sheet.FIGURES
    ]
    assert page.texts["strong"] == ["Rate ratio 0.64 to 0.78"]
    assert page.texts["td"] == ["0.64"]
    assert page.texts["li"] == ["Doubt one.", "Doubt two.", "Always true."]
    assert "Counts are hidden." in page.texts["p"]
    assert not any("Left out" in said for said in page.texts["p"])


def test_the_last_figure_is_left_out_and_the_sheet_says_so(printed):
    seen = printed(10**6, height=round(ROOM / SCALES[-1] / 2))
    handout(report(*FIGURES))
    assert Read(seen[-1]).tags["img"] == 2
    assert "Left out for lack of room, see the report: Finding survival." in Read(seen[-1]).texts["p"]


def test_without_its_usual_exhibits_it_has_the_first_figures_and_their_finding(printed):
    seen = printed(10**6)
    handout(report(FIGURES[0]))
    page = Read(seen[-1])
    assert page.tags["img"] == 1
    assert page.texts["strong"] == ["Finding other"]
    handout(report())
    assert Read(seen[-1]).texts["strong"] == ["All infections."]


def test_too_many_words_get_a_sentence(printed):
    seen = printed(10)
    with pytest.raises(IvigError, match="shorten the title"):
        handout(report(*FIGURES))
    assert "zoom: 0.6" in seen[-1].decode()


@given(st.lists(st.integers(100, 3000), max_size=3))
def test_layouts_get_smaller_and_end_without_figures(heights):
    tried = list(layouts(heights))
    assert tried == sorted(tried, key=lambda one: (-one.figures, -one.scale, -one.zoom))
    assert len(set(tried)) == len(tried)
    assert all(sum(heights[: one.figures]) * one.scale <= ROOM for one in tried)
    assert tried[-1].figures == 0
