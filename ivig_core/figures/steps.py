"""A step curve that is faded from where too few patients carry it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ivig_core.figures.theme import FEW_AT_RISK
from ivig_core.figures.words import DAYS_PER_MONTH, escape

FADED = 0.4


def enough_at_risk(at_risk: np.ndarray) -> int:
    """How many points of a curve lie before its first with fewer than `FEW_AT_RISK` for good."""
    some = np.flatnonzero(np.asarray(at_risk) >= FEW_AT_RISK)
    return int(some[-1]) + 1 if len(some) else 0


def steps(
    figure: go.Figure,
    days: Sequence[float] | np.ndarray,
    values: Sequence[float] | np.ndarray,
    enough: int,
    line: dict[str, Any],
    name: str,
    hover: Sequence[str] | None = None,
    *,
    opacity: float = 1.0,
    meta: str = "curve",
    **axes: str,
) -> None:
    """Steps over months, full for the first `enough` points and faded for the others; no key of its own.

    `hover`: label of each point, as it is drawn. `meta` names the full part, the faded one is "tail". `axes`: `xaxis`
    and `yaxis` where they are not the first ones.
    """
    x, y = np.asarray(days, float) / DAYS_PER_MONTH, np.asarray(values, float)
    # The last point with enough at risk belongs to both: what follows it is carried by those left after it.
    for part, shown, kind in (
        (slice(0, enough), opacity, meta),
        (slice(max(enough - 1, 0), None), opacity * FADED, "tail"),
    ):
        if len(x[part]) < 2:
            continue
        label = {"hoverinfo": "skip"} if hover is None else {"hovertext": list(hover)[part], "hoverinfo": "text"}
        figure.add_scatter(
            x=x[part], y=y[part], mode="lines", opacity=shown, showlegend=False, line={"shape": "hv", **line},
            name=escape(name), meta=kind, **label, **axes,
        )  # fmt: skip


def key(figure: go.Figure, line: dict[str, Any], name: str, **more: Any) -> None:
    """An entry of the legend, a trace of its own: where all of a curve is faded it must not be."""
    figure.add_scatter(x=[None], y=[None], mode="lines", line=line, name=escape(name), meta="key", **more)
