"""Cumulative incidence of infection with death competing, and Kaplan–Meier's complement beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.estimate.survival.competing_beside import Competing
from ivig_core.export import rows_of
from ivig_core.figures.frame import frame, legend_below, narrower, note, note_height, sentence
from ivig_core.figures.groups import group_style
from ivig_core.figures.steps import enough_at_risk, steps
from ivig_core.figures.survival.at_risk import ALL_KINDS_FOR, NAME_CHARS, TableRow, draw_rows, left_margin
from ivig_core.figures.survival.competing_words import NOBODY, alt, detail, finding, hover, names, small_print
from ivig_core.figures.survival.kaplan_meier import AXIS_ROOM, BANDS_FOR, MONTH_STEPS, MOST_TICKS, TITLE_ROOM
from ivig_core.figures.theme import AT_RISK_ROW, INK, MUTED, SURVIVAL_HEIGHT, pale, type_of
from ivig_core.figures.words import DAYS_PER_MONTH, escape, shorten_apart

DAYS = 365
"""The time that the finding speaks of where no other is asked for."""
LINES: dict[str, dict[str, Any]] = {
    "infection": {"width": 2.5},
    "death": {"width": 1.2},
    "one_minus_km": {"width": 1.5, "dash": "dash"},
}
LINE_NAMES = {
    "infection": "Infection",
    "death": "Death without one",
    "one_minus_km": "Kaplan–Meier, ignoring death",
}
NAIVE_OPACITY = 0.55
COUNTS = {"at risk": "at_risk", "infections": "infections", "deaths": "deaths"}


def competing(result: Competing, *, days: float = DAYS, presentation: bool = False, tested: str = "") -> go.Figure:
    """Aalen–Johansen curves with the naive ones dashed; the finding is that of `days`; months on the axis. `tested`:
    the test of the groups, said with the counts.

    More than three groups have curves of infection only, without bands.
    """
    sizes = type_of(presentation)
    if result.curves.empty:
        return sentence("cumulative-incidence", NOBODY, sizes=sizes)
    called, few = names(result), len(result.groups) <= BANDS_FOR
    colours = {name: group_style(result.group, name, at).colour for at, name in enumerate(result.groups)}
    curves = {name: _with_start(part) for name, part in result.curves.groupby("group", sort=False, observed=True)}
    last = float(result.curves["time"].max()) / DAYS_PER_MONTH
    ticks = _ticks(last)
    rows = _rows(curves, called, colours, ticks)
    print_below = small_print(result, few)
    foot = note_height(print_below, narrower(sizes))
    table_height = len(rows) * AT_RISK_ROW
    curve_height, room = SURVIVAL_HEIGHT - TITLE_ROOM - AXIS_ROOM, round(AXIS_ROOM * sizes.scale)
    behind = "; ".join(filter(None, [detail(result), tested]))
    figure = frame(
        "cumulative-incidence", finding(result, days), behind, alt(result, days),
        curve_height + room + table_height, sizes=sizes, below=foot + 8, left=left_margin(rows, sizes),
    )  # fmt: skip
    # Shared curves do not tell every kind.
    kinds = tuple(kind for kind in LINES if result.curves[kind].notna().any()) if few else ("infection",)
    for name, curve in curves.items() if few else ():
        _band(figure, curve, colours[name])
    for name, curve in curves.items():
        for kind in reversed(kinds):
            _line(figure, curve, kind, colours[name], called[name])
    _keys(figure, colours, called, kinds)
    draw_rows(figure, rows, ticks, sizes)
    whole = curve_height + room + table_height
    since = f"day {result.landmark_day}" if result.landmark_day else "the first day at risk"
    figure.update_layout(
        xaxis={
            "title": {"text": f"Months since {since}"}, "range": [0, last * 1.02], "tickvals": ticks,
            "ticktext": [f"{tick:g}" for tick in ticks], "anchor": "y", "zeroline": False,
        },
        yaxis={
            "domain": [1 - curve_height / whole, 1], "range": [0, 1.03], "tickformat": ".0%", "fixedrange": True,
            "tickvals": [0, 0.25, 0.5, 0.75, 1], "title": {"text": "Share of patients"},
        },
        yaxis2={
            "domain": [0, table_height / whole], "range": [len(rows) - 0.5, -0.5], "visible": False,
            "fixedrange": True, "anchor": "x",
        },
    )  # fmt: skip
    legend_below(figure, foot)
    note(figure, print_below, sizes=narrower(sizes))
    return figure


def _with_start(curve: pd.DataFrame) -> pd.DataFrame:
    """The curve from time 0, where everybody is at risk and nothing has happened."""
    start = dict.fromkeys(curve.columns, 0.0) | {"at_risk": curve["at_risk"].iloc[0]}
    start |= {"infection_low": np.nan, "infection_high": np.nan}
    if curve["censored"].isna().any():  # a shared curve, which tells counts at its steps alone
        start |= {"infections": np.nan, "deaths": np.nan, "one_minus_km": np.nan}
    return pd.concat([pd.DataFrame([start]), curve], ignore_index=True).drop(columns="group")


def _band(figure: go.Figure, curve: pd.DataFrame, colour: str) -> None:
    known = curve[curve["infection_high"].notna()]
    if known.empty:
        return
    time = np.append(known["time"].to_numpy(float), float(curve["time"].max())) / DAYS_PER_MONTH
    # Every limit holds until the next time.
    x = np.repeat(time, 2)[1:-1]
    low, high = (np.repeat(known[name].to_numpy(), 2) for name in ("infection_low", "infection_high"))
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]), mode="lines", fill="toself",
        fillcolor=pale(colour, 0.14), line={"width": 0}, hoverinfo="skip", showlegend=False, name="interval",
    )  # fmt: skip


def _line(figure: go.Figure, curve: pd.DataFrame, kind: str, colour: str, name: str) -> None:
    """The steps of one kind; from where fewer than 10 are at risk they are faded."""
    texts = [_label(hover(name, row)) for row in rows_of(curve)] if kind == "infection" else None
    opacity = NAIVE_OPACITY if kind == "one_minus_km" else 1.0
    line, enough = {"color": colour, **LINES[kind]}, enough_at_risk(curve["at_risk"])
    steps(figure, curve["time"], curve[kind], enough, line, name, texts, opacity=opacity, meta=kind)


def _label(lines: list[str]) -> str:
    """A hover label, its first line in bold."""
    first, *rest = map(escape, lines)
    return "<br>".join([f"<b>{first}</b>", *rest])


def _keys(figure: go.Figure, colours: dict[str, str], called: dict[str, str], kinds: tuple[str, ...]) -> None:
    """The legend: what a colour is where there are several, and what a kind of line is."""
    if len(colours) > 1:
        for name, colour in colours.items():
            _key(figure, called[name], {"color": colour, "width": 6})
    only = next(iter(colours.values())) if len(colours) == 1 else MUTED
    for kind in kinds if len(kinds) > 1 else ():
        _key(figure, LINE_NAMES[kind], {"color": only, **LINES[kind]}, NAIVE_OPACITY if kind == "one_minus_km" else 1)


def _key(figure: go.Figure, name: str, line: dict[str, Any], opacity: float = 1) -> None:
    figure.add_scatter(x=[None], y=[None], mode="lines", line=line, name=escape(name), meta="key", opacity=opacity)


def _ticks(last: float) -> np.ndarray:
    """Months at which the axis is marked and the table counts."""
    step = next((step for step in MONTH_STEPS if last / step <= MOST_TICKS), MONTH_STEPS[-1])
    return np.arange(0, last + 1e-9, step)


def _rows(
    curves: dict[str, pd.DataFrame], called: dict[str, str], colours: dict[str, str], ticks: np.ndarray
) -> list[TableRow]:
    """At risk on that day, infections and deaths before it, for each group; at risk only where groups are many."""
    if len(curves) > ALL_KINDS_FOR:
        short = shorten_apart((called[name] for name in curves), NAME_CHARS)
        rows = [
            TableRow(label, colours[name], _numbers(curve, "at risk", ticks), "at risk")
            for label, (name, curve) in zip(short, curves.items(), strict=True)
        ]
        return [TableRow("Patients at risk", INK), *rows]
    return [
        row
        for name, curve in curves.items()
        for row in (
            TableRow(called[name], colours[name]),
            *(
                TableRow(k, INK if k == "at risk" else MUTED, _numbers(curve, k, ticks), k)
                for k, column in COUNTS.items()
                if curve[column].iloc[1:].notna().any()
            ),
        )
    ]


def _numbers(curve: pd.DataFrame, kind: str, ticks: np.ndarray) -> tuple[float, ...]:
    """Numbers at every mark; a shared curve, which does not say who is censored, has none after its end."""
    row = np.searchsorted(curve["time"].to_numpy(float), ticks * DAYS_PER_MONTH, side="left")
    values = curve[COUNTS[kind]].fillna(0).to_numpy(float)
    values = np.append(values, 0) if kind == "at risk" else np.append(0, values.cumsum())
    over = (row == len(curve)) & bool(curve["censored"].isna().any())
    return tuple(map(float, np.where(over, np.nan, values[row])))
