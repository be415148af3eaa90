"""A figure as it stands on a slide: without the title that the slide has, as large as its room, no text below 12 pt."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from html import unescape
from typing import Any, NamedTuple

import plotly.graph_objects as go

from ivig_core.report.pptx.lower import PAD, Lower, small_print_height, stands, text_size

Parts = dict[str, Any]
SMALLEST = 12.0
"""Size in pt of the smallest text."""
_LARGEST, _STEPS, _TEXT, _HEIGHT = 1.0, 12, 14, 450
_LEAST_WIDTH = 800, 55
"""Width in px, and in sizes of type, below which columns of text in a figure meet."""
_STRETCHED = 1.3
"""A figure becomes at most so many times as high as it is."""


class Sized(NamedTuple):
    """A figure of `width` × `height` px for a slide on which a px is `scale` pt."""

    figure: Parts
    width: int
    height: int
    scale: float


def without_title(figure: go.Figure) -> Parts:
    """A copy, as plotly.js is given it, whose detail and mark of synthetic data stand where the finding was."""
    parts: Parts = figure.to_plotly_json()
    layout = parts["layout"] = {"height": _HEIGHT, **parts["layout"]}
    title = layout.get("title") or {}
    detail = (title.get("subtitle") or {}).get("text")
    if detail is None:
        return parts
    lines = title["text"].count("<br>") + 1 if title.get("text") else 0
    gone = round(lines * title.get("font", {}).get("size", _TEXT) * 1.3)
    face = title["subtitle"].get("font", {})
    old, size = layout["height"], face.get("size", _TEXT)
    for legend in (layout[name] for name in layout if name.startswith("legend") and stands(layout[name])):
        legend["y"] *= old / (old - gone)
    layout["height"] = old - gone
    margin = layout["margin"] = dict(layout.get("margin", {}))
    margin["t"] = max(margin.get("t", 0) - gone, 2 * size)
    # plotly sets the first of several lines 0.7 em too high
    pad = {**title.get("pad", {}), "t": PAD + (round(size * 0.7) if "<br>" in detail else 0)}
    layout["title"] = {**title, "text": detail, "font": face, "subtitle": {"text": ""}, "pad": pad}
    return parts


def without_small_print(figure: Parts) -> tuple[Parts, list[str]]:
    """The figure without the lines at its foot, and these lines as plain text."""
    notes = [one for one in figure["layout"].get("annotations", ()) if one.get("name") == "note"]
    if not notes:
        return figure, []
    layout = deepcopy(figure["layout"])
    gone = sum(small_print_height(one, text_size(layout)) for one in notes)
    old = layout["height"]
    layout["annotations"] = [one for one in layout["annotations"] if one.get("name") != "note"]
    layout["height"] = old - gone
    layout["margin"]["b"] -= gone
    for legend in (layout[name] for name in layout if name.startswith("legend") and stands(layout[name])):
        legend["y"] = (legend["y"] * old - gone) / (old - gone)
    said = [unescape(one["text"].replace("<br>", " ")) for one in notes]
    return {**figure, "layout": layout}, said


def least_height(figure: Parts, wide: float) -> float:
    """Height in pt that a figure needs in `wide` pt for all its text to have 12 pt."""
    least = SMALLEST / smallest_text(figure)
    return Lower(figure, wide / least).least * least


def sized(figure: Parts, room: tuple[float, float]) -> Sized:
    """The figure for `room` (width, height in pt): large text where there is room, lower rows where there is not.

    Text is smaller than 12 pt only where rows or columns of it would meet otherwise.
    """
    wide, high = room
    least = SMALLEST / smallest_text(figure)
    most = min(_LARGEST, wide / max(_LEAST_WIDTH[0], _LEAST_WIDTH[1] * text_size(figure["layout"])))
    least = min(least, most)
    for step in range(_STEPS + 1):
        scale = most + (least - most) * step / _STEPS
        lower = Lower(figure, wide / scale)
        if lower.natural * scale <= high:
            break
    while lower.least * scale > high * 1.001:
        scale = min(scale * 0.99, high / lower.least)
        lower = Lower(figure, wide / scale)
    height = min(high / scale, lower.natural * _STRETCHED)
    return Sized(lower.made(height), round(wide / scale), round(height), scale)


def smallest_text(figure: Parts) -> float:
    """The smallest size of type in a figure in px."""
    shown = {"data": figure["data"], "layout": {**figure["layout"], "template": None}}
    return min([text_size(figure["layout"]), *_sizes(shown, "")])


def _sizes(part: Any, name: str) -> Iterator[float]:
    if isinstance(part, dict):
        if name.endswith("font") and isinstance(part.get("size"), int | float):
            yield float(part["size"])
        for key, value in part.items():
            if key not in ("hoverlabel", "marker", "subtitle"):
                yield from _sizes(value, str(key))
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _sizes(value, name)
