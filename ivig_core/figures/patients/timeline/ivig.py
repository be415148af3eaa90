"""The IVIG track of a timeline: doses by their grams over the lane of the swimmer plot."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.figures.glyphs import MARKS
from ivig_core.figures.patients.swimmer import PARTS_LEGEND
from ivig_core.figures.patients.timeline.base import (
    STRIP,
    TRACK,
    Canvas,
    Track,
    bars,
    broken_line,
    counts_beside,
    hidden_axis,
    points,
    remark,
    rising_ticks,
    swatch,
    when,
)
from ivig_core.figures.theme import IVIG_BLUE, MUTED, state_colour
from ivig_core.figures.words import counted, escape
from ivig_core.study.patients.timeline import Timeline
from ivig_core.terms import ON, label

ROUTES = {"iv": ("circle", "●", "intravenous"), "sc": ("circle-open", "○", "subcutaneous")}
WITHOUT_DOSES = 58
BELOW = 0.32
"""The lane lies below the stems by this part of the highest of them."""


def ivig_track(line: Timeline) -> Track:
    """Doses as stems as high as their grams, under them the states that follow from them."""
    if line.doses.empty:
        return Track("IVIG", (), WITHOUT_DOSES, partial(_without_doses, line))
    given = set(line.doses["route"])
    known = line.doses["grams"].notna().any()
    key = ["grams per dose" if known else "grams not recorded"]
    key += [swatch(IVIG_BLUE, sign, words) for route, (_, sign, words) in ROUTES.items() if route in given]
    return Track("IVIG", key, TRACK, partial(_doses, line))


def _without_doses(line: Timeline, canvas: Canvas, axis: str) -> dict[str, Any]:
    _lane(line, canvas, axis, 0.25)
    remark(canvas, axis, "no dose recorded", 0.75)
    return hidden_axis(-0.05, 1)


def _doses(line: Timeline, canvas: Canvas, axis: str) -> dict[str, Any]:
    table = _by_day(line.doses)
    known = table["grams"].notna().to_numpy()
    top = float(table["grams"].max()) if known.any() else 1.0
    # A dose of unknown amount stands half as high as the largest.
    table["height"] = table["grams"].fillna(top / 2)
    _lane(line, canvas, axis, -BELOW * top)
    broken_line(
        canvas, axis, "doses", (table["day"], table["day"]), (np.zeros(len(table)), table["height"]),
        {"color": IVIG_BLUE, "width": 1.5},
    )  # fmt: skip
    for route, (symbol, _, words) in ROUTES.items():
        rows = table[table["route"] == route]
        if len(rows):
            columns = (rows[name].tolist() for name in ("day", "grams", "grams_per_kg", "count"))
            points(
                canvas, axis, f"Dose, {words}", rows["day"], rows["height"],
                [_hover(words, *row) for row in zip(*columns, strict=True)],
                {"symbol": symbol, "size": 7, "color": IVIG_BLUE, "line": {"color": IVIG_BLUE, "width": 1.5}},
            )  # fmt: skip
    counts_beside(canvas, axis, table["day"], table["height"], table["count"])
    return {"range": [-1.55 * BELOW * top, 1.2 * top], "tickvals": rising_ticks(top) if known.any() else []}


def _by_day(doses: pd.DataFrame) -> pd.DataFrame:
    """Doses of one day and route together, their grams added up."""
    return (
        doses.groupby(["day", "route"], sort=True)
        .agg(
            grams=("grams", partial(pd.Series.sum, min_count=1)),
            grams_per_kg=("grams_per_kg", partial(pd.Series.sum, min_count=1)),
            count=("day", "size"),
        )
        .reset_index()
    )


def _hover(route: str, day: int, grams: float, per_kg: float, count: int) -> str:
    amounts = [f"{grams:g} g"] if grams == grams else []
    amounts += [f"{per_kg:g} g/kg"] if per_kg == per_kg else []
    many = f"{count} doses, " if count > 1 else ""
    return f"<b>{many}{', '.join(amounts) or 'amount not recorded'}</b><br>{route}<br>{when(day)}"


def _lane(line: Timeline, canvas: Canvas, axis: str, y: float) -> None:
    """States as in the swimmer plot, on a hair line as long as the patient is known of, and how it ends."""
    broken_line(canvas, axis, "known of", ([0], [line.last_day + 1]), ([y], [y]), {"color": MUTED, "width": 1})
    parts = [state for state in line.states if state.startswith(ON)]
    for state in [*parts, *(state for state in line.states if state not in parts)]:
        rows = line.segments[line.segments["state"] == state]
        if len(rows):
            columns = (rows[name].tolist() for name in ("start_day", "end_day", "days", "infections"))
            hover = [_state_hover(state, *row) for row in zip(*columns, strict=True)]
            colour = state_colour(state, parts.index(state) if state in parts else 0)
            name = PARTS_LEGEND.get(state, label(state).removesuffix(" since dose"))
            bars(canvas, axis, name, rows, y, colour, STRIP, hover, showlegend=True)
    name, glyph = MARKS["death" if line.died else "followed"]
    said = "died" if line.died else "alive when last known of"
    day = line.last_day if line.died else line.last_day + 1
    marker = {"symbol": glyph.symbol, "color": glyph.colour, "size": (glyph.size + 2) * canvas.sizes.scale}
    points(
        canvas, axis, name, [day], [y], [f"<b>{said}</b><br>{when(line.last_day)}"], marker, cliponaxis=False,
        showlegend=True,
    )  # fmt: skip


def _state_hover(state: str, first: int, last: int, days: int, infections: int) -> str:
    return (
        f"<b>{escape(label(state))}</b><br>days {first:,}–{last:,} ({counted(days, 'day')})<br>"
        f"{counted(infections, 'infection')}"
    )
