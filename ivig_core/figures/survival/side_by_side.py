"""Three sets of curves of one event, by how IVIG is known: from the future, at a landmark, or when it is given."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.estimate.survival.landmark import IVIG, NO_IVIG
from ivig_core.figures.frame import frame, legend_below, note, note_height, sentence
from ivig_core.figures.legible import legible
from ivig_core.figures.steps import enough_at_risk, key, steps
from ivig_core.figures.survival.side_by_side_words import HEADS, READING, alt, detail, finding, since
from ivig_core.figures.survival.words import axis_title
from ivig_core.figures.theme import (
    AT_RISK_ROW,
    INK,
    IVIG_BLUE,
    OBSERVATION_ORANGE,
    Type,
    type_of,
)
from ivig_core.figures.words import DAYS_PER_MONTH, counted, estimate, percent
from ivig_core.study.survival.side_by_side import LANDMARK, NAIVE, SINCE_DOSE, SideBySide

COLOURS = {IVIG: (IVIG_BLUE, "solid", "IVIG"), NO_IVIG: (OBSERVATION_ORANGE, "dash", "No IVIG, or not yet")}
CURVES, HEAD_ROOM, AXIS_ROOM = 300, 56, 56
GAP = 0.035
STEPS = (1, 3, 6, 12, 24, 36, 60, 120)
MOST_TICKS = 5


class Panel(NamedTuple):
    """One set of curves and the day that its time begins with."""

    name: str
    curves: pd.DataFrame
    from_day: int


def side_by_side(result: SideBySide, event: str, *, presentation: bool = False) -> go.Figure:
    """Curves of `SideBySide` next to each other on one scale, each with its hazard ratio and the numbers at risk."""
    sizes = type_of(presentation)
    panels = [item for item in _panels(result) if not item.curves.empty]
    if not panels or result.naive.km.medians["events"].sum() == 0:
        return sentence("side-by-side", "Nothing to compare: no patient had the event.", sizes=sizes)
    curves, room = round(CURVES * sizes.scale), round(AXIS_ROOM * sizes.scale)
    rows = 2 * AT_RISK_ROW
    heads = round(HEAD_ROOM * sizes.scale)
    foot = note_height(READING, sizes)
    figure = frame(
        "side-by-side", finding(result, event), detail(result, event), alt(result, event), heads + curves + room + rows,
        sizes=sizes, below=foot + 8, left=round(96 * sizes.scale),
    )  # fmt: skip
    whole = heads + curves + room + rows
    last = max(item.curves["time"].max() for item in panels) / DAYS_PER_MONTH
    ticks = _ticks(last)
    for at, item in enumerate(panels):
        span = _span(at, len(panels))
        _axes(figure, at, span, (whole, curves, rows), (last, ticks), since(item.from_day), axis_title(event), sizes)
        for level, part in item.curves.groupby("group", sort=False, observed=True):
            _curve(figure, at, str(level), part, first=at == 0)
        _head(figure, result, item, span, (curves + room + rows) / whole, sizes)
        _at_risk(figure, at, item, ticks, sizes)
    legend_below(figure, foot)
    note(figure, READING, sizes=sizes)
    return figure


def _panels(result: SideBySide) -> list[Panel]:
    return [
        Panel(NAIVE, result.naive.km.curves, 0),
        Panel(LANDMARK, result.landmark.km.curves, result.landmark_day),
        Panel(SINCE_DOSE, result.switching.curves, result.landmark_day),
    ]


def _span(at: int, number: int) -> tuple[float, float]:
    width = (1 - GAP * (number - 1)) / number
    return at * (width + GAP), at * (width + GAP) + width


def _suffix(at: int, number: int = 1) -> str:
    """Name of an axis of a panel: its curves have the first, its numbers at risk the second vertical one."""
    place = 2 * at + number
    return "" if place == 1 else str(place)


def _ticks(last: float) -> np.ndarray:
    step = next((step for step in STEPS if last / step <= MOST_TICKS), STEPS[-1])
    return np.arange(0, last + 1e-9, step)


def _axes(
    figure: go.Figure,
    at: int,
    span: tuple[float, float],
    heights: tuple[int, int, int],
    scale: tuple[float, np.ndarray],
    title: str,
    measure: str,
    sizes: Type,
) -> None:
    whole, curves, rows = heights
    last, ticks = scale
    low = 1 - (whole - rows - round(AXIS_ROOM * sizes.scale) + 0.0) / whole
    figure.update_layout(
        {
            f"xaxis{_suffix(at)}": {
                "domain": span, "range": [0, last * 1.02], "tickvals": ticks, "anchor": f"y{_suffix(at)}",
                "ticktext": [f"{tick:g}" for tick in ticks], "title": {"text": title}, "fixedrange": True,
            },
            f"yaxis{_suffix(at)}": {
                "domain": [low, low + curves / whole], "range": [0, 1.03], "tickformat": ".0%", "fixedrange": True,
                "tickvals": [0, 0.25, 0.5, 0.75, 1], "anchor": f"x{_suffix(at)}", "showticklabels": at == 0,
                "title": {"text": measure if at == 0 else ""},
            },
            f"yaxis{_suffix(at, 2)}": {
                "domain": [0, rows / whole], "range": [1.5, -0.5], "visible": False, "fixedrange": True,
                "anchor": f"x{_suffix(at)}",
            },
        }
    )  # fmt: skip


def _curve(figure: go.Figure, at: int, level: str, curve: pd.DataFrame, *, first: bool) -> None:
    """The steps; from where fewer than 10 are at risk for good they are faded."""
    colour, dash, name = COLOURS[level]
    line = {"color": colour, "dash": dash, "width": 2.5}
    days, share = np.append(0, curve["time"]), np.append(1.0, curve["survival"])
    hover = ["", *(_hover(name, row) for row in curve.to_dict("records"))]
    enough = enough_at_risk(curve["at_risk"])
    x, y = f"x{_suffix(at)}", f"y{_suffix(at)}"
    # The start stands before the first row.
    steps(figure, days, share, enough + 1 if enough else 0, line, name, hover, xaxis=x, yaxis=y)
    if first:
        key(figure, line, name, xaxis=x, yaxis=y)


def _hover(name: str, row: dict[str, float]) -> str:
    limits = f" ({percent(row['ci_low'])} to {percent(row['ci_high'])})" if row["ci_low"] == row["ci_low"] else ""
    return (
        f"<b>{name}</b><br>month {row['time'] / DAYS_PER_MONTH:.1f}<br>{percent(row['survival'])}{limits}"
        f"<br>{counted(row['at_risk'], 'patient')} at risk".replace("<1", "&lt;1")
    )


def _head(
    figure: go.Figure, result: SideBySide, item: Panel, span: tuple[float, float], top: float, sizes: Type
) -> None:
    row = result.rows.set_index("model").loc[item.name]
    ratio = estimate(row["status"], row["hr"], row["ci_low"], row["ci_high"])
    said = f"hazard ratio {ratio}" if ratio else "no hazard ratio"
    figure.add_annotation(
        text=f"<b>{HEADS[item.name]}</b><br>{said}", x=span[0], y=top, xref="paper", yref="paper", xanchor="left",
        yanchor="bottom", align="left", showarrow=False, font={"size": sizes.text, "color": INK}, name="head",
    )  # fmt: skip


def _at_risk(figure: go.Figure, at: int, item: Panel, ticks: np.ndarray, sizes: Type) -> None:
    size = sizes.text - 1
    most = max(int(_numbers(part, ticks).max()) for _, part in item.curves.groupby("group", observed=True))
    shift = -round(10 + len(f"{most:,}") * sizes.text * 0.3)
    for place, level in enumerate((IVIG, NO_IVIG)):
        curve = item.curves[item.curves["group"] == level]
        colour = legible(COLOURS[level][0])
        figure.add_scatter(
            x=ticks, y=np.full(len(ticks), place), xaxis=f"x{_suffix(at)}", yaxis=f"y{_suffix(at, 2)}", mode="text",
            text=[f"{number:,}" for number in _numbers(curve, ticks)], textfont={"size": size, "color": colour},
            hoverinfo="skip", showlegend=False, name="at risk", cliponaxis=False,
        )  # fmt: skip
        if at == 0:
            figure.add_annotation(
                text="IVIG" if level == IVIG else "No IVIG", x=0, xref="paper", xanchor="right", xshift=shift, y=place,
                yref=f"y{_suffix(at, 2)}", showarrow=False, font={"size": size, "color": colour}, name="row",
            )  # fmt: skip


def _numbers(curve: pd.DataFrame, ticks: np.ndarray) -> np.ndarray:
    """At risk just before each mark."""
    if curve.empty:
        return np.zeros(len(ticks), np.int64)
    row = np.searchsorted(curve["time"].to_numpy(float), ticks * DAYS_PER_MONTH, side="left")
    return np.append(curve["at_risk"].to_numpy(np.int64), 0)[row]
