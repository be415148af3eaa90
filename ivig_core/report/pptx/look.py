"""What a layout of a template offers: where its title, its room, its foot are, and in which type and colour."""

from __future__ import annotations

import colorsys
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, NamedTuple

from lxml import etree
from pptx.oxml.ns import qn

_EMU = 12_700
_GAP = 8.0
_LIKE_ARIAL = {"arial", "helvetica", "helvetica neue", "liberation sans", "arimo", "arial narrow"}
_WIDEST = 1.2
_PRESETS = {"white": "FFFFFF"}
_DEFAULT_TITLE, _LARGEST_TITLE = 28, 28


class Box(NamedTuple):
    """A place on a slide in pt."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def below(self, top: float) -> Box:
        """What of it lies below `top`."""
        return Box(self.left, top, self.width, max(self.bottom - top, 0.0)) if top > self.top else self


@dataclass(frozen=True, eq=False)
class Look:
    """A layout and what is put where on its slides.

    `has`: kinds of placeholders that its slides can have; the others become text boxes. `wide`: how much wider than
    Arial the type of titles and of text may be. `ink`: the colour of text as XML, none where the theme's own. `dark`:
    whether that text is light.
    """

    layout: Any
    size: tuple[float, float]
    has: frozenset[str]
    title: Box
    area: Box
    foot: Box
    number: Box
    title_size: int
    capitals: bool
    wide: tuple[float, float]
    ink: Any
    dark: bool


def looks(presentation: Any) -> tuple[Look, Look]:
    """The layouts for the title slide and for every other slide."""
    layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    size = presentation.slide_width / _EMU, presentation.slide_height / _EMU
    inside = min(layouts, key=_unfit_for_content)
    first = min(layouts, key=_unfit_for_title)
    return _look(first, size), _look(inside, size)


def kind_of(shape: Any) -> str:
    """Kind of a placeholder: "title" (also of a title slide), "subTitle", "body" for all that take content, …"""
    holder = shape._element.find(".//" + qn("p:ph"))
    kind = str(holder.get("type", "obj"))
    return {"ctrTitle": "title", "obj": "body"}.get(kind, kind)


def _kinds(layout: Any) -> list[str]:
    return [kind_of(shape) for shape in layout.placeholders]


def _unfit_for_content(layout: Any) -> tuple[int, ...]:
    """The less, the better: a title with one large place for content, else a title alone, else nothing at all."""
    kinds, named = _kinds(layout), layout._element.get("type", "")
    extra = sum(kind not in ("title", "body", "dt", "ftr", "sldNum") for kind in kinds)
    order = {"obj": 0, "titleOnly": 1}.get(named, 2)
    return (
        int("title" not in kinds or "vert" in named.lower() or named in ("title", "secHead")),
        int(order > 1 and kinds.count("body") > 1), extra, order, abs(kinds.count("body") - 1), len(kinds),
    )  # fmt: skip


def _unfit_for_title(layout: Any) -> tuple[int, ...]:
    kinds, named = _kinds(layout), layout._element.get("type", "")
    return int(named != "title"), int("title" not in kinds), int("subTitle" not in kinds), len(kinds)


def _look(layout: Any, size: tuple[float, float]) -> Look:
    wide, high = size
    page = Box(0, 0, wide, high)
    margin = round(0.042 * wide, 1)
    boxes = {}
    for shape in layout.placeholders:
        box = _box(shape)
        if box is not None and kind_of(shape) not in boxes:
            boxes[kind_of(shape)] = _within(box, page)
    low = high - 0.062 * high
    number = boxes.get("sldNum") or Box(wide - margin - 60, low, 60, 20)
    foot = boxes.get("ftr") or Box(margin, low, wide - 3 * margin - 60, 20)
    foot = _widened(foot, number, margin, wide)
    title = boxes.get("title") or Box(margin, 0.05 * high, wide - 2 * margin, 0.15 * high)
    body = boxes.get("body")
    if body is None or body.width < 0.5 * wide or body.height < 0.4 * high:
        body = Box(min(margin, title.left), title.bottom + _GAP, wide - 2 * min(margin, title.left), high)
    end = min(foot.top, number.top) if min(foot.top, number.top) > 0.6 * high else high - margin / 2
    top = max(body.top, title.bottom + 2) if title.bottom < 0.5 * high else body.top
    area = Box(body.left, top, body.width, max(min(body.bottom, end - _GAP) - top, 0.0))
    ink = _ink(layout)
    return Look(
        layout, size, frozenset(boxes) & {"title", "ftr", "sldNum", "subTitle", "body"}, title,
        _clear(area, _obstacles(layout, page)), foot, number, _title_size(layout), _capitals(layout),
        (_wide(layout, "title", "titleStyle"), _wide(layout, "body", "bodyStyle")), ink,
        _light(ink, layout),
    )  # fmt: skip


def _box(shape: Any) -> Box | None:
    if shape.left is None or shape.width is None or not shape.width or not shape.height:
        return None
    return Box(*(value / _EMU for value in (shape.left, shape.top, shape.width, shape.height)))


def _within(box: Box, page: Box) -> Box:
    left, top = max(box.left, 0.0), max(box.top, 0.0)
    return Box(left, top, max(min(box.right, page.right) - left, 40.0), max(min(box.bottom, page.bottom) - top, 14.0))


def _widened(foot: Box, number: Box, margin: float, wide: float) -> Box:
    """The foot takes the row that it stands in: a date, which is in its text, has no place of its own."""
    beside = abs(number.top - foot.top) < foot.height and number.left > foot.left
    right = number.left - _GAP / 2 if beside else wide - margin
    left = min(foot.left, margin)
    return Box(left, foot.top, max(right - left, foot.width), foot.height)


def _obstacles(layout: Any, page: Box) -> list[Box]:
    """Logos and lines of the layout and its master; what is larger than a seventh of the slide is its ground."""
    found = []
    for shape in [*layout.shapes, *layout.slide_master.shapes]:
        if shape.is_placeholder or shape.left is None or shape.width is None:
            continue
        box = Box(*((value or 0) / _EMU for value in (shape.left, shape.top, shape.width, shape.height)))
        if box.width * box.height < page.width * page.height / 7:
            found.append(box)
    return found


def _clear(area: Box, obstacles: list[Box]) -> Box:
    """The largest part of the area that no obstacle reaches into, where that is at least half of it."""
    for one in obstacles:
        if one.left >= area.right or one.right <= area.left or one.top >= area.bottom or one.bottom <= area.top:
            continue
        parts = [
            Box(area.left, area.top, one.left - area.left - _GAP, area.height),
            Box(one.right + _GAP, area.top, area.right - one.right - _GAP, area.height),
            Box(area.left, area.top, area.width, one.top - area.top - _GAP),
            Box(area.left, one.bottom + _GAP, area.width, area.bottom - one.bottom - _GAP),
        ]
        best = max(parts, key=lambda part: max(part.width, 0) * max(part.height, 0))
        if best.width * best.height >= 0.5 * area.width * area.height and best.width > 0 and best.height > 0:
            area = best
    return area


def _styles(layout: Any, kind: str, style: str) -> list[Any]:
    """Where the first level's type of a kind of placeholder is said, the nearest first."""
    found = []
    for holder in (layout, layout.slide_master):
        for shape in holder.placeholders:
            if kind_of(shape) == kind:
                found += shape._element.findall(".//" + qn("a:lstStyle") + "/" + qn("a:lvl1pPr") + "/" + qn("a:defRPr"))
    path = f".//{qn('p:' + style)}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}"
    return [*found, *layout.slide_master._element.findall(path)]


