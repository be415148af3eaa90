"""What a forest plot draws of its rows: the line of no difference, intervals, boxes and the diamond of everybody."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from ivig_core.figures.forest_parts.rows import Row
from ivig_core.figures.theme import INK, MUTED

LARGEST, SMALLEST = 15, 5


def no_difference(lines: Sequence[Row]) -> list[dict[str, Any]]:
    """Shapes of the line at a ratio of 1; it leaves out rows with a sentence in its place."""
    if not any(line.drawn for line in lines):
        return []
    free = [at for at, line in enumerate(lines) if not line.reason]
    firsts = [at for at in free if at - 1 not in free]
    lasts = [at for at in free if at + 1 not in free]
    return [
        {
            "type": "line", "x0": 1, "x1": 1, "xref": "x", "y0": first - 0.5, "y1": last + 0.5,
            "line": {"color": MUTED, "width": 1}, "layer": "below", "name": "no difference",
        }
        for first, last in zip(firsts, lasts, strict=True)
    ]  # fmt: skip


def intervals(figure: go.Figure, lines: Sequence[Row], low: float, high: float) -> None:
    """The lines, cut at the edge of the axis, and an arrow where one goes on."""
    x, y = [], []
    arrows: dict[str, list[tuple[float, int]]] = {"triangle-left": [], "triangle-right": []}
    for at, line in enumerate(lines):
        if not line.drawn:
            continue
        first, last = line.low or 0.0, math.inf if line.high is None else line.high
        if first < low:
            arrows["triangle-left"].append((low, at))
        if last > high:
            arrows["triangle-right"].append((high, at))
        if line.kind == "level" or not low <= first <= last <= high:
            x += [min(max(first, low), high), max(min(last, high), low), None]
            y += [at, at, None]
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": INK, "width": 1.5}, hoverinfo="skip", showlegend=False, name="intervals",
        connectgaps=False,
    )  # fmt: skip
    for symbol, places in arrows.items():
        if places:
            figure.add_scatter(
                x=[place for place, _ in places], y=[at for _, at in places], mode="markers", name=symbol,
                marker={"symbol": symbol, "size": 9, "color": INK}, hoverinfo="skip", showlegend=False,
                cliponaxis=False,
            )  # fmt: skip


def points(
    figure: go.Figure, lines: Sequence[Row], low: float, high: float, scale: float, diamond: float = 0.3
) -> None:  # fmt: skip
    """A box for each ratio inside the axis, its area by precision; for everybody a diamond of half height `diamond`."""
    inside = [(at, line) for at, line in enumerate(lines) if line.drawn and line.irr and low <= line.irr <= high]
    boxes = [(at, line) for at, line in inside if line.kind == "level"]
    widths = {at: _width(line) for at, line in boxes}
    narrowest = min(widths.values(), default=1.0)
    figure.add_scatter(
        x=[line.irr for _, line in boxes], y=[at for at, _ in boxes], mode="markers", name="ratios", showlegend=False,
        marker={
            "symbol": "square", "color": INK, "opacity": 1,
            "size": [scale * max(SMALLEST, LARGEST * narrowest / widths[at]) for at, _ in boxes],
        },
        hovertext=[line.hover for _, line in boxes], hoverinfo="text",
    )  # fmt: skip
    for at, line in inside:
        if line.kind == "overall":
            _diamond(figure, at, line, (low, high), diamond)


def _width(line: Row) -> float:
    """Width of an interval on the log scale: the standard error up to a factor; one that is open is wide."""
    return math.log(line.high / line.low) if line.low and line.high else math.log(1000)


def _diamond(figure: go.Figure, at: int, line: Row, limits: tuple[float, float], half: float) -> None:
    low, high = limits
    first, last = max(line.low or low, low), min(line.high or high, high)
    figure.add_scatter(
        x=[first, line.irr, last, line.irr, first], y=[at, at - half, at, at + half, at], mode="lines", fill="toself",
        fillcolor=INK, line={"color": INK, "width": 1}, hoverinfo="skip", showlegend=False, name="overall",
    )  # fmt: skip
    figure.add_scatter(
        x=[line.irr], y=[at], mode="markers", marker={"size": 14, "color": INK, "opacity": 0}, showlegend=False,
        hovertext=[line.hover], hoverinfo="text", name="overall ratio",
    )  # fmt: skip
