"""Tracks of blood values: IgG with the levels of hypogammaglobulinemia, neutrophils and lymphocytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.figures.patients.timeline.base import (
    TRACK,
    Canvas,
    Track,
    annotate,
    level_line,
    points,
    shape,
    swatch,
    when,
)
from ivig_core.figures.theme import GROUP_COLOURS, MUTED, REFERENCE_GREY, pale
from ivig_core.figures.words import lower
from ivig_core.study.patients.timeline import Timeline
from ivig_core.terms import ANALYTES, IGG_UNKNOWN, label

IGG_HEIGHT = 124
FUNCTIONAL, MEASURED = GROUP_COLOURS[0], MUTED
STYLES = {"anc": (GROUP_COLOURS[4], "circle", "●", "solid"), "alc": (GROUP_COLOURS[2], "triangle-up", "▲", "dot")}
TICKS = (0, 2000, 5000, 1000, 3000, 10_000, 100, 50)
TICK_ROOM = 15

Scale = Callable[[float | np.ndarray], np.ndarray]
"""From mg/dL to the places on the axis."""


def igg_track(line: Timeline, log: bool) -> Track:
    """IgG as measured and functional, on a logarithmic or a linear scale; the cut-offs are always numbered."""
    name, table = ANALYTES["igg"].label, line.igg
    if table.empty:
        return Track(name)
    key, total = [f"mg/dL{', log scale' if log else ''}"], swatch(MEASURED, "○", "total")
    if table["functional"].isna().all():
        why = "heavy chain not known" if line.heavy_chain is None else "no M-spike with it"
        key += [total, "functional unknown:", why]
    elif not _all_functional(table):
        key += [total, swatch(FUNCTIONAL, "●", "functional"), "(total − M-spike)"]
    return Track(name, key, IGG_HEIGHT, partial(_igg, line, log))


def _all_functional(table: pd.DataFrame) -> bool:
    """Whether total and functional IgG are the same throughout, as in other than IgG myeloma."""
    return bool((table["functional"] == table["igg"]).all())


def _igg(line: Timeline, log: bool, canvas: Canvas, axis: str) -> dict[str, Any]:
    table, cuts = line.igg, line.igg_cuts
    known = table[table["functional"].notna()]
    highest = max(table["igg"].max(), cuts[-1] * 1.5)
    positive = [value for value in (*table["igg"], *known["functional"]) if value > 0]
    low = min(cuts[0] * 0.6, 0.8 * min(positive, default=cuts[0])) if log else 0.0
    scale = partial(_place, log, low)
    bottom, top = float(scale(low)), float(scale(highest))
    room = 0.09 * (top - bottom)
    # Under a logarithmic scale there is room for a value of 0, which has no place on it.
    bottom, top = bottom - room if log else bottom, top + room
    _bands(canvas, axis, cuts, scale, bottom, top)
    if not _all_functional(table):
        marker = {"symbol": "circle-open", "size": 7, "color": MEASURED, "line": {"width": 1.5}}
        points(
            canvas, axis, "IgG, total", table["day"], scale(table["igg"]), [_igg_hover(*row) for row in _rows(table)],
            marker, mode="lines+markers", line={"width": 1, "color": MEASURED},
        )  # fmt: skip
    if len(known):
        below = (known["functional"] < low).to_numpy()
        marker = {"symbol": np.where(below, "triangle-down", "circle"), "size": 7, "color": FUNCTIONAL}
        points(
            canvas, axis, "IgG, functional", known["day"], scale(known["functional"]),
            [_igg_hover(*row) for row in _rows(known)], marker, mode="lines+markers",
            line={"width": 2, "color": FUNCTIONAL},
        )  # fmt: skip
    ticks = _ticks(scale, low, top, cuts)
    return {
        "range": [bottom, top],
        "tickvals": [float(scale(at)) for at in ticks],
        "ticktext": [f"{at:,}" for at in ticks],
    }


def _place(log: bool, low: float, value: float | np.ndarray) -> np.ndarray:
    shown = np.maximum(np.asarray(value, dtype=float), low)
    return np.log10(shown) if log else shown


def _ticks(scale: Scale, low: float, top: float, cuts: tuple[int, ...]) -> list[int]:
    """The cut-offs first, then round numbers that have room beside them."""
    room = (top - float(scale(low))) * TICK_ROOM / IGG_HEIGHT
    chosen: dict[int, float] = {}
    for value in (cuts[-1], cuts[0], *cuts[1:-1], *TICKS):
        place = float(scale(value))
        if low <= value and place <= top and all(abs(place - other) >= room for other in chosen.values()):
            chosen[value] = place
    return sorted(chosen)


def _bands(canvas: Canvas, axis: str, cuts: tuple[int, ...], scale: Scale, bottom: float, top: float) -> None:
    """Levels below the cut-offs, darker the lower, each with its numbers at the right edge."""
    edges = [bottom, *(float(scale(cut)) for cut in cuts)]
    for number, (low, high) in enumerate(pairwise(edges)):
        shape(
            canvas, "IgG level", type="rect", yref=axis, y0=low, y1=high, line={"width": 0},
            fillcolor=pale(REFERENCE_GREY, 0.26 - 0.2 * number / max(len(cuts) - 1, 1)),
        )  # fmt: skip
        level_line(canvas, axis, high, {"width": 1, "color": MUTED, "dash": "dot"}, "IgG cut-off")
    names = [f"<{cuts[0]}", *(f"{low}–<{high}" for low, high in pairwise(cuts)), f"≥{cuts[-1]}"]
    middles = [(low + high) / 2 for low, high in pairwise([*edges, top])]
    room = (top - bottom) * (canvas.small + 2) / (IGG_HEIGHT * canvas.sizes.scale)
    for place, name in zip(spread(middles, room), names, strict=True):
        annotate(
            canvas, name.replace("<", "&lt;"), "IgG level", x=1, xanchor="left", xshift=6, yref=axis, y=place,
            yanchor="middle",
        )  # fmt: skip


def spread(places: Sequence[float], room: float) -> list[float]:
    """Rising places moved up as little as needed, so that no two are nearer than `room`."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + room) if moved else place)
    return moved


