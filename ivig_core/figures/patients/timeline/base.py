"""What the tracks of a timeline share: one axis of time, bars along it, marks and words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.theme import MUTED, NARROWEST, PAPER, Type
from ivig_core.figures.words import DAYS_PER_MONTH, escape

TRACK, EMPTY = 90, 40
"""Height of a track in px, and of one that has nothing to show."""
LEFT, RIGHT = 172, 78
STRIP = 9
"""Width of a lane in px."""
SMALL = 13
"""Smallest text in a figure, px."""
REACH = 80
"""Places along the whole axis at which a bar answers to the mouse."""
SHORT_DAYS = 120
"""Time shown up to which the axis counts days, not months."""
GOING_ON, STILL = "triangle-right", "Still going on"
STEPS = tuple(factor * 10.0**power for power in range(-2, 5) for factor in (1, 2, 5))

Days = Sequence[float] | np.ndarray
"""A sequence of days, whole or parts."""


@dataclass(frozen=True)
class Canvas:
    """What is to be drawn, and the scale of time. `first`, `last`: days at the edges of the view.

    Everything is gathered and handed to plotly at once: one by one it would check all that is there each time.
    """

    sizes: Type
    first: float
    last: float
    traces: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    axes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def unit(self) -> float:
        """Days to a unit of the axis."""
        return 1.0 if self.last - self.first <= SHORT_DAYS else DAYS_PER_MONTH

    @property
    def small(self) -> int:
        return round(SMALL * self.sizes.scale)

    def x(self, day: Days) -> np.ndarray:
        """Days as places on the axis."""
        return np.asarray(day, dtype=float) / self.unit

    def px(self, days: float) -> float:
        """Width of so many days in px, in the narrowest figure."""
        plot = NARROWEST - (LEFT + RIGHT) * self.sizes.scale
        return days / (self.last - self.first) * plot

    def onto(self, figure: go.Figure) -> None:
        """Hand everything over."""
        figure.add_traces([go.Scatter(**trace) for trace in self.traces])
        figure.update_layout(shapes=self.shapes, annotations=self.notes, **self.axes)


@dataclass(frozen=True)
class Track:
    """One track: what stands beside it, its height in px, and what draws it.

    `draw(canvas, axis)` adds traces on the y axis called `axis` and returns the options of that axis. A track without
    it has nothing to show and says so.
    """

    name: str
    key: Sequence[str] = ()
    height: int = EMPTY
    draw: Callable[[Canvas, str], dict[str, Any]] | None = None


def when(day: float) -> str:
    """A day in the words of a hover text."""
    return f"day {day:,.0f} (month {day / DAYS_PER_MONTH:.1f})".replace("-", "−")


def after(day: Days) -> np.ndarray:
    """The end of days: where an interval that has them inside stops."""
    return np.asarray(day, dtype=float) + 1


def swatch(colour: str, sign: str, text: str) -> str:
    """An entry of the key beside a track: a sign in its colour and what it stands for."""
    return f"<span style='color:{colour}'>{sign}</span> {escape(text)}"


def points(
    canvas: Canvas, axis: str, name: str, day: Days, y: Days, hover: list[str], marker: dict[str, Any], **more: Any
) -> None:
    """Marks that answer to the mouse."""
    options = {
        "mode": "markers", "name": name, "hovertext": hover, "hoverinfo": "text", "marker": marker, "showlegend": False
    }  # fmt: skip
    canvas.traces.append({"x": canvas.x(day), "y": np.asarray(y, dtype=float), "yaxis": axis, **options, **more})


def broken_line(
    canvas: Canvas, axis: str, name: str, days: tuple[Days, Days], y: tuple[Days, Days], line: dict[str, Any],
    **more: Any,
) -> None:  # fmt: skip
    """One straight line per row from the first of `days` and `y` to the second."""
    first = np.asarray(days[0], dtype=float)
    gap = np.full(len(first), np.nan)
    x = np.stack([first, np.asarray(days[1], dtype=float), gap], axis=1).ravel()
    at = np.stack([np.asarray(y[0], dtype=float), np.asarray(y[1], dtype=float), gap], axis=1).ravel()
    options = {"mode": "lines", "name": name, "line": line, "hoverinfo": "skip", "showlegend": False, **more}
    canvas.traces.append({"x": canvas.x(x), "y": at, "yaxis": axis, "connectgaps": False, **options})


def bars(
    canvas: Canvas, axis: str, name: str, rows: pd.DataFrame, y: float | Days, colour: str, width: float,
    hover: list[str], **more: Any,
) -> None:  # fmt: skip
    """Intervals (`start_day`, `end_day`, both inside) as thick lines that answer to the mouse all along."""
    start, stop = rows["start_day"].to_numpy(float), after(rows["end_day"])
    at = np.broadcast_to(np.asarray(y, dtype=float), start.shape)
    broken_line(canvas, axis, name, (start, stop), (at, at), {"color": colour, "width": width}, **more)
    # A line answers at its ends only: points that cannot be seen do so in between.
    number = np.maximum(np.ceil((stop - start) / (canvas.last - canvas.first) * REACH).astype(int), 1)
    row = np.repeat(np.arange(len(rows)), number)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    middle = start[row] + (nth + 0.5) * (stop - start)[row] / number[row]
    texts = np.array(hover, dtype=object)[row].tolist()
    points(canvas, axis, f"{name}: hover", middle, at[row], texts, {"size": 12, "opacity": 0, "color": PAPER})


def arrows(canvas: Canvas, axis: str, day: Days, y: Days, colour: str, hover: list[str], size: float) -> None:
    """Arrows where intervals are still going on, once in the legend."""
    marker = {"symbol": GOING_ON, "color": colour, "size": size * canvas.sizes.scale}
    first = all(trace["name"] != STILL for trace in canvas.traces)
    points(canvas, axis, STILL, after(day), y, hover, marker, cliponaxis=False, showlegend=first)


def words_at(canvas: Canvas, axis: str, name: str, day: Days, y: Days, words: list[str], colour: str = MUTED) -> None:
    """Words to the right of places of a track; already escaped."""
    canvas.traces.append(
        {
            "x": canvas.x(day), "y": np.asarray(y, dtype=float), "yaxis": axis, "mode": "text", "text": words,
            "name": name, "textposition": "middle right", "textfont": {"size": canvas.small, "color": colour},
            "hoverinfo": "skip", "showlegend": False, "cliponaxis": False,
        }
    )  # fmt: skip


def annotate(canvas: Canvas, text: str, name: str, **where: Any) -> None:
    """Small text that stands still; already escaped. Places are given as plotly names them."""
    font = {"size": canvas.small, "color": where.pop("colour", MUTED)}
    canvas.notes.append({"text": text, "name": name, "showarrow": False, "font": font, "xref": "paper", **where})


def remark(canvas: Canvas, axis: str, text: str, y: float = 0.5) -> None:
    """What is missing, at the left edge of a track."""
    annotate(canvas, text, "remark", x=0, xanchor="left", xshift=6, yref=axis, y=y, yanchor="middle")


def shape(canvas: Canvas, name: str, **where: Any) -> None:
    """A line or area behind everything."""
    canvas.shapes.append({"name": name, "layer": "below", "xref": "paper", "x0": 0, "x1": 1, **where})


def level_line(canvas: Canvas, axis: str, y: float, line: dict[str, Any], name: str) -> None:
    """A line across a track."""
    shape(canvas, name, type="line", yref=axis, y0=y, y1=y, line=line)


def counts_beside(canvas: Canvas, axis: str, day: pd.Series, y: pd.Series, count: pd.Series) -> None:
    """How many facts of one day a mark stands for, where it stands for more than one."""
    many = (count > 1).to_numpy()
    if many.any():
        words_at(canvas, axis, "count", day[many], y[many], [f"\u2003×{number}" for number in count[many]])


def rising_ticks(top: float) -> list[float]:
    """0 and one or two round numbers up to `top`."""
    step = next((step for step in STEPS if top / step < 3), STEPS[-1])
    return [0.0, *(round(step * number, 2) for number in range(1, int(top / step + 1e-9) + 1))]


def hidden_axis(low: float, high: float) -> dict[str, Any]:
    """An axis without line and numbers."""
    return {"range": [low, high], "tickvals": [], "showline": False, "ticks": ""}
