"""A figure as it stands on a slide: without the title that the slide has, as large as its room, no text below 12 pt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go

SMALLEST = 12.0
"""Size in pt of the smallest text."""
_LARGEST, _NOMINAL_TEXT = 1.0, 14
_LEAST_WIDTH = 800
"""Width in px below which texts of a figure come too near each other."""
_SQUEEZED, _STRETCHED = 0.85, 1.3
"""Parts of its height to which a figure is made lower or higher, before its text is made smaller."""


def without_title(figure: go.Figure) -> go.Figure:
    """A copy whose detail and mark of synthetic data stand at its top, where the finding was."""
    copy = go.Figure(figure)
    title = copy.layout.title
    if title.subtitle.text is None:
        return copy
    detail = title.subtitle.text
    lines = title.text.count("<br>") + 1 if title.text else 0
    gone = round(lines * (title.font.size or 18) * 1.3)
    size = title.subtitle.font.size or _NOMINAL_TEXT
    # plotly sets the first of several lines 0.7 em too high
    pad = 8 + (round(size * 0.7) if "<br>" in detail else 0)
    resize(copy, round((copy.layout.height or 450) - gone), max((copy.layout.margin.t or 0) - gone, 30))
    copy.update_layout(title={"text": detail, "font": title.subtitle.font.to_plotly_json(), "subtitle": {"text": ""}, "pad": {"t": pad}})
    return copy


def resize(figure: go.Figure, height: int, top: float | None = None) -> None:
    """Gives the figure another height; legends below it keep their distance from its foot."""
    old = figure.layout.height or height
    for name in figure.layout:
        legend = figure.layout[name]
        if name.startswith("legend") and legend.yref == "container" and legend.y is not None:
            legend.y = min(max(legend.y * old / height, -2), 3)
    figure.layout.height = height
    if top is not None:
        figure.layout.margin.t = top


def sized(figure: go.Figure, room: tuple[float, float]) -> tuple[int, int, float]:
    """Width and height in px in which to draw a figure for `room` (width, height in pt), and pt to a px on the slide.

    Larger than needed for 12 pt where there is room for it; smaller text only where the figure would be too low for
    its rows otherwise.
    """
    natural = float(figure.layout.height or 450)
    least = SMALLEST / smallest_text(figure)
    most = max(min(_LARGEST, room[0] / _LEAST_WIDTH), least)
    scale = min(max(room[1] / natural, least), most)
    if natural * _SQUEEZED * scale > room[1]:
        scale = room[1] / (natural * _SQUEEZED)
    high = min(room[1] / scale, natural * _STRETCHED)
    return round(room[0] / scale), round(high), scale


def smallest_text(figure: go.Figure) -> float:
    """The smallest size of type in a figure in px."""
    parts = figure.to_plotly_json()
    shown = {"data": parts.get("data"), "layout": {**parts.get("layout", {}), "template": None}}
    base = figure.layout.template.layout.font.size or figure.layout.font.size or _NOMINAL_TEXT
    return min([float(base), *_sizes(shown, "")])


def _sizes(part: Any, name: str) -> Iterator[float]:
    if isinstance(part, dict):
        if name.endswith("font") and isinstance(part.get("size"), int | float):
            yield float(part["size"])
        for key, value in part.items():
            if key not in ("hoverlabel", "marker"):
                yield from _sizes(value, str(key))
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _sizes(value, name)
