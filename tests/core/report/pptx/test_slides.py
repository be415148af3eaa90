"""Slides read again: everything within the slide, pictures with both parts and words, tables whole, foot and notes."""

from __future__ import annotations

import base64
import io
from itertools import pairwise

import pandas as pd
import pytest
from lxml import etree
from pptx import Presentation
from pptx.oxml.ns import qn

from ivig_core.report.content import NOT_ADVICE, Exhibit, Paragraphs
from ivig_core.report.pictures import Picture
from ivig_core.report.pptx import measure, write_pptx
from ivig_core.report.pptx.look import looks
from ivig_core.report.pptx.template import opened
from tests.core.report.pptx import foreign
from tests.core.report.reports import figure, report, table

TEMPLATES = {"ours": lambda: None, "standard": foreign.standard, "dark": foreign.dark, "bare": foreign.bare}
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
FINDING = "Fewer infections on IVIG than off it: rate ratio 0.64 (0.44–0.93), in <b>Größe|x</b> & 143 patients. " * 2
LONG = table(
    *((f"row {number} {'ü' * (number * 7 % 90)}", str(number), "0.64 (0.44–0.93)") for number in range(40)),
    columns=("Analysis", "Infections", "Rate ratio"),
)
WIDE = pd.DataFrame([[f"{row}/{column} x" for column in range(14)] for row in range(2)],
                    columns=[f"A long name of column {column} <b>" for column in range(14)])  # fmt: skip


def drawn(figures, width, height, *, points=2.25):
    return [Picture(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"/>'.encode(), DOT,
                    width, height) for _ in figures]  # fmt: skip


CONTENT = report(
    Exhibit("first", "Rates", FINDING.strip(), figure(), table(("on", "3")), remarks=("A remark.", "word " * 400)),
    Exhibit("long", "Rates", "A long table", table=LONG, remarks=("Beneath.\x00\x0b",)),
    Exhibit("wide", "Trust", "A wide table", table=WIDE),
    Exhibit("words", "Trust", "Only words", remarks=("Nothing can be drawn.",)),
    Exhibit("empty", "Trust", "An empty table", table=table()),
    title="Fewer infections on IVIG, but not under every rule", cohort="<b>&|" + "ü" * 55, hospital="Klinikum Größe",
    notes="Say this.", synthetic=True, settings="All infections; " * 30, shared="Counts are rounded.",
    words=Paragraphs("How it was done. " * 120, "What was found. " * 60, ("1. Whitaker 2006.", "2. Farrington 1995.")),
)  # fmt: skip


@pytest.fixture(scope="module", params=list(TEMPLATES))
def deck(request):
    return Presentation(io.BytesIO(write_pptx(CONTENT, TEMPLATES[request.param](), draw=drawn)))


def tables_of(deck, title: str) -> list:
    return [shape.table for slide in deck.slides for shape in slide.shapes
            if shape.has_table and title_of(slide).text_frame.text.startswith(title)]  # fmt: skip


def title_of(slide):
    return slide.shapes.title or next(shape for shape in slide.shapes if shape.name == "Title")


def texts(table) -> list[list[str]]:
    return [[cell.text_frame.text for cell in row.cells] for row in table.rows]


def test_nothing_leaves_the_slide_or_meets(deck):
    for slide in deck.slides:
        places = []
        for shape in slide.shapes:
            assert 0 <= shape.left <= shape.left + shape.width <= deck.slide_width + 2, shape.name
            assert 0 <= shape.top <= shape.top + shape.height <= deck.slide_height + 2, shape.name
            if shape.name not in ("Number", "Foot"):
                places.append((shape.top, shape.top + shape.height, shape.name))
        for (_, end, above), (start, _, below) in pairwise(sorted(places)):
            assert end <= start + 12_700, (above, below)


