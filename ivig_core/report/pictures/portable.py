"""SVG as all programs read it: a browser knows more of it than PowerPoint and LibreOffice do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from xml.etree import ElementTree as Xml

_SVG = "{http://www.w3.org/2000/svg}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NAME = "name-to-come"
Xml.register_namespace("", _SVG[1:-1])
Xml.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def portable(svg: str) -> str:
    """The same picture with lines of text at heights in px, spaces kept, and written in one way.

    Heights of lines are in sizes of type (`dy="0.7em"`) in what plotly draws, which LibreOffice passes over; spaces are
    kept by a style, which PowerPoint does. plotly draws lots for names: here the content decides them, so that equal
    figures are equal files and no two on one page share a name.
    """
    root = Xml.fromstring(svg)
    for text in root.iter(f"{_SVG}text"):
        text.set(_SPACE, "preserve")
        lines = [line for line in text.iter(f"{_SVG}tspan") if line.get("y") is not None]
        for line in lines or [text]:
            _lower(line, _size(line) or _size(text))
        if lines:
            text.attrib.pop("dy", None)
    written = Xml.tostring(root, encoding="unicode")
    lot = next(_lots(written), None)
    blank = Xml.canonicalize(written.replace(lot, _NAME) if lot else written)
    return blank.replace(_NAME, hashlib.sha256(blank.encode()).hexdigest()[:10])


def _lots(svg: str) -> Iterator[str]:
    return (found[1] for found in re.finditer(r'id="defs-([0-9a-f]+)"', svg))


def _lower(line: Xml.Element, size: float) -> None:
    """Puts a line, whose height is `y` and `dy` sizes of type, to the height that this is."""
    moved = re.fullmatch(r"(-?[\d.]+)em", line.get("dy", ""))
    if moved is not None and size:
        line.set("y", f"{float(line.get('y', '0')) + float(moved[1]) * size:g}")
        del line.attrib["dy"]


def _size(part: Xml.Element) -> float:
    said = re.search(r"font-size:\s*([\d.]+)px", part.get("style", ""))
    return float(said[1]) if said else 0.0
