"""Very many points in a figure: odd ones as red diamonds that can be clicked, the others as dots or shaded cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.theme import INK, PAPER, Type
from ivig_core.figures.words import escape, listed, shorten_apart
from ivig_core.study.quality.cloud import Cloud

ODD, USUAL = "#B5392B", "#767C82"
ODD_NAME, USUAL_NAME = "Looks wrong", "Others"
SHADES = [[0.0, "#E4E7EA"], [0.4, "#A3ABB3"], [1.0, "#3C4650"]]
NAMED, LABEL_CHARS, TITLE_CHARS = 6, 12, 16
"""Odd points with the id beside them, in each panel; characters of an id there and in a title."""
APART = (0.14, 0.12)
"""Shares of the width and height of a panel that keep two ids apart."""


def draw(
    figure: go.Figure, cloud: Cloud, axes: tuple[str, str], sizes: Type, place: Callable[[np.ndarray], Any],
    log: bool = False,
) -> None:  # fmt: skip
    """Add a cloud on `axes` (x, y); `place` makes of x what the axis has; `log`: whether that of y is logarithmic.

    Odd points carry `customdata` [patient code, patient id], for opening a patient by a click, and so do the others
    where they are drawn one by one.
    """
    x, y = axes
    if cloud.usual is None:
        with np.errstate(divide="ignore"):
            shade = np.log10(cloud.cells)
        shade[~np.isfinite(shade)] = np.nan
        figure.add_heatmap(
            x=place(cloud.x), y=cloud.y, z=shade, xaxis=x, yaxis=y, colorscale=SHADES, showscale=False, name="cells",
            customdata=cloud.cells, hovertemplate="%{customdata:,} points here<extra></extra>", hoverongaps=False,
        )  # fmt: skip
    elif len(cloud.usual):
        _points(figure, cloud.usual, axes, place, name=USUAL_NAME, mode="markers",
                marker={"size": 5 * sizes.scale, "color": USUAL, "opacity": 0.45})  # fmt: skip
    if len(cloud.odd):
        texts = _names(cloud, log)
        _points(
            figure, cloud.odd, axes, place, name=ODD_NAME, mode="markers+text", text=texts,
            textposition="middle right", textfont={"size": sizes.text - 1, "color": INK}, cliponaxis=False,
            marker={"size": 11 * sizes.scale, "symbol": "diamond", "color": ODD, "line": {"color": PAPER, "width": 1}},
        )  # fmt: skip


def _names(cloud: Cloud, log: bool) -> list[str]:
    """Ids to the right of the odd points that are most unlike, none over another id or odd point."""
    x, y = (cloud.odd[name].to_numpy(float) for name in ("x", "y"))
    y = np.log10(y) if log else y
    wide, tall = np.ptp(cloud.x), np.ptp(np.log10(cloud.y) if log else cloud.y)
    named: list[int] = []
    for at in range(len(cloud.odd)):
        level = np.abs(y - y[at]) < APART[1] * tall
        covered = level & (x > x[at]) & (x - x[at] < APART[0] * wide)
        beside = level[named] & (np.abs(x[named] - x[at]) < APART[0] * wide)
        if len(named) < NAMED and not covered.any() and not beside.any():
            named.append(at)
    labels = shorten_apart(cloud.odd["patient_id"].iloc[named], LABEL_CHARS)
    texts = [""] * len(cloud.odd)
    for at, label in zip(named, labels, strict=True):
        texts[at] = escape(label)
    return texts


def _points(
    figure: go.Figure, points: pd.DataFrame, axes: tuple[str, str], place: Callable[[np.ndarray], Any],
    *, name: str, **look: Any,
) -> None:  # fmt: skip
    text = [
        f"<b>{escape(row.patient_id)}</b><br>{escape(row.value)}{f'<br>{escape(row.why)}' if row.why else ''}"
        for row in points.itertuples()
    ]
    figure.add_scatter(
        x=place(points["x"].to_numpy(float)), y=points["y"].to_numpy(), xaxis=axes[0], yaxis=axes[1],
        hovertext=text, hoverinfo="text", name=name, legendgroup=name,
        customdata=[[int(row.patient), str(row.patient_id)] for row in points.itertuples()],
        unselected={"marker": {"opacity": look["marker"].get("opacity", 1)}}, **look,
    )  # fmt: skip


def dates(days: np.ndarray) -> Any:
    """Days since 1970-01-01 as a date axis has them."""
    return (np.asarray(days, float) * 86_400_000).astype("datetime64[ms]")


def named(ids: Sequence[str], most: int = 3) -> str:
    """The first ids in words, cut where they are long, and how many more."""
    shown = shorten_apart(ids[:most], TITLE_CHARS)
    return listed([*shown, f"{len(ids) - most:,} more"]) if len(ids) > most else listed(shown)
