"""Sensitivity plot: the rate ratio under other settings and models, above them the range that the indication leaves."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.forest_parts.columns import HEAD, columns, ratio_axis, reasons, rules
from ivig_core.figures.forest_parts.marks import intervals, no_difference, points
from ivig_core.figures.forest_parts.rows import axis_range
from ivig_core.figures.frame import beside, frame, sentence
from ivig_core.figures.rates.forest import DIRECTIONS
from ivig_core.figures.theme import MUTED, pale, type_of
from ivig_core.figures.theme import PAPER as WHITE
from ivig_core.figures.trust.words import PAPER, RANGE, RULES, Line, alt, detail, finding, lines, span, span_words

ROW, BELOW = 26, 64
PLOT = (0.365, 0.645)
COLUMNS = {
    "label": (0.0, "right", "<b>Analysis</b>"),
    "infections": (0.335, "center", "<b>Infec-<br>tions</b>"),
    "ratio": (0.66, "right", "<b>Rate ratio<br>(95 % interval)</b>"),
    "p": (0.865, "left", "<b>p</b>"),
    "paper": (1.0, "left", f"<b>{PAPER}</b>"),
}
"""Place (fraction of the width), the side on which the text stands, and the head."""
BAR, ASIDE = 0.24, 8
"""Half height in rows of the bar of the range, and px of a box that is no estimate of what IVIG does."""


def sensitivity(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """Forest plot of `study.sensitivity.COLUMNS`, one line per row, a rule between groups.

    Where the table has the four ratios that differ in how they treat the time before the first dose, the first line is
    their range; a pale band carries it down. The analysis in force is a diamond; rows that are no estimate of what
    IVIG does (the days before the first dose, adjusted for a mediator) are hollow. Columns `published`,
    `published_low`, `published_high`, where given, are shown beside it.
    """
    sizes = type_of(presentation)
    if table.empty or not (table["status"].isin(("ok", "no_events_exposed", "no_events_reference"))).any():
        return sentence("sensitivity", finding(table) if len(table) else "No analysis to show.", sizes=sizes)
    found, limits = finding(table), span(table)
    headed = bool(table["name"].isin(RULES).any())
    rows = [*([_range(limits)] if headed else ()), *lines(table)]
    height = ROW if not presentation else 36
    figure = frame(
        "sensitivity", found, detail(table), alt(table, found, limits), (len(rows) + HEAD) * height,
        sizes=sizes, below=round(BELOW * sizes.scale),
    )  # fmt: skip
    low, high = axis_range(rows)
    groups = [*([None] if headed else ()), *table["group"]]
    _shapes(figure, rows, groups, _on_axis(limits, low, high))
    intervals(figure, rows, low, high)
    _asides(figure, rows, low, high, sizes.scale)
    points(figure, rows, low, high, sizes.scale)
    beside(figure, PLOT)
    text_size = 13 if not presentation else 18
    shown = {name: of for name, of in COLUMNS.items() if name != "paper" or any(line.paper for line in rows)}
    columns(figure, rows, shown, "aside", _text, text_size)
    reasons(figure, rows, PLOT[0], text_size)
    ratio_axis(figure, PLOT, (low, high), (len(rows) - 0.5, -(0.5 + HEAD)), DIRECTIONS, sizes)
    return figure


def _range(limits: tuple[float, float] | None) -> Line:
    if limits is None:
        return Line("range", RANGE, reason="fewer than two of them have an estimate")
    return Line("range", RANGE, ratio=span_words(limits), hover="lowest and highest ratio")


def _on_axis(limits: tuple[float, float] | None, low: float, high: float) -> tuple[float, float] | None:
    """A range that leaves the axis (0, ∞) ends where the axis does; None where nothing of it is on the axis."""
    if limits is None or limits[1] < low or limits[0] > high:
        return None
    return max(limits[0], low), min(limits[1], high)


def _shapes(
    figure: go.Figure, rows: list[Line], groups: list[str | None], limits: tuple[float, float] | None
) -> None:  # fmt: skip
    places = [-0.5, *(at - 0.5 for at in range(1, len(rows)) if groups[at] != groups[at - 1])]
    bands = []
    if limits:
        ends = {"type": "rect", "xref": "x", "x0": limits[0], "x1": limits[1], "line": {"width": 0}}
        bands = [
            ends | {"y0": 0, "y1": len(rows) - 0.5, "fillcolor": pale(MUTED, 0.12), "layer": "below", "name": "range"},
            ends | {"y0": -BAR, "y1": BAR, "fillcolor": MUTED, "name": "range bar"},
        ]
    figure.update_layout(shapes=[*bands, *rules(places), *no_difference(rows)], overwrite=True)


def _asides(figure: go.Figure, rows: list[Line], low: float, high: float, scale: float) -> None:
    """Lines and hollow boxes of rows that are no estimate of what IVIG does."""
    x, y = [], []
    inside = []
    for at, line in enumerate(rows):
        if line.kind != "aside" or not line.drawn:
            continue
        first, last = line.low or 0.0, math.inf if line.high is None else line.high
        if low <= first <= last <= high:
            x += [first, last, None]
            y += [at, at, None]
        if line.irr and low <= line.irr <= high:
            inside.append((at, line))
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": MUTED, "width": 1.5}, hoverinfo="skip", showlegend=False, name="asides",
        connectgaps=False,
    )  # fmt: skip
    figure.add_scatter(
        x=[line.irr for _, line in inside], y=[at for at, _ in inside], mode="markers", name="aside ratios",
        marker={
            "symbol": "square", "size": ASIDE * scale, "color": WHITE, "opacity": 1,
            "line": {"color": MUTED, "width": 1.5},
        },
        hovertext=[line.hover for _, line in inside], hoverinfo="text", showlegend=False,
    )  # fmt: skip


def _text(line: Line, name: str) -> str:
    text = getattr(line, name)
    if line.kind in ("range", "overall") and name in ("label", "ratio"):
        return f"<b>{text}</b>"
    return f"<span style='color:{MUTED}'>{text}</span>" if line.kind == "aside" else text
