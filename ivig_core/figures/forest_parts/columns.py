"""What every forest plot has besides its marks: the axis of ratios, columns of text, sentences in place of a mark."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import plotly.graph_objects as go

from ivig_core.figures.forest_parts.rows import ticks
from ivig_core.figures.frame import column
from ivig_core.figures.theme import FAINT, MUTED, Type

HEAD = 1.6
"""Rows that the column heads take."""
INDENT = 0.014
"""How far, in parts of the width, the label of a level stands in."""


class Told(Protocol):
    """A row of a forest plot as far as its texts go: `reason` stands where there is no ratio to draw."""

    @property
    def kind(self) -> str: ...

    @property
    def reason(self) -> str: ...

    @property
    def hover(self) -> str: ...


T = TypeVar("T", bound=Told)


def ratio_axis(
    figure: go.Figure,
    plot: tuple[float, float],
    limits: tuple[float, float],
    heights: tuple[float, float],
    directions: tuple[str, str],
    sizes: Type,
    visible: bool = True,
) -> None:
    """A logarithmic axis of ratios in the part `plot` of the width, rows from `heights` bottom to top.

    `directions`: what lies left and right of 1, written under the axis.
    """
    low, high = limits
    marks = ticks(low, high)
    figure.update_layout(
        xaxis={
            "type": "log", "domain": plot, "range": [math.log10(low), math.log10(high)], "tickmode": "array",
            "tickvals": marks, "ticktext": [f"{mark:g}" for mark in marks], "tickfont": {"size": sizes.text - 1},
            "fixedrange": True, "minor": {"ticks": ""}, "visible": visible,
        },
        yaxis={"range": list(heights), "visible": False, "fixedrange": True},
        overwrite=True,
    )  # fmt: skip
    less, more = directions
    for text, anchor, shift in ((f"← {less}", "right", -8), (f"{more} →", "left", 8)) if visible else ():
        figure.add_annotation(
            text=text, x=0, xref="x", xanchor=anchor, xshift=shift, y=0, yref="paper", yanchor="top",
            yshift=-round(26 * sizes.scale), showarrow=False, font={"size": sizes.text - 1, "color": MUTED},
            name="direction",
        )  # fmt: skip


def columns(
    figure: go.Figure,
    rows: Sequence[T],
    of: Mapping[str, tuple[float, str, str]],
    indented: str,
    written: Callable[[T, str], str],
    size: float,
) -> None:
    """Columns `of` name → (place as part of the width, side of it, head), each the attribute of that name of a row.

    `written`: a cell as it is drawn. Labels of rows of the kind `indented` stand in; ratios have the hover of the row.
    """
    for name, (x, side, head) in of.items():
        here = [(at, row) for at, row in enumerate(rows) if getattr(row, name)]
        indent = [INDENT if name == "label" and row.kind == indented else 0.0 for _, row in here]
        places = [x, *(x + more for more in indent)], [-(0.5 + HEAD / 2), *(float(at) for at, _ in here)]
        hover = ["", *(row.hover for _, row in here)] if name == "ratio" else None
        column(figure, name, places, [head, *(written(row, name) for _, row in here)], side, {"size": size}, hover)


def reasons(figure: go.Figure, rows: Sequence[Told], left: float, size: float) -> None:
    """Why a row has no mark, where the mark would stand."""
    without = [(at, row) for at, row in enumerate(rows) if row.reason]
    if without:
        column(
            figure, "reasons", ([left] * len(without), [float(at) for at, _ in without]),
            [f"<i>{row.reason}</i>" for _, row in without], "right", {"size": size, "color": MUTED},
            [row.hover for _, row in without],
        )  # fmt: skip


def rules(places: Sequence[float]) -> list[dict[str, Any]]:
    """Shapes of faint lines across the figure at these heights."""
    return [
        {
            "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": place, "y1": place,
            "line": {"color": FAINT, "width": 1}, "layer": "below",
        }
        for place in dict.fromkeys(places)
    ]  # fmt: skip
