"""The numbers under a Kaplan–Meier plot: at risk on that day, events and censored before it, on the time axis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.groups import Style
from ivig_core.figures.legible import legible
from ivig_core.figures.theme import INK, MUTED, Type
from ivig_core.figures.words import DAYS_PER_MONTH, count, escape, shorten_apart

KINDS = ("at risk", "events", "censored")
ALL_KINDS_FOR = 3
"""Up to so many curves have all three kinds of numbers; more curves have those at risk only."""
NAME_CHARS = 18
AXIS_TEXTS = 84
"""Room in px that the title and the marks of the vertical axis take."""


class TableRow(NamedTuple):
    """A line of the table: a heading has no numbers."""

    label: str
    colour: str
    numbers: tuple[float, ...] | None = None
    kind: str = "heading"


def table_rows(
    curves: dict[str, pd.DataFrame], names: dict[str, str], styles: dict[str, Style], ticks: np.ndarray
) -> list[TableRow]:
    """A heading and three rows for each curve, or one heading and a row for each; curves begin at time 0.

    Columns add up: at risk, events and censored are all patients of the group, at every mark of the axis.
    """
    counted = {name: _numbers(curve, ticks) for name, curve in curves.items()}
    if len(curves) > ALL_KINDS_FOR:
        short = shorten_apart((names[name] for name in counted), NAME_CHARS)
        rows = [
            TableRow(label, styles[name].colour, numbers["at risk"], "at risk")
            for label, (name, numbers) in zip(short, counted.items(), strict=True)
        ]
        return [TableRow("Patients at risk", INK), *rows]
    return [
        row
        for name, numbers in counted.items()
        for row in (
            TableRow(names[name], styles[name].colour),
            *(
                TableRow(kind, INK if kind == "at risk" else MUTED, numbers[kind], kind)
                for kind in KINDS
                if kind in numbers
            ),
        )
    ]


def left_margin(rows: list[TableRow], sizes: Type) -> int:
    """Room in px left of the axis: for its own texts, and for the labels of rows with numbers beside them."""
    longest = max(len(row.label) for row in rows if row.numbers)
    size = sizes.text - 1
    return round(max(AXIS_TEXTS * sizes.scale, longest * size * 0.58 - _shift(rows, sizes) + 8))


def draw_rows(figure: go.Figure, rows: list[TableRow], ticks: np.ndarray, sizes: Type) -> None:
    """The table on the axes x and y2; numbers stand under the marks of the time axis."""
    size = sizes.text - 1
    for at, row in enumerate(rows):
        if row.numbers is None:
            place = {
                "x": 0,
                "xanchor": "left",
                "xshift": 8 - figure.layout.margin.l,
                "text": f"<b>{escape(row.label)}</b>",
            }
        else:
            place = {"x": 0, "xanchor": "right", "xshift": _shift(rows, sizes), "text": escape(row.label)}
            figure.add_scatter(
                x=ticks, y=np.full(len(ticks), at), yaxis="y2", mode="text", text=[count(n) for n in row.numbers],
                textfont={"size": size, "color": INK if row.kind == "at risk" else MUTED}, hoverinfo="skip",
                showlegend=False, name=row.kind, cliponaxis=False,
            )  # fmt: skip
        figure.add_annotation(
            xref="paper", y=at, yref="y2", yshift=1, showarrow=False, font={"size": size, "color": legible(row.colour)},
            name="row", **place,
        )  # fmt: skip


def _shift(rows: list[TableRow], sizes: Type) -> int:
    """How far labels stand clear of the first numbers, which are centred on the axis."""
    most = max(row.numbers[0] for row in rows if row.numbers)
    return -round(10 + len(count(most)) * sizes.text * 0.3)


def _numbers(curve: pd.DataFrame, ticks: np.ndarray) -> dict[str, tuple[float, ...]]:
    """The kinds of numbers at every mark. A shared curve has no numbers of those censored, and none after its end."""
    whole = bool(curve["censored"].notna().all())
    time = curve["time"].to_numpy(float)
    row = np.searchsorted(time, ticks * DAYS_PER_MONTH, side="left")
    at_risk = np.append(curve["at_risk"].to_numpy(float), 0.0 if whole else np.nan)[row]
    gone = {name: np.append(0, curve[name].fillna(0).to_numpy(float).cumsum())[row] for name in KINDS[1:]}
    values = {"at risk": at_risk, **{name: np.where(np.isnan(at_risk), np.nan, rows) for name, rows in gone.items()}}
    return {name: tuple(map(float, rows)) for name, rows in values.items() if whole or name != "censored"}
