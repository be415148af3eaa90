"""If IVIG did nothing: ratios of simulated cohorts as bars, the cohort's own among them, and both intervals below."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, sentence
from ivig_core.figures.theme import INK, IVIG_BLUE, MUTED, REFERENCE_GREY, Type, pale, type_of
from ivig_core.figures.words import OK, counted, interval, ratio
from ivig_core.study.whatif.null import IfNothing

HEIGHT, AXIS, LEFT = 330, 56, 128
"""Px of the plot, of its axis, and of the names left of it."""
BARS, ROWS = (0.36, 0.93), (0.0, 0.26)
BINS, WIDEST = 28, 20.0
TICKS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0, 10.0, 20.0)
FEWEST_TICKS = 4
MIDDLE = "the middle 95 % of them"
OWN, CALIBRATED = "As analysed", "Calibrated"


def null(found: IfNothing, *, presentation: bool = False) -> go.Figure:
    """Bars of `IfNothing.ratios` on a log axis; the cohort's ratio as a line; its interval, and the calibrated one."""
    sizes = type_of(presentation)
    if found.status != OK or found.ratios is None:
        return sentence("null", finding(found), sizes=sizes)
    figure = frame(
        "null", finding(found), detail(found), alt(found), HEIGHT * sizes.scale, sizes=sizes,
        below=round(AXIS * sizes.scale), left=round(LEFT * sizes.scale),
    )  # fmt: skip
    shown = np.clip(found.ratios, 1 / WIDEST, WIDEST)
    low = min(float(shown.min()), found.observed_low, found.ci_low)
    high = max(float(shown.max()), found.observed_high, found.ci_high)
    edges = np.geomspace(max(low, 1 / WIDEST) / 1.08, min(high, WIDEST) * 1.08, BINS + 1)
    _bars(figure, found, shown, edges)
    _intervals(figure, found, sizes)
    _lines(figure, found, sizes)
    _axes(figure, edges, sizes)
    return figure


def _bars(figure: go.Figure, found: IfNothing, shown: np.ndarray, edges: np.ndarray) -> None:
    number = np.histogram(shown, edges)[0]
    inside = (edges[1:] > found.null_low) & (edges[:-1] < found.null_high)
    figure.add_bar(
        x=np.sqrt(edges[:-1] * edges[1:]), y=number, width=np.diff(edges), name="ratios without effect",
        marker={"color": [pale(REFERENCE_GREY, 0.85 if middle else 0.4) for middle in inside],
                "line": {"width": 0.5, "color": "white"}},
        hovertext=[f"{counted(n, 'simulated cohort')}: {ratio(a)} to {ratio(b)}"
                   for n, a, b in zip(number.tolist(), edges[:-1], edges[1:], strict=True)],
        hoverinfo="text", showlegend=False,
    )  # fmt: skip


def _intervals(figure: go.Figure, found: IfNothing, sizes: Type) -> None:
    rows = (
        (OWN, found.observed, found.observed_low, found.observed_high, MUTED, "circle-open"),
        (CALIBRATED, found.calibrated_irr, found.ci_low, found.ci_high, IVIG_BLUE, "circle"),
    )
    for place, (name, middle, low, high, colour, symbol) in enumerate(rows):
        text = f"{name}: {ratio(middle)} {interval(low, high)}"
        figure.add_scatter(
            x=[low, high], y=[place, place], yaxis="y2", mode="lines",
            line={"color": colour, "width": 2.5 * sizes.scale}, hoverinfo="skip", showlegend=False,
            name=f"{name} interval",
        )  # fmt: skip
        figure.add_scatter(
            x=[middle], y=[place], yaxis="y2", mode="markers", name=name, showlegend=False,
            marker={"color": colour, "size": 11 * sizes.scale, "symbol": symbol, "line": {"width": 2, "color": colour}},
            hovertext=[text], hoverinfo="text",
        )  # fmt: skip


def _lines(figure: go.Figure, found: IfNothing, sizes: Type) -> None:
    """The cohort's own ratio through the bars, named above them; no difference through both parts."""
    figure.update_layout(
        shapes=[
            {"type": "line", "x0": 1, "x1": 1, "yref": "paper", "y0": 0, "y1": BARS[1], "layer": "below",
             "line": {"color": MUTED, "width": 1, "dash": "dot"}, "name": "no difference"},
            {"type": "line", "x0": found.observed, "x1": found.observed, "yref": "paper", "y0": BARS[0], "y1": BARS[1],
             "line": {"color": INK, "width": 2.5}, "name": "own ratio"},
        ]
    )  # fmt: skip
    figure.add_annotation(
        text=f"<b>This cohort {ratio(found.observed)}</b>", x=math.log10(found.observed), xref="x", y=BARS[1],
        yref="paper", yanchor="bottom", showarrow=False, font={"size": sizes.text, "color": INK}, name="own ratio",
    )  # fmt: skip


def _axes(figure: go.Figure, edges: np.ndarray, sizes: Type) -> None:
    low, high = float(edges[0]), float(edges[-1])
    marks = [mark for mark in TICKS if low <= mark <= high]
    marks = marks if len(marks) >= FEWEST_TICKS else [float(f"{mark:.2g}") for mark in np.geomspace(low, high, 5)]
    figure.update_layout(
        bargap=0,
        xaxis={
            "type": "log", "range": [math.log10(low), math.log10(high)], "anchor": "y2", "fixedrange": True,
            "tickvals": marks, "ticktext": [f"{mark:g}" for mark in marks],
            "title": {"text": "Rate ratio, on against off IVIG (log scale)", "standoff": 6},
        },
        yaxis={"domain": BARS, "fixedrange": True, "nticks": 4, "rangemode": "tozero",
               "title": {"text": "Simulated<br>cohorts", "font": {"size": sizes.text}}},
        yaxis2={"domain": ROWS, "range": [1.6, -0.6], "fixedrange": True, "tickvals": [0, 1], "showline": False,
                "ticks": "", "ticktext": [OWN, CALIBRATED]},
    )  # fmt: skip


def finding(found: IfNothing) -> str:
    """Where cohorts without effect land, and where this one does; or why that is not known."""
    if found.status != OK:
        return f"Not known what cohorts like this one give without an effect: {found.note}"
    without = f"{ratio(found.null_median)} {interval(found.null_low, found.null_high)}"
    return f"With no effect, cohorts like this one give {without}; this one gives {ratio(found.observed)}"


def detail(found: IfNothing) -> str:
    """The calibrated ratio beside the ordinary one, and what the bars are."""
    own = f"As analysed {ratio(found.observed)} {interval(found.observed_low, found.observed_high)}"
    calibrated = f"calibrated {ratio(found.calibrated_irr)} {interval(found.ci_low, found.ci_high)}"
    bars = f"{counted(found.simulations, 'simulated cohort')} in which IVIG does nothing, darker: {MIDDLE}"
    return f"{own}; {calibrated}, {found.p_words}. Bars: {bars}"


def alt(found: IfNothing) -> str:
    """The figure in words."""
    number = counted(found.simulations, "simulated cohort")
    return f"Ratios of {number} without effect. {finding(found)}. {detail(found)}."
