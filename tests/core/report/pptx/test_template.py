"""Templates that cannot be used are refused in a sentence before anything in them is unpacked or shown."""

from __future__ import annotations

import io
import zipfile

import pytest
from pptx import Presentation

from ivig_core.report.pptx import TemplateError, write_pptx
from ivig_core.report.pptx.template import opened
from tests.core.report.pptx.foreign import member, standard, with_member
from tests.core.report.reports import report

GOOD = standard()
TYPES = "[Content_Types].xml"
LAYOUT = "ppt/slideLayouts/_rels/slideLayout1.xml.rels"
LINK = (
    b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
    b'Target="http://example.org/a.png" TargetMode="External"/></Relationships>'
)


def archive(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members:
            new.writestr(name, content)
    return packed.getvalue()


def linked(kind: bytes) -> bytes:
    return with_member(GOOD, LAYOUT, member(GOOD, LAYOUT).replace(b"</Relationships>", LINK % kind))


BAD = {
    "nothing": (b"", "no PowerPoint file"),
    "text": (b"patient_id,day\n", "no PowerPoint file"),
    "old": (b"\xd0\xcf\x11\xe0" + bytes(600), "old .ppt or is protected by a password"),
    "cut": (GOOD[: len(GOOD) // 2], "damaged"),
    "archive": (archive(("a.txt", b"x")), "archive of something else"),
    "workbook": (with_member(GOOD, TYPES, b"<Types/>"), "another program"),
    "bomb": (with_member(GOOD, "ppt/media/image9.png", bytes(150_000_000)), "times its size"),
    "macros": (with_member(GOOD, "ppt/vbaProject.bin", b"x"), "macros"),
    "pptm": (with_member(GOOD, TYPES, member(GOOD, TYPES).replace(
        b"vnd.openxmlformats-officedocument.presentationml.presentation.main",
        b"vnd.ms-powerpoint.presentation.macroEnabled.main")), "macros"),
    "entities": (with_member(GOOD, "ppt/theme/theme1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "written as no"),
    "fetches": (linked(b"image"), "fetches a picture"),
    "outside": (with_member(GOOD, "../a.xml", b"<a/>"), "outside the archive"),
    "torn": (with_member(GOOD, "ppt/slideMasters/slideMaster1.xml", b"<p:sldMaster"), "damaged or missing"),
    "no_theme": (with_member(GOOD, "ppt/theme/theme1.xml", b""), "damaged or missing"),
    "gutted": (with_member(GOOD, "ppt/_rels/presentation.xml.rels", b"<Relationships/>"), "damaged or missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_refused_in_a_sentence(name):
    data, said = BAD[name]
    with pytest.raises(TemplateError, match=said) as told:
        write_pptx(report(), data)
    assert "pptx" in str(told.value) or "template" in str(told.value)
    assert "Excel" not in str(told.value)


def test_links_to_pages_and_templates_are_taken():
    assert opened(linked(b"hyperlink"))
    potx = with_member(GOOD, TYPES, member(GOOD, TYPES).replace(b"presentation.main+xml", b"template.main+xml"))
    deck = Presentation(io.BytesIO(write_pptx(report(), potx)))
    assert deck.slide_width == 9_144_000
