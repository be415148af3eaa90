"""Our own template: 16:9, white, Arial, one blue; a title slide and a slide with a title and room beneath it."""

from __future__ import annotations

from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from ivig_core.figures.theme import GROUP_COLOURS, INK, IVIG_BLUE, MUTED, OBSERVATION_ORANGE
from ivig_core.report.pptx.tables import INSET_X

WIDTH, HEIGHT = 960, 540
"""Size of a slide in pt."""
_PLACES = {
    "title": (40, 22, 880, 66), "ctrTitle": (60, 130, 840, 130), "subTitle": (60, 276, 840, 180),
    "body": (40, 100, 880, 386), "ftr": (40, 506, 780, 22), "sldNum": (840, 506, 80, 22),
}  # fmt: skip
_KEPT = ("Title Slide", "Title and Content", "Title Only")
_COLOURS = {
    "dk1": INK, "lt1": "#FFFFFF", "dk2": MUTED, "lt2": "#F2F5F7", "accent1": IVIG_BLUE, "accent2": OBSERVATION_ORANGE,
    "accent3": GROUP_COLOURS[0], "accent4": GROUP_COLOURS[1], "accent5": GROUP_COLOURS[2], "accent6": GROUP_COLOURS[3],
}  # fmt: skip


def own_template() -> Any:
    """The template, made from the blank one that python-pptx brings."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
    presentation.part._element.find(qn("p:sldSz")).attrib.pop("type", None)
    master = presentation.slide_master
    for layout in list(master.slide_layouts):
        if layout.name not in _KEPT:
            master.slide_layouts.remove(layout)
    for shapes in (master.placeholders, *(layout.placeholders for layout in master.slide_layouts)):
        for shape in list(shapes):
            _place(shape)
    _type(master._element)
    _theme(master)
    _rule(master)
    return presentation


def _place(shape: Any) -> None:
    kind = shape._element.find(".//" + qn("p:ph")).get("type", "body")
    if kind == "dt":
        shape._element.getparent().remove(shape._element)
    elif kind in _PLACES:
        shape.left, shape.top, shape.width, shape.height = map(Pt, _PLACES[kind])
    text = shape._element.find(".//" + qn("a:bodyPr"))
    if kind in ("title", "ctrTitle", "subTitle"):
        text.set("anchor", "t" if kind == "subTitle" else "b")
    if kind in _PLACES:
        text.set("lIns", str(Pt(INSET_X)))
        text.set("rIns", str(Pt(INSET_X)))
    if kind in ("subTitle", "ftr", "sldNum"):
        _aligned(shape, kind)


def _aligned(shape: Any, kind: str) -> None:
    """Subtitle and foot: left, the number right, in grey."""
    style = shape._element.find(".//" + qn("a:lstStyle"))
    for old in list(style):
        style.remove(old)
    level = etree.SubElement(style, qn("a:lvl1pPr"), algn="r" if kind == "sldNum" else "l", marL="0", indent="0")
    etree.SubElement(level, qn("a:buNone"))
    face = etree.SubElement(level, qn("a:defRPr"), sz="1800" if kind == "subTitle" else "1100")
    etree.SubElement(etree.SubElement(face, qn("a:solidFill")), qn("a:schemeClr"), val="tx2")


def _type(master: Any) -> None:
    title = master.find(".//" + qn("p:titleStyle") + "/" + qn("a:lvl1pPr"))
    title.set("algn", "l")
    title.find(qn("a:defRPr")).set("sz", "2600")
    title.find(qn("a:defRPr")).set("b", "1")
    for number, size in enumerate((1800, 1600, 1400, 1400, 1400), 1):
        level = master.find(".//" + qn("p:bodyStyle") + "/" + qn(f"a:lvl{number}pPr"))
        level.find(qn("a:defRPr")).set("sz", str(size))


def _theme(master: Any) -> None:
    part = next(link.target_part for link in master.part.rels.values() if link.reltype.endswith("/theme"))
    theme = etree.fromstring(part.blob)
    theme.set("name", "IVIG")
    for name, colour in _COLOURS.items():
        holder = theme.find(".//" + qn(f"a:{name}"))
        holder.clear()
        etree.SubElement(holder, qn("a:srgbClr"), val=colour.lstrip("#"))
    for font in theme.iter(qn("a:latin")):
        font.set("typeface", "Arial")
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _rule(master: Any) -> None:
    """A thin line above the foot of every slide."""
    line = master.shapes._spTree
    number = max(int(shape.get("id")) for shape in line.iter(qn("p:cNvPr"))) + 1
    line.append(
        etree.fromstring(
            f'<p:cxnSp xmlns:p="{line.nsmap["p"]}" xmlns:a="{line.nsmap["a"]}"><p:nvCxnSpPr>'
            f'<p:cNvPr id="{number}" name="Rule"/><p:cNvCxnSpPr/><p:nvPr userDrawn="1"/></p:nvCxnSpPr><p:spPr><a:xfrm>'
            f'<a:off x="{Pt(40)}" y="{Pt(500)}"/><a:ext cx="{Pt(880)}" cy="{Emu(0)}"/></a:xfrm>'
            '<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="9525"><a:solidFill><a:schemeClr val="accent1"/>'
            "</a:solidFill></a:ln></p:spPr></p:cxnSp>"
        )
    )