def test_titles_are_findings_that_fit(deck):
    said = [title_of(slide).text_frame for slide in deck.slides]
    assert said[0].text == CONTENT.title
    assert FINDING.strip() in [frame.text for frame in said]
    for slide, frame in zip(deck.slides, said, strict=True):
        sizes = {run.font.size.pt for run in frame.paragraphs[0].runs}
        assert min(sizes) >= 20
        room = title_of(slide)
        high = measure.height(frame.text, max(sizes), room.width.pt - 14.4)
        assert high <= room.height.pt, frame.text


def test_pictures_are_sharp_and_said(deck):
    found = [(slide, shape) for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(found) == 1
    for slide, shape in found:
        assert shape._element.nvPicPr.cNvPr.get("descr") == "Synthetic data. A finding."
        assert shape.image.blob == DOT
        part = slide.part.related_part(shape._element.find(".//" + _SVG).get(_EMBED))
        assert part.content_type == "image/svg+xml"
        size = etree.fromstring(part.blob)
        assert float(size.get("width")) / float(size.get("height")) == pytest.approx(shape.width / shape.height, 0.01)


def test_tables_go_on_over_slides_and_are_whole(deck):
    long = [texts(table) for table in tables_of(deck, "A long table")]
    assert len(long) > 1
    assert all(page[0] == list(LONG.columns) for page in long)
    assert [row for page in long for row in page[1:]] == LONG.to_numpy().tolist()
    wide = [texts(table) for table in tables_of(deck, "A wide table")]
    assert all([row[0] for row in page[1:]] == WIDE.iloc[:, 0].tolist() for page in wide)
    columns = [name for page in wide for name in page[0][1:]]
    assert columns == list(WIDE.columns[1:])
    assert texts(tables_of(deck, "An empty table")[0]) == [["Period", "Infections"]]


def test_text_is_large_enough(deck):
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame and shape.name != "Number" and NOT_ADVICE not in shape.text_frame.text:
                for paragraph in shape.text_frame.paragraphs:
                    assert all(run.font.size.pt >= 12 for run in paragraph.runs), shape.name
            for cell in shape.table.iter_cells() if shape.has_table else ():
                assert all(run.font.size.pt >= 12 for paragraph in cell.text_frame.paragraphs for run in paragraph.runs)


def test_every_slide_has_foot_number_and_notes(deck):
    for slide in deck.slides:
        said = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert CONTENT.foot in said
        assert slide._element.findall(".//" + qn("a:fld"))
        notes = slide.notes_slide.notes_text_frame.text
        assert CONTENT.settings.strip() in notes
        assert "How it was done." in notes
    assert "Say this." in deck.slides[0].notes_slide.notes_text_frame.text
    (shown,) = (slide for slide in deck.slides if title_of(slide).text_frame.text == FINDING.strip())
    assert "word word" in shown.notes_slide.notes_text_frame.text


def test_nothing_of_the_template_but_its_look(deck):
    said = etree.tostring(deck.part._element).decode() + "".join(
        etree.tostring(slide._element).decode() for slide in deck.slides
    )
    assert "Old" not in said
    assert deck.core_properties.author == "Klinikum Größe"
    names = {part.partname for part in deck.part.package.iter_parts()}
    assert not any("thumbnail" in name or "printerSettings" in name or "docProps/app" in name for name in names)


def test_equal_reports_are_equal_files():
    few = report(CONTENT.exhibits[0])
    first, second = (write_pptx(few, None, draw=drawn) for _ in range(2))
    assert first == second


def test_a_dark_ground_is_noticed():
    assert [looks(opened(make()))[1].dark for make in TEMPLATES.values()] == [False, False, True, False]


@pytest.mark.parametrize("words", [Paragraphs("", "", ())])
def test_a_report_of_nothing_is_a_title(words):
    deck = Presentation(io.BytesIO(write_pptx(report(words=words), draw=drawn)))
    assert [title_of(slide).text_frame.text for slide in deck.slides] == ["Infections on IVIG"]
