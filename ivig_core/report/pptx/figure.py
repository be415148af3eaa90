"""A figure as it stands on a slide: without the title that the slide has, as large as its room, no text below 12 pt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import plotly.graph_objects as go

from ivig_core.report.pptx.lower import Lower

SMALLEST = 12.0
"""Size in pt of the smallest text."""
_LARGEST, _STEPS, _TEXT, _HEIGHT = 1.0, 12, 14, 450
_LEAST_WIDTH = 800
"""Width in px below which texts of a figure come too near each other."""
_STRETCHED = 1.3
"""A figure becomes at most so many times as high as it is."""


class Sized(NamedTuple):
    """A figure of `width` × `height` px for a slide on which a px is `scale` pt."""

    figure: go.Figure
    width: int
    height: int
    scale: float


def without_title(figure: go.Figure) -> go.Figure:
    """A copy whose detail and mark of synthetic data stand at its top, where the finding was."""
    copy = go.Figure(figure)
    title = copy.layout.title
    if title.subtitle.text is None:
        return copy
    detail = title.subtitle.text
    gone = round((title.text.count("<br>") + 1) * (title.font.size or _TEXT) * 1.3) if title.text else 0
    size = title.subtitle.font.size or _TEXT
    # plotly sets the first of several lines 0.7 em too high
    pad = 8 + (round(size * 0.7) if "<br>" in detail else 0)
    old = copy.layout.height or _HEIGHT
    for legend in legends(copy):
        legend.y = legend.y * old / (old - gone)
    copy.layout.height = old - gone
    copy.layout.margin.t = max((copy.layout.margin.t or 0) - gone, 2 * size)
    face = title.subtitle.font.to_plotly_json()
    copy.update_layout(title={"text": detail, "font": face, "subtitle": {"text": ""}, "pad": {"t": pad}})
    return copy


def legends(figure: go.Figure) -> list[Any]:
    """The legends that stand in the lower margin."""
    names = [name for name in figure.layout if name.startswith("legend")]
    found = [figure.layout[name] for name in sorted(names)]
    return [legend for legend in found if legend.yref == "container" and legend.y is not None]


def least_height(figure: go.Figure, wide: float) -> float:
    """Height in pt that a figure needs in `wide` pt for all its text to have 12 pt."""
    least = SMALLEST / smallest_text(figure)
    return Lower(figure, wide / least).least * least


def sized(figure: go.Figure, room: tuple[float, float]) -> Sized:
    """The figure for `room` (width, height in pt): large text where there is room, lower rows where there is not.

    Text is smaller than 12 pt only where rows of it would meet otherwise.
    """
    wide, high = room
    least = SMALLEST / smallest_text(figure)
    most = max(min(_LARGEST, wide / _LEAST_WIDTH), least)
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


def smallest_text(figure: go.Figure) -> float:
    """The smallest size of type in a figure in px."""
    parts = figure.to_plotly_json()
    shown = {"data": parts.get("data"), "layout": {**parts.get("layout", {}), "template": None}}
    base = figure.layout.template.layout.font.size or figure.layout.font.size or _TEXT
    return min([float(base), *_sizes(shown, "")])


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
