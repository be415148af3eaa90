"""Forest plot: rate ratios on against off IVIG by subgroup, with the numbers beside them."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.forest_rows import Row, alt, axis_range, detail, finding, rows, ticks
from ivig_core.figures.frame import beside, column, frame, sentence
from ivig_core.figures.theme import FAINT, FOREST_REST, FOREST_ROW, INK, MUTED, Type, type_of

HEAD = 1.6
"""Rows that the column heads take."""
PLOT = (0.54, 0.742)
COLUMNS = {
    "label": (0.0, "right", "<b>Subgroup</b>"),
    "patients": (0.295, "left", "<b>Patients</b>"),
    "infections": (0.362, "center", "<b>Infections<br>on / off</b>"),
    "rates": (0.472, "center", "<b>Rate a year<br>on / off</b>"),
    "ratio": (0.763, "right", "<b>Rate ratio<br>(95 % interval)</b>"),
    "p": (1.0, "left", "<b>Differ?<br>p</b>"),
}
"""Place (fraction of the width), the side on which the text stands, and the head."""
INDENT = 0.014
LARGEST, SMALLEST = 15, 5


def forest(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """Forest plot of the rows of `estimate.subgroup.FOREST_COLUMNS`, of one factor or several below each other.

    Boxes have the area of the precision of their ratio; the overall row is a diamond as wide as its interval. A level
    without an estimate stays as a row that says why.
    """
    sizes = type_of(presentation)
    if table.empty:
        return sentence("forest", "No subgroup to show: none has two levels in this cohort.", sizes=sizes)
    lines = rows(table)
    text_size = 13 if not presentation else 16
    row_height = FOREST_ROW if not presentation else 36
    figure = frame(
        "forest", finding(table), detail(table), alt(table, lines), (len(lines) + HEAD) * row_height,
        sizes=sizes, below=round((FOREST_REST - 26) * sizes.scale),
    )  # fmt: skip
    low, high = axis_range(lines)
    _separators(figure, lines)
    _intervals(figure, lines, low, high)
    _points(figure, lines, low, high, sizes.scale)
    beside(figure, PLOT)
    _texts(figure, lines, text_size)
    _axes(figure, lines, (low, high), sizes)
    return figure


def _separators(figure: go.Figure, lines: list[Row]) -> None:
    places = [-0.5, *(at - 0.5 for at, line in enumerate(lines) if line.kind == "heading")]
    for place in dict.fromkeys(places):
        figure.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=place, y1=place, line={"color": FAINT, "width": 1}, layer="below"
        )
    # The line of no difference leaves out rows with a sentence in its place.
    some = any(line.drawn for line in lines)
    for at in (at for at, line in enumerate(lines) if some and not line.reason):
        figure.add_shape(
            type="line", x0=1, x1=1, xref="x", y0=at - 0.5, y1=at + 0.5, line={"color": MUTED, "width": 1},
            layer="below", name="no difference",
        )  # fmt: skip


def _intervals(figure: go.Figure, lines: list[Row], low: float, high: float) -> None:
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


def _points(figure: go.Figure, lines: list[Row], low: float, high: float, scale: float) -> None:
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
            _diamond(figure, at, line, low, high)


def _width(line: Row) -> float:
    """Width of an interval on the log scale: the standard error up to a factor; one that is open is wide."""
    return math.log(line.high / line.low) if line.low and line.high else math.log(1000)


def _diamond(figure: go.Figure, at: int, line: Row, low: float, high: float) -> None:
    first, last = max(line.low or low, low), min(line.high or high, high)
    figure.add_scatter(
        x=[first, line.irr, last, line.irr, first], y=[at, at - 0.3, at, at + 0.3, at], mode="lines", fill="toself",
        fillcolor=INK, line={"color": INK, "width": 1}, hoverinfo="skip", showlegend=False, name="overall",
    )  # fmt: skip
    figure.add_scatter(
        x=[line.irr], y=[at], mode="markers", marker={"size": 14, "color": INK, "opacity": 0}, showlegend=False,
        hovertext=[line.hover], hoverinfo="text", name="overall ratio",
    )  # fmt: skip


def _texts(figure: go.Figure, lines: list[Row], size: float) -> None:
    for name, (x, side, head) in COLUMNS.items():
        here = [(at, line) for at, line in enumerate(lines) if getattr(line, name)]
        bold = {at for at, line in here if line.kind != "level" and name == "label"}
        text = [f"<b>{getattr(line, name)}</b>" if at in bold else getattr(line, name) for at, line in here]
        indent = [INDENT if name == "label" and line.kind == "level" else 0.0 for _, line in here]
        places = [x, *(x + more for more in indent)], [-(0.5 + HEAD / 2), *(float(at) for at, _ in here)]
        hover = ["", *(line.hover for _, line in here)] if name == "ratio" else None
        column(figure, name, places, [head, *text], side, {"size": size}, hover)
    without = [(at, line) for at, line in enumerate(lines) if line.reason]
    if without:
        column(
            figure, "reasons", ([PLOT[0]] * len(without), [float(at) for at, _ in without]),
            [f"<i>{line.reason}</i>" for _, line in without], "right", {"size": size, "color": MUTED},
            [line.hover for _, line in without],
        )  # fmt: skip


def _axes(figure: go.Figure, lines: list[Row], limits: tuple[float, float], sizes: Type) -> None:
    low, high = limits
    marks = ticks(low, high)
    figure.update_layout(
        xaxis={
            "type": "log", "domain": PLOT, "range": [math.log10(low), math.log10(high)], "tickmode": "array",
            "tickvals": marks, "ticktext": [f"{mark:g}" for mark in marks], "tickfont": {"size": sizes.text - 1},
            "fixedrange": True, "minor": {"ticks": ""},
        },
        yaxis={"range": [len(lines) - 0.5, -(0.5 + HEAD)], "visible": False, "fixedrange": True},
    )  # fmt: skip
    for text, anchor, shift in (("← fewer infections on IVIG", "right", -8), ("more infections on IVIG →", "left", 8)):
        figure.add_annotation(
            text=text, x=0, xref="x", xanchor=anchor, xshift=shift, y=0, yref="paper", yanchor="top",
            yshift=-round(26 * sizes.scale), showarrow=False, font={"size": sizes.text - 1, "color": MUTED},
            name="direction",
        )  # fmt: skip
