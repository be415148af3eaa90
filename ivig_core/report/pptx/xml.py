"""What python-pptx has no words for: a picture that is SVG and PNG at once, fields, fills, a file without a clock."""

from __future__ import annotations

import io
import re
import zipfile
from copy import deepcopy
from typing import Any

from lxml import etree
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml.ns import qn
from pptx.util import Pt

from ivig_core.report.pictures import Picture
from ivig_core.report.pptx.look import Box

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_SVG_USE = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def clean(text: str) -> str:
    """The text without characters that no XML can hold."""
    return _NEVER.sub("", text)


def add_picture(slide: Any, picture: Picture, box: Box, name: str, alt: str, card: bool) -> None:
    """A picture as SVG with its PNG for programs that know no SVG; on a white card where the ground is dark."""
    shape = slide.shapes.add_picture(io.BytesIO(picture.png), *map(Pt, box))
    shape.name = name
    shape._element.nvPicPr.cNvPr.set("descr", clean(alt))
    package = slide.part.package
    number = sum(part.partname.startswith("/ppt/media/figure") for part in package.iter_parts()) + 1
    part = Part(PackURI(f"/ppt/media/figure{number}.svg"), "image/svg+xml", package, picture.svg)
    link = slide.part.relate_to(part, f"{_R}/image")
    blip = shape._element.find(".//" + qn("a:blip"))
    use = etree.SubElement(etree.SubElement(blip, f"{{{_A}}}extLst"), f"{{{_A}}}ext", uri=_SVG_USE)
    etree.SubElement(use, f"{{{_SVG}}}svgBlip", {f"{{{_R}}}embed": link}, nsmap={"asvg": _SVG})
    if card:
        shape.line.width = Pt(8)
        etree.SubElement(shape.line._get_or_add_ln(), qn("a:round"))
        fill = etree.SubElement(etree.Element(qn("a:ln")), qn("a:solidFill"))
        etree.SubElement(fill, qn("a:srgbClr"), val="FFFFFF")
        shape.line._get_or_add_ln().insert(0, fill)


def colour(run: Any, ink: Any) -> None:
    """Text in the colour of the template's own text, where that is not the theme's."""
    if ink is not None:
        run._r.get_or_add_rPr().insert(0, deepcopy(ink))


def face(run: Any, name: str) -> None:
    """Type of the theme: "+mn-lt" for text, "+mj-lt" for titles."""
    etree.SubElement(run._r.get_or_add_rPr(), qn("a:latin"), typeface=name)


def unmarked(paragraph: Any) -> None:
    """A paragraph of a placeholder without its bullet and indent."""
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", "0")
    properties.set("indent", "0")
    etree.SubElement(properties, qn("a:buNone"))


def number_field(paragraph: Any) -> None:
    """The number of the slide, which changes with its place."""
    field = etree.SubElement(paragraph._p, qn("a:fld"), id="{C1FF6DA9-008F-4B48-92A6-B652298478BF}", type="slidenum")
    etree.SubElement(field, qn("a:rPr"), lang="en-GB")
    etree.SubElement(field, qn("a:t")).text = "‹#›"


def plain_table(frame: Any, title: str, alt: str) -> Any:
    """Takes the style of a table away, which is made for white slides; names it for those who do not see it."""
    properties = frame._element.find(".//" + qn("a:tblPr"))
    for name in list(properties.attrib):
        del properties.attrib[name]
    properties.set("firstRow", "1")
    properties.find(qn("a:tableStyleId")).text = _NO_STYLE
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(alt))
    frame.name = title
    return frame.table


def ruled(cell: Any, ink: Any, width: float) -> None:
    """A line beneath a cell, in the colour of its text."""
    line = etree.SubElement(cell._tc.get_or_add_tcPr(), qn("a:lnB"), w=str(round(width * 12_700)))
    if ink is not None:
        line.append(deepcopy(ink))
    else:
        fill = etree.SubElement(line, qn("a:solidFill"))
        etree.SubElement(fill, qn("a:schemeClr"), val="tx1")
    etree.SubElement(cell._tc.get_or_add_tcPr(), qn("a:noFill"))


def packed(presentation: Any) -> bytes:
    """The file, with the same bytes whenever it is written."""
    written = io.BytesIO()
    presentation.save(written)
    again = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            entry = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(member))
    return again.getvalue()
