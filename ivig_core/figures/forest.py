"""Forest plot: rate ratios on against off IVIG by subgroup, with the numbers beside them."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.forest_marks import intervals, no_difference, points
from ivig_core.figures.forest_rows import Row, alt, axis_range, detail, finding, rows, ticks
from ivig_core.figures.frame import beside, column, frame, sentence
from ivig_core.figures.theme import FAINT, FOREST_REST, FOREST_ROW, MUTED, Type, type_of

HEAD = 1.6
"""Rows that the column heads take."""
PLOT = (0.54, 0.785)
COLUMNS = {
    "label": (0.0, "right", "<b>Subgroup</b>"),
    "patients": (0.295, "left", "<b>Patients</b>"),
    "infections": (0.362, "center", "<b>Infections<br>on / off</b>"),
    "rates": (0.472, "center", "<b>Rate a year<br>on / off</b>"),
    "ratio": (0.803, "right", "<b>Rate ratio<br>(95 % interval)</b>"),
    "p": (1.0, "left", "<b>Differ?<br>p</b>"),
}
"""Place (fraction of the width), the side on which the text stands, and the head."""
INDENT = 0.014
DIRECTIONS = (("← fewer infections on IVIG", "right", -8), ("more infections on IVIG →", "left", 8))
"""Text under the axis, and on which side of the line of no difference it stands."""


def forest(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """Forest plot of the rows of `estimate.subgroup.FOREST_COLUMNS`, of one factor or several below each other.

    Boxes have the area of the precision of their ratio; the overall row is a diamond as wide as its interval. A level
    without an estimate stays as a row that says why.
    """
    sizes = type_of(presentation)
    if table.empty:
        return sentence("forest", "No subgroup to show: none has two levels in this cohort.", sizes=sizes)
    lines = rows(table)
    text_size = 13 if not presentation else 18
    row_height = FOREST_ROW if not presentation else 40
    figure = frame(
        "forest", finding(table), detail(table), alt(table, lines), (len(lines) + HEAD) * row_height,
        sizes=sizes, below=round((FOREST_REST - 26) * sizes.scale),
    )  # fmt: skip
    low, high = axis_range(lines)
    _separators(figure, lines)
    intervals(figure, lines, low, high)
    points(figure, lines, low, high, sizes.scale)
    beside(figure, PLOT)
    _texts(figure, lines, text_size)
    _axes(figure, lines, (low, high), sizes)
    return figure


def _separators(figure: go.Figure, lines: list[Row]) -> None:
    places = [-0.5, *(at - 0.5 for at, line in enumerate(lines) if line.kind == "heading")]
    figure.update_layout(
        shapes=[
            {
                "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": place, "y1": place,
                "line": {"color": FAINT, "width": 1}, "layer": "below",
            }
            for place in dict.fromkeys(places)
        ] + no_difference(lines)
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
    marks, some = ticks(low, high), any(line.drawn for line in lines)
    figure.update_layout(
        xaxis={
            "type": "log", "domain": PLOT, "range": [math.log10(low), math.log10(high)], "tickmode": "array",
            "tickvals": marks, "ticktext": [f"{mark:g}" for mark in marks], "tickfont": {"size": sizes.text - 1},
            "fixedrange": True, "minor": {"ticks": ""}, "visible": some,
        },
        yaxis={"range": [len(lines) - 0.5, -(0.5 + HEAD)], "visible": False, "fixedrange": True},
    )  # fmt: skip
    for text, anchor, shift in DIRECTIONS if some else ():
        figure.add_annotation(
            text=text, x=0, xref="x", xanchor=anchor, xshift=shift, y=0, yref="paper", yanchor="top",
            yshift=-round(26 * sizes.scale), showarrow=False, font={"size": sizes.text - 1, "color": MUTED},
            name="direction",
        )  # fmt: skip
