"""Specification curve: ratios in rising order with their intervals, and below them what each was made with."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, note, note_height, sentence
from ivig_core.figures.theme import GROUP_COLOURS, INK, IVIG_BLUE, MUTED, OBSERVATION_ORANGE, PAPER, Type, pale, type_of
from ivig_core.figures.whatif.curve_words import View, alt, detail, finding, hover, matrix, small_print
from ivig_core.study.whatif.curve.sentences import known, ratios

RATIOS, GAP, LINE, LABEL = 270, 14, 17, 6.8
"""Height in px of the ratios, between them and the choices, and of a line of choices; width of a letter."""
LOWEST, HIGHEST, LEAST = 0.05, 20.0, (0.5, 2.0)
"""The axis of ratios never reaches further, and at least from here to there."""
TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
PLOT_WIDTH = 900
LEGEND_ROW = 960
"""Px in which all entries of the legend, taken as wider than they are, stand in one row: they do from 785 px on."""
FAINT = 0.22
KINDS = (
    ("Interval below 1", IVIG_BLUE),
    ("Interval includes 1", MUTED),
    ("Interval above 1", OBSERVATION_ORANGE),
)
PAPER_COLOUR = GROUP_COLOURS[1]
ROWS, COLUMNS = "definitions", "columns of choices"


def curve(view: View, *, presentation: bool = False) -> go.Figure:
    """Ratios (log axis) with intervals above, a matrix of choices below, one column a definition.

    Pale: a check speaks against the row. ◆ is the analysis in force, ★ a published one. `customdata` of
    the trace `definitions` is the number of the row of `curve.table`.
    """
    sizes = type_of(presentation)
    if not known(view.curve).any():
        return sentence("curve", finding(view), sizes=sizes)
    labels, has = matrix(view)
    top, below = round(RATIOS * sizes.scale), round(LINE * sizes.scale) * max(len(labels), 1)
    foot = note_height(small_print(), sizes)
    figure = frame(
        "definitions", finding(view), detail(view), alt(view), top + GAP + below,
        sizes=sizes, below=30 + foot, left=_left(labels, sizes), right=16,
    )  # fmt: skip
    limits = _limits(view)
    _intervals(figure, view, limits)
    _points(figure, view, limits)
    _marks(figure, view, limits, sizes)
    _choices(figure, view, has)
    _definitions(figure, view, limits, len(labels))
    _axes(figure, labels, limits, (top, GAP, below), sizes, len(view.order))
    legend_below(figure, foot, round(LEGEND_ROW * sizes.scale))
    note(figure, small_print(), sizes=sizes)
    return figure


def _left(labels: list[str], sizes: Type) -> int:
    plain = [len(label.replace("<b>", "").replace("</b>", "")) for label in labels]
    return round(max(plain, default=10) * LABEL * sizes.scale) + 12


def _limits(view: View) -> tuple[float, float]:
    table = view.curve.table[known(view.curve)]
    low, high = table["ci_low"].to_numpy(float), table["ci_high"].to_numpy(float)
    low, high = low[low > 0], high[np.isfinite(high)]
    return (
        max(min(float(low.min(initial=LEAST[0])), LEAST[0]), LOWEST) / 1.08,
        min(max(float(high.max(initial=LEAST[1])), LEAST[1]), HIGHEST) * 1.08,
    )


def _kinds(view: View) -> np.ndarray:
    """Number of `KINDS` of every row as drawn, −1 without an estimate."""
    table = view.curve.table.iloc[view.order]
    kind = np.where(table["ci_high"] < 1, 0, np.where(table["ci_low"] > 1, 2, 1))
    return np.where(known(view.curve)[view.order], kind, -1)


def _each(view: View) -> list[tuple[str, str, np.ndarray]]:
    """Name, colour and places of each kind of row, pale ones first so that the others lie over them."""
    kind, faint = _kinds(view), view.pale[view.order]
    return [
        (name, pale(colour, FAINT) if weak else colour, np.flatnonzero((kind == number) & (faint == weak)))
        for weak in (True, False)
        for number, (name, colour) in enumerate(KINDS)
    ]


def _width(view: View) -> float:
    return PLOT_WIDTH / max(len(view.order), 1)


def _intervals(figure: go.Figure, view: View, limits: tuple[float, float]) -> None:
    table = view.curve.table.iloc[view.order]
    low = table["ci_low"].fillna(0.0).clip(*limits).to_numpy(float)
    high = table["ci_high"].fillna(math.inf).clip(*limits).to_numpy(float)
    for name, colour, at in _each(view):
        if not len(at):
            continue
        blank = np.full(len(at), np.nan)
        figure.add_scatter(
            x=np.stack([at, at, blank], axis=1).ravel(), y=np.stack([low[at], high[at], blank], axis=1).ravel(),
            mode="lines", line={"color": colour, "width": float(np.clip(_width(view) * 0.7, 0.5, 3))},
            opacity=0.55, connectgaps=False, hoverinfo="skip", showlegend=False, name=f"intervals, {name}",
        )  # fmt: skip


def _points(figure: go.Figure, view: View, limits: tuple[float, float]) -> None:
    irr = ratios(view.curve)[view.order]
    symbols = np.where(irr == 0, "triangle-down", np.where(np.isinf(irr), "triangle-up", "circle"))
    place = np.clip(irr, *limits)
    shown: set[str] = set()
    for name, colour, at in reversed(_each(view)):
        if not len(at):
            continue
        figure.add_scatter(
            x=at, y=place[at], mode="markers", name=name, showlegend=name not in shown, legendgroup=name,
            marker={"color": colour, "size": float(np.clip(_width(view) * 1.4, 3, 8)), "symbol": symbols[at].tolist()},
            hoverinfo="skip",
        )  # fmt: skip
        shown.add(name)


def _marks(figure: go.Figure, view: View, limits: tuple[float, float], sizes: Type) -> None:
    rank = np.argsort(view.order)
    place = np.clip(ratios(view.curve), *limits)
    papers = [row for row in view.papers if known(view.curve)[row]]
    if papers:
        figure.add_scatter(
            x=rank[papers], y=place[papers], mode="markers", name="Lancman 2026", hoverinfo="skip",
            marker={
                "symbol": "star", "size": 13 * sizes.scale, "color": PAPER_COLOUR, "line": {"color": PAPER, "width": 1},
            },
        )  # fmt: skip
    mine = view.in_force
    if mine is not None and known(view.curve)[mine]:
        figure.add_scatter(
            x=[int(rank[mine])], y=[float(place[mine])], mode="markers", name="Settings in force", hoverinfo="skip",
            marker={
                "symbol": "diamond", "size": 14 * sizes.scale, "color": INK, "line": {"color": PAPER, "width": 1.5},
            },
        )  # fmt: skip


def _choices(figure: go.Figure, view: View, has: np.ndarray) -> None:
    if not len(has):
        return
    level = has[:, view.order].astype(np.int8)
    level[:, view.pale[view.order]] *= 2
    figure.add_heatmap(
        z=np.where(level == 0, np.nan, level), x0=0, dx=1, y=list(range(len(has))), yaxis="y2", zmin=1, zmax=2,
        colorscale=[[0, INK], [0.5, INK], [0.5, pale(INK, FAINT)], [1, pale(INK, FAINT)]], showscale=False, ygap=5,
        xgap=1 if _width(view) > 4 else 0, hoverinfo="skip", hoverongaps=False, name="choices", zsmooth=False,
    )  # fmt: skip


def _definitions(figure: go.Figure, view: View, limits: tuple[float, float], lines: int) -> None:
    """What is hovered and clicked: nothing to be seen, an entry a definition among the ratios and among the choices.

    plotly looks for what is clicked among the points of that plot alone, and a matrix of choices has none.
    """
    irr = np.clip(ratios(view.curve)[view.order], *limits)
    figure.add_scatter(
        x=np.arange(len(irr)), y=np.where(np.isnan(irr), limits[0], irr), mode="markers", name=ROWS, showlegend=False,
        marker={"size": 12, "opacity": 0, "color": INK}, hovertext=hover(view), hoverinfo="text",
        customdata=view.order.tolist(), selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
    )  # fmt: skip
    figure.add_scatter(
        x=np.arange(len(irr)), y=np.full(len(irr), (lines - 1) / 2), yaxis="y2", mode="markers", name=COLUMNS,
        showlegend=False, marker={"size": 12, "opacity": 0, "color": INK}, hoverinfo="none",
        customdata=view.order.tolist(), selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
    )  # fmt: skip


def _axes(
    figure: go.Figure,
    labels: list[str],
    limits: tuple[float, float],
    heights: tuple[int, int, int],
    sizes: Type,
    rows: int,
) -> None:
    _, gap, below = heights
    share, over = below / sum(heights), (below + gap) / sum(heights)
    figure.update_xaxes(
        range=[-0.5 - 0.01 * rows, rows - 0.5 + 0.01 * rows], showticklabels=False, ticks="", showline=False,
        anchor="y2", title={"text": "One column a definition, by rising rate ratio"},
        showspikes=True, spikemode="across", spikesnap="hovered data", spikethickness=1, spikedash="solid",
        spikecolor=MUTED,
    )  # fmt: skip
    figure.update_layout(
        hovermode="x",
        hoversubplots="axis",
        hoverdistance=30,
        hoverlabel={"align": "left"},
        yaxis={
            "type": "log", "range": [math.log10(limit) for limit in limits], "domain": [over, 1],
            "tickvals": [tick for tick in TICKS if limits[0] <= tick <= limits[1]], "fixedrange": True,
            "ticktext": [f"{tick:g}" for tick in TICKS if limits[0] <= tick <= limits[1]],
            "title": {"text": "Rate ratio on against off IVIG"},
        },
        yaxis2={
            "domain": [0, share], "range": [len(labels) - 0.5, -0.5], "tickvals": list(range(len(labels))),
            "ticktext": labels, "fixedrange": True, "showline": False, "ticks": "", "anchor": "x",
            "tickfont": {"size": round(13 * sizes.scale)},
        },
        shapes=[
            {
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": 1, "y1": 1,
                "line": {"color": INK, "width": 1, "dash": "dot"}, "name": "no difference",
            }
        ],
    )  # fmt: skip