def _said(layout: Any, name: str) -> str:
    return next((face.get(name) for face in _styles(layout, "title", "titleStyle") if face.get(name)), "")


def _title_size(layout: Any) -> int:
    said = _said(layout, "sz")
    return min(int(said) // 100, _LARGEST_TITLE) if said.isdigit() else _DEFAULT_TITLE


def _capitals(layout: Any) -> bool:
    return _said(layout, "cap") == "all"


def _wide(layout: Any, kind: str, style: str) -> float:
    """1 for type as wide as Arial; else as wide as what stands for type that a computer does not have."""
    named = [face.find(qn("a:latin")) for face in _styles(layout, kind, style)]
    name = next((str(latin.get("typeface")) for latin in named if latin is not None), "+mn-lt")
    if name.startswith("+"):
        theme = _theme(layout)
        path = f".//{qn('a:majorFont' if name.startswith('+mj') else 'a:minorFont')}/{qn('a:latin')}"
        latin = theme.find(path) if theme is not None else None
        name = str(latin.get("typeface", "")) if latin is not None else ""
    return 1.0 if name.lower() in _LIKE_ARIAL else _WIDEST


def _ink(layout: Any) -> Any:
    for face in _styles(layout, "body", "bodyStyle"):
        fill = face.find(qn("a:solidFill"))
        if fill is not None and len(fill):
            return deepcopy(fill)
    return None


def _light(ink: Any, layout: Any) -> bool:
    """Whether text in this colour is for a dark ground."""
    colour = ink[0] if ink is not None else None
    name = "tx1" if colour is None else str(colour.get("val", ""))
    kind = "schemeClr" if colour is None else etree.QName(colour).localname
    value = {"schemeClr": _theme_colour(layout, name), "srgbClr": name, "prstClr": _PRESETS.get(name, "")}.get(kind, "")
    if re.fullmatch("[0-9A-Fa-f]{6}", value) is None:
        value = str(colour.get("lastClr", "000000")) if colour is not None else "000000"
    return colorsys.rgb_to_hls(*(int(value[at : at + 2], 16) / 255 for at in (0, 2, 4)))[1] > 0.6


def _theme(layout: Any) -> Any:
    links = layout.slide_master.part.rels.values()
    part = next((link.target_part for link in links if link.reltype.endswith("/theme")), None)
    return etree.fromstring(part.blob) if part is not None else None


def _theme_colour(layout: Any, name: str) -> str:
    master = layout.slide_master
    names = layout._element.find(".//" + qn("a:overrideClrMapping"))
    names = master._element.find(qn("p:clrMap")) if names is None else names
    name = names.get(name, name) if names is not None else name
    theme = _theme(layout)
    holder = theme.find(".//" + qn(f"a:{name}")) if theme is not None else None
    if holder is None or not len(holder):
        return "000000"
    return str(holder[0].get("lastClr") or holder[0].get("val") or "000000")
