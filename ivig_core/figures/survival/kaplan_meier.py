"""Kaplan–Meier curves with intervals, censoring, medians, and the numbers at risk under the time axis."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.estimate.survival.tables import SurvivalTables
from ivig_core.export import rows_of
from ivig_core.figures.frame import frame, legend_below, narrower, note, note_height, sentence
from ivig_core.figures.groups import Style, group_name, group_style
from ivig_core.figures.steps import enough_at_risk, key, steps
from ivig_core.figures.survival.at_risk import draw_rows, left_margin, table_rows
from ivig_core.figures.survival.words import alt, axis_title, detail, finding, marked, small_print
from ivig_core.figures.theme import AT_RISK_ROW, MUTED, SURVIVAL_HEIGHT, Type, pale, type_of
from ivig_core.figures.words import DAYS_PER_MONTH, counted, escape, is_number, percent, shorten_apart

TITLE_ROOM, AXIS_ROOM = 66, 56
LEGEND_CHARS = 30
BANDS_FOR = 3
"""Up to so many curves have a shaded interval."""
MONTH_STEPS = (0.1, 0.25, 0.5, 1, 2, 3, 6, 12, 24, 36, 60, 120)
MOST_TICKS = 10


def kaplan_meier(
    tables: SurvivalTables, *, said: tuple[str, str] | None = None, presentation: bool = False
) -> go.Figure:
    """Kaplan–Meier plot in the form of KMunicate (Morris et al., BMJ Open 2019;9:e030215); months on the axis.

    `said`: title and line beneath it, where the curves are no comparison of independent groups.
    """
    sizes = type_of(presentation)
    said = said or (finding(tables), detail(tables))
    if tables.km.curves.empty:
        return sentence("survival", "No patients are left to compare: no survival curve.", sizes=sizes)
    curves = {name: _with_start(part) for name, part in tables.km.curves.groupby("group", sort=False, observed=True)}
    # A group with too few patients to share has a row in the medians and no curve.
    groups = [name for name in tables.km.groups if name in curves]
    whole = {name: group_name(tables.group, name, tables.landmark_day) for name in groups}
    names = dict(zip(groups, shorten_apart(whole.values(), LEGEND_CHARS), strict=True))
    styles = {name: group_style(tables.group, name, at) for at, name in enumerate(tables.km.groups)}
    ticks = _ticks(tables.km.curves["time"].max())
    rows = table_rows(curves, names, styles, ticks)
    table_height = len(rows) * AT_RISK_ROW
    print_below = small_print(tables)
    foot = note_height(print_below, narrower(sizes))
    curve_height = SURVIVAL_HEIGHT - TITLE_ROOM - AXIS_ROOM
    room = round(AXIS_ROOM * sizes.scale)
    figure = frame(
        "survival", *said, alt(tables, said), curve_height + room + table_height,
        sizes=sizes, below=foot + 8, left=left_margin(rows, sizes),
    )  # fmt: skip
    if len(groups) <= BANDS_FOR:
        for name in groups:
            _band(figure, curves[name], styles[name])
    for name in groups:
        _curve(figure, curves[name], styles[name], names[name], whole[name])
    if marked(tables):
        _censored(figure, curves, whole, styles)
    if len(groups) <= 2:
        _medians(figure, tables)
    draw_rows(figure, rows, ticks, sizes)
    _axes(figure, tables, table_height, curve_height, ticks, sizes)
    legend_below(figure, foot)
    note(figure, print_below, sizes=narrower(sizes))
    return figure


def _with_start(curve: pd.DataFrame) -> pd.DataFrame:
    """The curve from time 0, where everybody is at risk and nothing has happened."""
    # A shared curve does not say who is censored.
    nothing = 0 if curve["censored"].notna().all() else np.nan
    start = {"time": 0, "at_risk": curve["at_risk"].iloc[0], "events": nothing, "censored": nothing}
    first = pd.DataFrame([{**start, "survival": 1.0, "ci_low": 1.0, "ci_high": 1.0}])
    return pd.concat([first, curve.drop(columns="group")], ignore_index=True)


def _band(figure: go.Figure, curve: pd.DataFrame, style: Style) -> None:
    known = curve[curve["ci_low"].notna() & curve["ci_high"].notna()]
    time = known["time"].to_numpy(float) / DAYS_PER_MONTH
    # Every limit holds until the next time; the last one until where the curve goes on to without limits.
    ends = np.append(
        time[1:], curve["time"].max() / DAYS_PER_MONTH if len(known) == len(curve) else _next(curve, known)
    )
    x = np.stack([time, ends], axis=1).ravel()
    low, high = (np.repeat(known[name].to_numpy(), 2) for name in ("ci_low", "ci_high"))
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]), mode="lines", fill="toself",
        fillcolor=pale(style.colour, 0.14), line={"width": 0}, hoverinfo="skip", showlegend=False, name="interval",
    )  # fmt: skip


def _next(curve: pd.DataFrame, known: pd.DataFrame) -> float:
    later = curve.loc[curve["time"] > known["time"].max(), "time"]
    return float(later.min()) / DAYS_PER_MONTH


def _curve(figure: go.Figure, curve: pd.DataFrame, style: Style, name: str, whole: str) -> None:
    """The steps; from where fewer than 10 are at risk they are faded. `whole`: the name in full, on hover."""
    hover = [_hover(whole, row) for row in rows_of(curve)]
    line = {"color": style.colour, "dash": style.dash, "width": 2.5}
    steps(figure, curve["time"], curve["survival"], enough_at_risk(curve["at_risk"]), line, name, hover)
    key(figure, line, name)


def _hover(name: str, row: dict[str, float]) -> str:
    limits = f" ({percent(row['ci_low'])} to {percent(row['ci_high'])})" if row["ci_low"] == row["ci_low"] else ""
    behind = [f"{row['at_risk']:,.0f} at risk"]
    if is_number(row["events"]):
        behind.append(counted(row["events"], "event"))
    if is_number(row["censored"]):
        behind.append(f"{row['censored']:,.0f} censored")
    return (
        f"<b>{escape(name)}</b><br>month {row['time'] / DAYS_PER_MONTH:.1f} (day {row['time']:,.0f})<br>"
        f"{escape(percent(row['survival']) + limits)}<br>{', '.join(behind)}"
    )


def _censored(
    figure: go.Figure, curves: dict[str, pd.DataFrame], names: dict[str, str], styles: dict[str, Style]
) -> None:
    shown = False
    for name, curve in curves.items():
        rows = curve[curve["censored"] > 0]
        if rows.empty:
            continue
        figure.add_scatter(
            x=rows["time"] / DAYS_PER_MONTH, y=rows["survival"], mode="markers", name="Censored", showlegend=not shown,
            marker={"symbol": "line-ns", "size": 9, "line": {"color": styles[name].colour, "width": 1.5}},
            hovertext=[_hover(names[name], row) for row in rows.to_dict("records")], hoverinfo="text",
        )  # fmt: skip
        shown = True


def _medians(figure: go.Figure, tables: SurvivalTables) -> None:
    medians = tables.km.medians["median"].dropna().to_numpy(float) / DAYS_PER_MONTH
    if not len(medians):
        return
    x: list[float | None] = [0.0, medians.max()]
    y: list[float | None] = [0.5, 0.5]
    for median in medians:
        x += [None, median, median]
        y += [None, 0.5, 0.0]
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": MUTED, "width": 1, "dash": "dot"}, hoverinfo="skip", name="Median",
        showlegend=False,
    )  # fmt: skip


def _ticks(last: float) -> np.ndarray:
    """Months at which the axis is marked and the table counts."""
    months = last / DAYS_PER_MONTH
    step = next((step for step in MONTH_STEPS if months / step <= MOST_TICKS), MONTH_STEPS[-1])
    return np.arange(0, months + 1e-9, step)


def _axes(
    figure: go.Figure, tables: SurvivalTables, table_height: int, curve_height: int, ticks: np.ndarray, sizes: Type
) -> None:
    whole = curve_height + round(AXIS_ROOM * sizes.scale) + table_height
    rows = round(table_height / AT_RISK_ROW)
    last = float(tables.km.curves["time"].max()) / DAYS_PER_MONTH
    since = f"day {tables.landmark_day}" if tables.landmark_day else "the first day at risk"
    figure.update_layout(
        xaxis={
            "title": {"text": f"Months since {since}"}, "range": [0, last * 1.02], "tickvals": ticks,
            "ticktext": [f"{tick:g}" for tick in ticks], "anchor": "y", "zeroline": False,
        },
        yaxis={
            "domain": [1 - curve_height / whole, 1], "range": [0, 1.03], "tickformat": ".0%", "fixedrange": True,
            "tickvals": [0, 0.25, 0.5, 0.75, 1], "title": {"text": axis_title(tables.event)},
        },
        yaxis2={
            "domain": [0, table_height / whole], "range": [rows - 0.5, -0.5], "visible": False, "fixedrange": True,
            "anchor": "x",
        },
    )  # fmt: skip
