"""Forest plot of an early and a late start of IVIG against not having started, by kind of infection."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from ivig_core.figures.forest_marks import intervals, no_difference, points
from ivig_core.figures.forest_rows import Row, axis_range, ticks
from ivig_core.figures.frame import beside, column, frame, sentence
from ivig_core.figures.theme import FAINT, FOREST_REST, FOREST_ROW, MUTED, Type, type_of
from ivig_core.figures.timing_words import alt, detail, finding, lines
from ivig_core.study.timing import Timing

HEAD = 1.6
PLOT = (0.43, 0.72)
COLUMNS = {
    "label": (0.0, "right", "<b>First infection</b>"),
    "infections": (0.35, "center", "<b>Infections<br>these / others</b>"),
    "ratio": (0.735, "right", "<b>Hazard ratio<br>(95 % interval)</b>"),
    "p": (1.0, "left", "<b>p</b>"),
}
"""Place (fraction of the width), the side on which the text stands, and the head."""
INDENT = 0.014
DIRECTIONS = (("← fewer infections", "right", -8), ("more infections →", "left", 8))


def timing(result: Timing, *, presentation: bool = False) -> go.Figure:
    """Hazard ratios of `study.timing.Timing`, three lines per outcome: early, late, and early against late.

    A ratio that cannot be estimated stays as a row that says why.
    """
    sizes = type_of(presentation)
    rows = lines(result)
    if not any(line.drawn for line in rows):
        return sentence("timing", f"{finding(result)}: {_why(result)}", sizes=sizes)
    height = FOREST_ROW if not presentation else 40
    figure = frame(
        "timing", finding(result), detail(result), alt(result), (len(rows) + HEAD) * height,
        sizes=sizes, below=round((FOREST_REST - 26) * sizes.scale),
    )  # fmt: skip
    low, high = axis_range(rows)
    figure.update_layout(shapes=[*_rules(rows), *no_difference(rows)])
    intervals(figure, rows, low, high)
    points(figure, rows, low, high, sizes.scale)
    beside(figure, PLOT)
    _texts(figure, rows, 13 if not presentation else 18)
    _axes(figure, len(rows), (low, high), sizes)
    return figure


def _why(result: Timing) -> str:
    """What is missing."""
    early, late = result.starters
    if not early + late:
        return "nobody had IVIG"
    if not result.states["events"].sum():
        return "nobody had an infection"
    if not early or not late:
        return "nobody started by then" if not early else "nobody started later"
    return "the infections are too few"


def _rules(rows: list[Row]) -> list[dict[str, object]]:
    return [
        {
            "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": at - 0.5, "y1": at - 0.5,
            "line": {"color": FAINT, "width": 1}, "layer": "below",
        }
        for at, line in enumerate(rows) if line.kind == "heading"
    ]  # fmt: skip


def _texts(figure: go.Figure, rows: list[Row], size: float) -> None:
    for name, (x, side, head) in COLUMNS.items():
        here = [(at, line) for at, line in enumerate(rows) if getattr(line, name)]
        texts = [f"<b>{line.label}</b>" if line.kind == "heading" else getattr(line, name) for _, line in here]
        indent = [INDENT if name == "label" and line.kind == "level" else 0.0 for _, line in here]
        places = [x, *(x + more for more in indent)], [-(0.5 + HEAD / 2), *(float(at) for at, _ in here)]
        hover = ["", *(line.hover for _, line in here)] if name == "ratio" else None
        column(figure, name, places, [head, *texts], side, {"size": size}, hover)
    without = [(at, line) for at, line in enumerate(rows) if line.reason]
    if without:
        column(
            figure, "reasons", ([PLOT[0]] * len(without), [float(at) for at, _ in without]),
            [f"<i>{line.reason}</i>" for _, line in without], "right", {"size": size, "color": MUTED},
            [line.hover for _, line in without],
        )  # fmt: skip


def _axes(figure: go.Figure, number: int, limits: tuple[float, float], sizes: Type) -> None:
    low, high = limits
    marks = ticks(low, high)
    figure.update_layout(
        xaxis={
            "type": "log", "domain": PLOT, "range": [math.log10(low), math.log10(high)], "tickmode": "array",
            "tickvals": marks, "ticktext": [f"{mark:g}" for mark in marks], "tickfont": {"size": sizes.text - 1},
            "fixedrange": True, "minor": {"ticks": ""},
        },
        yaxis={"range": [number - 0.5, -(0.5 + HEAD)], "visible": False, "fixedrange": True},
    )  # fmt: skip
    for text, anchor, shift in DIRECTIONS:
        figure.add_annotation(
            text=text, x=0, xref="x", xanchor=anchor, xshift=shift, y=0, yref="paper", yanchor="top",
            yshift=-round(26 * sizes.scale), showarrow=False, font={"size": sizes.text - 1, "color": MUTED},
            name="direction",
        )  # fmt: skip
