"""A small swimmer plot beside another figure: a few lanes, one glyph in the legend for infections of all grades."""

from __future__ import annotations

import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, sentence
from ivig_core.figures.glyphs import GRADE_LINE, GRADES
from ivig_core.figures.patients.swimmer import follow_up, infections, marks, states, touch
from ivig_core.figures.patients.swimmer_words import alt
from ivig_core.figures.theme import LANE, Type, stamp, type_of
from ivig_core.figures.words import DAYS_PER_MONTH, counted, shorten
from ivig_core.study.patients.lanes import Lanes
from ivig_core.terms import PRE, WASHOUT

LONE_LANES = 4
"""Fewer lanes than that stand further apart."""
ENTRY, ENTRY_CHARS = 106, 17
"""Px of an entry of the legend, and the characters that fit in it."""
SHORT = {PRE: "Before first dose", WASHOUT: "Just after IVIG"}


def swimmer_preview(lanes: Lanes, *, presentation: bool = False) -> go.Figure:
    """The lanes of one page without ids beside them: those answer to the mouse only."""
    sizes = type_of(presentation, compact=True)
    if not lanes.shown:
        figure = sentence("swimmer", "No patient has a day left to analyse.", sizes=sizes)
        return stamp(figure) if lanes.synthetic else figure
    lane = LANE * sizes.scale * (1 if lanes.shown > LONE_LANES else 2)
    figure = frame(
        "swimmer", title(lanes), detail(lanes), alt(lanes), lanes.shown * lane,
        sizes=sizes, below=round(48 * sizes.scale), left=14, right=16,
    )  # fmt: skip
    y, ids = lanes.patients["lane"].to_numpy(), lanes.patients["patient_id"].to_numpy()
    follow_up(figure, lanes, y)
    states(figure, lanes, y)
    touch(figure, lanes, y, ids)
    infections(figure, lanes, y, ids, sizes)
    marks(figure, lanes, y, ids, sizes)
    _few_entries(figure)
    _axes(figure, lanes, sizes)
    legend_below(figure, width=sizes.width, entry=round(ENTRY * sizes.scale))
    return stamp(figure) if lanes.synthetic else figure


def title(lanes: Lanes) -> str:
    """How many had an infection, in a few words."""
    infected = int((lanes.patients["infections"] > 0).sum())
    if lanes.shown == 1:
        return f"{counted(lanes.patients['infections'].sum(), 'infection')} in one patient"
    return f"{infected} of the {lanes.shown} shown had an infection"


def detail(lanes: Lanes) -> str:
    """Which patients are shown: the lanes have those with IVIG first."""
    if lanes.shown == lanes.total:
        return counted(lanes.total, "patient")
    if not 0 < lanes.treated_total < lanes.total:
        return f"{lanes.shown} longest followed of {lanes.total:,} patients"
    if lanes.shown <= lanes.treated_total:
        return f"{lanes.shown} longest followed of {lanes.treated_total:,} with IVIG"
    return f"{lanes.shown} of {lanes.total:,} patients, with IVIG first"


def _few_entries(figure: go.Figure) -> None:
    """One legend, with one entry for infections of all grades."""
    found = [item for item in figure.data if item.name and item.name.startswith("Grade ")]
    for item in found:
        item.showlegend = False
    if found:
        glyph = GRADES[3]
        figure.add_scatter(
            x=[None], y=[None], mode="markers", name="Infection", legendrank=999, hoverinfo="skip",
            marker={
                "symbol": glyph.symbol, "color": glyph.colour, "size": glyph.size,
                "line": {"color": GRADE_LINE, "width": 1},
            },
        )  # fmt: skip
    for item in figure.data:
        item.legend = "legend"
        item.legendrank = 998 if item.meta else item.legendrank
        if item.meta:
            item.name = shorten(SHORT.get(item.meta, item.name.replace("On IVIG, ", "IVIG, ")), ENTRY_CHARS)


def _axes(figure: go.Figure, lanes: Lanes, sizes: Type) -> None:
    end = (lanes.patients["last_day"].max() + 1) / DAYS_PER_MONTH
    figure.update_layout(
        xaxis={
            "title": {"text": "Months since the first day at risk"}, "range": [-0.012 * end, end * 1.02], "nticks": 7,
            "fixedrange": True,
        },
        yaxis={"range": [lanes.shown - 0.4, -0.6], "visible": False, "fixedrange": True},
    )  # fmt: skip