def _rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    columns = (table[name].tolist() for name in ("day", "igg", "count", "functional", "level", "trough"))
    return list(zip(*columns, strict=True))


def _igg_hover(day: int, igg: float, count: int, functional: float, level: str, trough: str | float) -> str:
    more = f" (lowest of {count} that day)" if count > 1 else ""
    parts = [f"<b>IgG {igg:,.0f} mg/dL</b>{more}"]
    parts.append(
        "functional IgG not known" if level == IGG_UNKNOWN
        else f"functional {functional:,.0f} mg/dL: {label(level).replace('<', '&lt;')}"
    )  # fmt: skip
    if trough == "yes":
        parts.append("just before a dose")
    return "<br>".join([*parts, when(day)])


def counts_track(line: Timeline) -> Track:
    """Neutrophils and lymphocytes."""
    present = [name for name in STYLES if (line.counts["analyte"] == name).any()]
    if not present:
        return Track("Blood counts")
    key = ["10³/µL", *(swatch(STYLES[name][0], STYLES[name][2], lower(ANALYTES[name].label)) for name in present)]
    return Track("Blood counts", key, TRACK, partial(_counts, line, present))


def _counts(line: Timeline, present: list[str], canvas: Canvas, axis: str) -> dict[str, Any]:
    for name in present:
        rows = line.counts[line.counts["analyte"] == name]
        colour, symbol, _, dash = STYLES[name]
        hover = [
            f"<b>{ANALYTES[name].label} {value:g} 10³/µL</b><br>{'at an infection<br>' if noted else ''}{when(day)}"
            for day, value, noted in zip(rows["day"], rows["value"], rows["at_infection"], strict=True)
        ]
        points(
            canvas, axis, ANALYTES[name].label, rows["day"], rows["value"], hover,
            {"symbol": symbol, "size": 6, "color": colour}, mode="lines+markers",
            line={"width": 1.5, "color": colour, "dash": dash},
        )  # fmt: skip
    return {"range": [0, float(line.counts["value"].max()) * 1.12 or 1], "nticks": 4}
