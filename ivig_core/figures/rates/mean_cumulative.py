"""Curves of the mean number of infections per patient, with intervals and the patients at risk under the time axis."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, note, note_height, sentence
from ivig_core.figures.groups import Style, group_style
from ivig_core.figures.rates.mean_cumulative_words import (
    alt,
    detail,
    finding,
    legend_name,
    short_name,
    small_print,
    with_interval,
)
from ivig_core.figures.rates.rows import WIDTH, narrow
from ivig_core.figures.steps import enough_at_risk, key, steps
from ivig_core.figures.survival.at_risk import TableRow, draw_rows, left_margin
from ivig_core.figures.survival.kaplan_meier import AXIS_ROOM, BANDS_FOR, MONTH_STEPS, MOST_TICKS, TITLE_ROOM
from ivig_core.figures.theme import AT_RISK_ROW, FEW_AT_RISK, INK, SURVIVAL_HEIGHT, pale, state_colour
from ivig_core.figures.words import DAYS_PER_MONTH, escape, months
from ivig_core.study.rates.over_time import PERIOD, OverTime
from ivig_core.terms import OBSERVATION, ON, REFERENCE

MOST_PRESENTED = 5
DASHES = {ON: "solid", OBSERVATION: "dash", REFERENCE: "dot"}


def mean_cumulative(result: OverTime, *, presentation: bool = False) -> go.Figure:
    """Steps with a band for each period or group of `study.over_time`; months of its clock on the axis."""
    sizes = narrow(presentation)
    if result.curves.empty:
        return sentence("infections-per-patient", "No day is left to count infections on.", sizes=sizes)
    curves = {name: _with_start(part) for name, part in result.curves.groupby("period", sort=False)}
    styles = {name: _style(result, str(name), at) for at, name in enumerate(curves)}
    last = float(result.curves["time"].max()) / DAYS_PER_MONTH
    ticks = _ticks(last, MOST_PRESENTED if presentation else MOST_TICKS)
    rows = _at_risk(result, styles, ticks)
    print_below = small_print(result, any((curve["at_risk"] < FEW_AT_RISK).any() for curve in curves.values()))
    foot = note_height(print_below, sizes)
    table_height = round(len(rows) * AT_RISK_ROW * (sizes.scale if presentation else 1))
    curve_height, room = SURVIVAL_HEIGHT - TITLE_ROOM - AXIS_ROOM, round(AXIS_ROOM * sizes.scale)
    figure = frame(
        "infections-per-patient", finding(result), detail(result), alt(result), curve_height + room + table_height,
        sizes=sizes, below=foot + 8, left=left_margin(rows, sizes),
    )  # fmt: skip
    for name, curve in curves.items() if len(curves) <= BANDS_FOR else ():
        _band(figure, curve, styles[name])
    for name, curve in curves.items():
        _curve(figure, curve, styles[name], legend_name(result, name))
    draw_rows(figure, rows, ticks, sizes)
    whole = curve_height + room + table_height
    figure.update_layout(
        xaxis={
            "title": {"text": _axis(result)}, "range": [0, last * 1.02], "tickvals": ticks,
            "ticktext": [f"{tick:g}" for tick in ticks], "anchor": "y", "zeroline": False,
        },
        yaxis={
            "domain": [1 - curve_height / whole, 1], "range": [0, _top(curves)], "fixedrange": True, "nticks": 6,
            "title": {"text": "Infections per patient"},
        },
        yaxis2={
            "domain": [0, table_height / whole], "range": [len(rows) - 0.5, -0.5], "visible": False,
            "fixedrange": True, "anchor": "x",
        },
    )  # fmt: skip
    legend_below(figure, foot, WIDTH)
    note(figure, print_below, sizes=sizes)
    return figure


def _style(result: OverTime, name: str, at: int) -> Style:
    if result.clock == PERIOD:
        return Style(state_colour(name), DASHES[name])
    return group_style(result.group, name, at)


def _axis(result: OverTime) -> str:
    if result.clock == PERIOD:
        return "Months spent in the period"
    return f"Months since {f'day {result.landmark_day}' if result.landmark_day else 'the first day at risk'}"


def _with_start(curve: pd.DataFrame) -> pd.DataFrame:
    """The curve from time 0, only the times at which it rises, and its end."""
    start = {"time": 0, "at_risk": int(curve["left"].sum()), "infections": 0, "left": 0, "mean": 0.0}
    rises = (curve["infections"] > 0).to_numpy(copy=True)
    rises[-1] = True
    return pd.concat([pd.DataFrame([{**start, "ci_low": 0.0, "ci_high": 0.0}]), curve[rises]], ignore_index=True)


def _band(figure: go.Figure, curve: pd.DataFrame, style: Style) -> None:
    known = curve[(curve["ci_high"] > 0).to_numpy()]
    if known.empty:
        return
    time = known["time"].to_numpy(float) / DAYS_PER_MONTH
    x = np.repeat(time, 2)[1:]
    low, high = (np.repeat(known[name].to_numpy(), 2)[:-1] for name in ("ci_low", "ci_high"))
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]), mode="lines", fill="toself",
        fillcolor=pale(style.colour, 0.13), line={"width": 0}, hoverinfo="skip", showlegend=False, name="interval",
    )  # fmt: skip


def _curve(figure: go.Figure, curve: pd.DataFrame, style: Style, name: str) -> None:
    """The steps; from where fewer than 10 are at risk they are faded."""
    hover = [
        "<br>".join([
            f"<b>{escape(name)}</b>", f"{months(row['time'])} months (day {row['time']})",
            f"{escape(with_interval(row))} infections per patient", f"{row['at_risk']:,} at risk",
        ])
        for row in curve.to_dict("records")
    ]  # fmt: skip
    line = {"color": style.colour, "dash": style.dash, "width": 2.5}
    steps(figure, curve["time"], curve["mean"], enough_at_risk(curve["at_risk"]), line, name, hover)
    key(figure, line, name)


def _top(curves: dict[str, pd.DataFrame]) -> float:
    """End of the vertical axis: every curve, and the intervals where enough patients are at risk."""
    means = max(curve["mean"].max() for curve in curves.values())
    ends = [curve.loc[curve["at_risk"] >= FEW_AT_RISK, "ci_high"].max() for curve in curves.values()]
    return max(np.nanmax([means, *ends]), 0.5) * 1.05


def _ticks(last: float, most: int) -> np.ndarray:
    """Months at which the axis is marked and the table counts."""
    step = next((step for step in MONTH_STEPS if last / step <= most), MONTH_STEPS[-1])
    return np.arange(0, last + 1e-9, step)


def _at_risk(result: OverTime, styles: dict[str, Style], ticks: np.ndarray) -> list[TableRow]:
    """A heading, and for each period the patients with at least so many days in it."""
    rows = [TableRow("Patients at risk", INK)]
    for name, part in result.curves.groupby("period", sort=False):
        time = part["time"].to_numpy(float)
        at = np.searchsorted(time, ticks * DAYS_PER_MONTH, side="left")
        numbers = np.append(part["at_risk"].to_numpy(), 0)[at]
        rows.append(TableRow(short_name(result, str(name)), styles[name].colour, tuple(map(int, numbers)), "at risk"))
    return rows
