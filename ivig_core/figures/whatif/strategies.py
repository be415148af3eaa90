"""Expected infections under each way to give IVIG, against how much IVIG it takes."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from ivig_core.estimate.whatif.strategies.asked import IGG_GUIDED, INFECTION_GUIDED, NONE, OBSERVED, PRIMARY
from ivig_core.figures.frame import frame, legend_below, note, note_height
from ivig_core.figures.theme import GROUP_COLOURS, INK, PAPER, REFERENCE_GREY, type_of
from ivig_core.figures.whatif.strategies_words import (
    alt,
    detail,
    expected,
    finding,
    per_infection,
    small_print,
    strategy_name,
)
from ivig_core.figures.words import escape, is_number
from ivig_core.study.whatif.strategy_result import Strategies

HEIGHT, AXIS_ROOM = 360, 58
LOOK = {
    NONE: (REFERENCE_GREY, "circle-open"),
    OBSERVED: (INK, "diamond"),
    PRIMARY: (GROUP_COLOURS[0], "square"),
    IGG_GUIDED: (GROUP_COLOURS[1], "triangle-up"),
    INFECTION_GUIDED: (GROUP_COLOURS[3], "circle"),
}
ALL, SEVERE = "infections", "severe"
AXIS = {ALL: "Expected infections", SEVERE: "Expected infections of grade ≥ 3"}


def strategies(result: Strategies, of: str = ALL, *, presentation: bool = False) -> go.Figure:
    """A point per strategy of `study.strategies` with 95 % intervals both ways; `of` "infections" or "severe" (grade 3
    and higher)."""
    sizes = type_of(presentation)
    foot = note_height(small_print(result), sizes)
    figure = frame(
        "strategies", finding(result, of), detail(result, of), alt(result, of), HEIGHT, sizes=sizes, left=70,
        below=round(AXIS_ROOM * sizes.scale) + foot,
    )  # fmt: skip
    rows = [row for row in result.table.to_dict("records") if row["status"] == "ok"]
    for row in rows:
        _point(figure, row, result, of, sizes.scale)
    reach = [limit for row in rows for limit in _reach(row, of)]
    top, bottom = max(reach), min(reach)
    room = 0.15 * (top - bottom) or 1.0
    right = max(limit for row in rows for limit in _reach(row, "ivig_months")) or 1.0
    figure.update_xaxes(title_text="Patient-months on IVIG", tickformat=",", range=[-0.03 * right, 1.06 * right])
    figure.update_yaxes(title_text=AXIS[of], tickformat=",", range=[max(bottom - room, 0), top + room])
    legend_below(figure, foot)
    note(figure, small_print(result), sizes=sizes)
    return figure


def _point(figure: go.Figure, row: dict[str, Any], result: Strategies, of: str, scale: float) -> None:
    name = strategy_name(row["strategy"], result.assumed)
    colour, symbol = LOOK[row["strategy"]]
    figure.add_scatter(
        x=[row["ivig_months"]], y=[row[of]], mode="markers", name=escape(name), hoverinfo="text",
        hovertext=[_hover(row, name)], cliponaxis=False,
        marker={"size": 13 * scale, "color": colour, "symbol": symbol, "line": {"color": PAPER, "width": 1}},
        error_x=_bar(row, "ivig_months", colour), error_y=_bar(row, of, colour),
    )  # fmt: skip


def _reach(row: dict[str, Any], quantity: str) -> tuple[float, float]:
    """Its limits; what is recorded, and has none, twice."""
    low, high = row[f"{quantity}_low"], row[f"{quantity}_high"]
    return (low, high) if is_number(low) else (row[quantity], row[quantity])


def _bar(row: dict[str, Any], quantity: str, colour: str) -> dict[str, Any]:
    low, high = _reach(row, quantity)
    above, below = max(high - row[quantity], 0.0), max(row[quantity] - low, 0.0)
    return {"type": "data", "symmetric": False, "array": [above], "arrayminus": [below], "color": colour,
            "thickness": 1.6, "width": 0}  # fmt: skip


def _hover(row: dict[str, Any], name: str) -> str:
    lines = [
        f"<b>{escape(name)}</b>",
        f"{expected(row, 'infections')} infections",
        f"{expected(row, 'severe')} of grade ≥ 3" if row["severe_status"] == "ok" else "",
        f"{expected(row, 'ivig_months')} patient-months on IVIG, {expected(row, 'infusions')} infusions",
        f"{per_infection(row, 'ivig_years_per_averted')} patient-years of IVIG per infection averted"
        if row["ivig_months"] > 0 else "",
    ]  # fmt: skip
    return "<br>".join(line for line in lines if line)
