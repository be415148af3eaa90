"""Templates of other hospitals: 4:3 with slides of its own, a dark one, one without placeholders."""

from __future__ import annotations

import io
import zipfile

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt


def standard() -> bytes:
    """4:3 with slides, notes and a section of its own."""
    presentation = Presentation()
    for number in range(2):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = f"Old slide {number}"
        slide.notes_slide.notes_text_frame.text = "Old notes"
    presentation.core_properties.author = "A. Person"
    sections = etree.fromstring(
        f'<p:extLst xmlns:p="{qn("p:x")[1:].split("}")[0]}"><p:ext uri="{{521415D9-36F7-43E2-AB2F-B90AF26B5E84}}">'
        '<p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"><p14:section name="Old" '
        'id="{11111111-1111-1111-1111-111111111111}"><p14:sldIdLst><p14:sldId id="256"/></p14:sldIdLst></p14:section>'
        "</p14:sectionLst></p:ext></p:extLst>"
    )
    presentation.part._element.append(sections)
    return _saved(presentation)


def dark() -> bytes:
    """16:9, white capitals on black by the master's own colours, narrow title, a logo at the lower right."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Emu(12_192_000), Emu(6_858_000)
    master = presentation.slide_master
    master.background.fill.solid()
    master.background.fill.fore_color.rgb = RGBColor(0x10, 0x18, 0x28)
    for style in ("p:titleStyle", "p:bodyStyle"):
        for fill in master._element.find(".//" + qn(style)).iter(qn("a:solidFill")):
            for old in list(fill):
                fill.remove(old)
            etree.SubElement(fill, qn("a:srgbClr"), val="F5F5F5")
    master._element.find(".//" + qn("p:titleStyle") + "/" + qn("a:lvl1pPr") + "/" + qn("a:defRPr")).set("cap", "all")
    for shape in master.placeholders:
        for fill in shape._element.iter(qn("a:solidFill")):
            for old in list(fill):
                fill.remove(old)
            etree.SubElement(fill, qn("a:srgbClr"), val="C0C8D0")
    logo = master.shapes._spTree
    box = presentation.slides.add_slide(presentation.slide_layouts[6]).shapes.add_shape(
        MSO_SHAPE.OVAL, Pt(870), Pt(430), Pt(70), Pt(70)
    )
    logo.append(box._element)
    return _saved(presentation)


def bare() -> bytes:
    """No placeholder at all: a blank layout with a coloured band at the left."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Emu(12_192_000), Emu(6_858_000)
    master = presentation.slide_master
    for layout in list(master.slide_layouts):
        if layout.name != "Blank":
            master.slide_layouts.remove(layout)
    for shape in [*master.placeholders, *master.slide_layouts[0].placeholders]:
        shape._element.getparent().remove(shape._element)
    band = presentation.slides.add_slide(master.slide_layouts[0]).shapes.add_shape(
        MSO_SHAPE.RECTANGLE, 0, 0, Pt(24), Pt(540)
    )
    master.shapes._spTree.append(band._element)
    return _saved(presentation)


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """The same file with a member more, or with another content of it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return packed.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def _saved(presentation) -> bytes:
    data = io.BytesIO()
    presentation.save(data)
    return data.getvalue()
