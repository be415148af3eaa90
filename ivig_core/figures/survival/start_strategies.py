"""Cumulative incidence under two strategies of starting IVIG, from the emulation of a trial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, narrower, note, note_height
from ivig_core.figures.groups import Style
from ivig_core.figures.steps import enough_at_risk, key, steps
from ivig_core.figures.survival.at_risk import TableRow, draw_rows, left_margin
from ivig_core.figures.survival.kaplan_meier import AXIS_ROOM, TITLE_ROOM
from ivig_core.figures.survival.start_strategies_words import (
    alt,
    axis_title,
    detail,
    finding,
    small_print,
    strategy_name,
    with_interval,
)
from ivig_core.figures.theme import (
    AT_RISK_ROW,
    FEW_AT_RISK,
    INK,
    IVIG_BLUE,
    MUTED,
    OBSERVATION_ORANGE,
    SURVIVAL_HEIGHT,
    pale,
    type_of,
)
from ivig_core.figures.words import DAYS_PER_MONTH, escape
from ivig_core.study.survival.clone_censor import HORIZON, CloneCensor

STYLES = (Style(IVIG_BLUE, "solid"), Style(OBSERVATION_ORANGE, "dash"))
MONTHS = np.arange(0, 13, 2)


def start_strategies(result: CloneCensor, *, presentation: bool = False) -> go.Figure:
    """Two curves with bootstrap bands for `study.clone_censor.CloneCensor`, the patients left in each beneath them."""
    sizes = type_of(presentation)
    names = [strategy_name(result, name) for name in result.strategies]
    curves = [part for _, part in result.curves.groupby("strategy", sort=False)]
    rows = [TableRow("Patients at risk, unweighted", INK)]
    for name, style, curve in zip(names, STYLES, curves, strict=True):
        at = np.minimum(np.round(MONTHS * DAYS_PER_MONTH).astype(int), HORIZON)
        rows.append(TableRow(name, style.colour, tuple(map(int, curve["at_risk"].to_numpy()[at])), "at risk"))
    print_below = small_print(result, any((curve["at_risk"] < FEW_AT_RISK).any() for curve in curves))
    foot = note_height(print_below, narrower(sizes))
    table_height = round(len(rows) * AT_RISK_ROW * (sizes.scale if presentation else 1))
    curve_height, room = SURVIVAL_HEIGHT - TITLE_ROOM - AXIS_ROOM, round(AXIS_ROOM * sizes.scale)
    whole = curve_height + room + table_height
    figure = frame(
        "start-strategies", finding(result), detail(result), alt(result), whole,
        sizes=sizes, below=foot + 8, left=left_margin(rows, sizes),
    )  # fmt: skip
    for curve, style in zip(curves, STYLES, strict=True):
        _band(figure, curve, style)
    for name, curve, style in zip(names, curves, STYLES, strict=True):
        _curve(figure, curve, style, name)
    draw_rows(figure, rows, MONTHS.astype(float), sizes)
    top = min(max(0.1, float(result.curves[["risk", "ci_high"]].max().max()) * 1.05), 1.03)
    figure.update_layout(
        xaxis={
            "title": {"text": "Months since the first day at risk"}, "range": [0, 12.2], "tickvals": MONTHS,
            "anchor": "y", "zeroline": False,
        },
        yaxis={
            "domain": [1 - curve_height / whole, 1], "range": [0, top], "tickformat": ".0%", "fixedrange": True,
            "nticks": 6, "title": {"text": axis_title(result)},
        },
        yaxis2={
            "domain": [0, table_height / whole], "range": [len(rows) - 0.5, -0.5], "visible": False,
            "fixedrange": True, "anchor": "x",
        },
        shapes=[_decided(result.decided)],
    )  # fmt: skip
    legend_below(figure, foot)
    note(figure, print_below, sizes=narrower(sizes))
    return figure


def _decided(day: int) -> dict[str, Any]:
    """A line on the day by which it is seen who follows which strategy."""
    at = (day + 1) / DAYS_PER_MONTH
    return {
        "type": "line", "x0": at, "x1": at, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain", "name": "decided",
        "line": {"color": MUTED, "width": 1, "dash": "dot"}, "layer": "below",
    }  # fmt: skip


def _band(figure: go.Figure, curve: pd.DataFrame, style: Style) -> None:
    known = curve[curve["ci_low"].notna().to_numpy()]
    if len(known) < 2:
        return
    x = np.repeat(known["day"].to_numpy(float) / DAYS_PER_MONTH, 2)[1:]
    low, high = (np.repeat(known[name].to_numpy(), 2)[:-1] for name in ("ci_low", "ci_high"))
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]), mode="lines", fill="toself",
        fillcolor=pale(style.colour, 0.14), line={"width": 0}, hoverinfo="skip", showlegend=False, name="interval",
    )  # fmt: skip


def _curve(figure: go.Figure, curve: pd.DataFrame, style: Style, name: str) -> None:
    """The steps, only the days on which the risk rises; from where fewer than 10 are left they are faded."""
    curve = curve[curve["risk"].notna().to_numpy()]
    rises = np.append(True, np.diff(curve["risk"]) > 0)
    rises[-1] = True
    part = curve[rises]
    hover = [
        f"<b>{escape(name)}</b><br>month {row['day'] / DAYS_PER_MONTH:.1f} (day {row['day']:,.0f})<br>"
        f"{escape(with_interval(row['risk'], row['ci_low'], row['ci_high']))}<br>{row['at_risk']:,.0f} at risk"
        for row in part.to_dict("records")
    ]
    line = {"color": style.colour, "dash": style.dash, "width": 2.5}
    steps(figure, part["day"], part["risk"], enough_at_risk(part["at_risk"]), line, name, hover)
    key(figure, line, name)
