"""Forest plot of an early and a late start of IVIG against not having started, by kind of infection."""

from __future__ import annotations

import plotly.graph_objects as go

from ivig_core.figures.forest_parts.columns import HEAD, columns, ratio_axis, reasons, rules
from ivig_core.figures.forest_parts.marks import intervals, no_difference, points
from ivig_core.figures.forest_parts.rows import Row, axis_range
from ivig_core.figures.frame import beside, frame, sentence
from ivig_core.figures.survival.timing_words import alt, detail, finding, lines
from ivig_core.figures.theme import FOREST_REST, FOREST_ROW, type_of
from ivig_core.study.survival.timing import Timing

PLOT = (0.43, 0.72)
COLUMNS = {
    "label": (0.0, "right", "<b>First infection</b>"),
    "infections": (0.35, "center", "<b>Infections<br>these / others</b>"),
    "ratio": (0.735, "right", "<b>Hazard ratio<br>(95 % interval)</b>"),
    "p": (1.0, "left", "<b>p</b>"),
}
"""Place (fraction of the width), the side on which the text stands, and the head."""
DIRECTIONS = "fewer infections", "more infections"


def timing(result: Timing, *, presentation: bool = False) -> go.Figure:
    """Hazard ratios of `study.timing.Timing`, three lines per outcome: early, late, and early against late.

    A ratio that cannot be estimated stays as a row that says why.
    """
    sizes = type_of(presentation)
    rows = lines(result)
    if not any(line.drawn for line in rows):
        return sentence("timing", f"{finding(result)}: {_why(result)}", sizes=sizes)
    height = FOREST_ROW if not presentation else 40
    figure = frame(
        "timing", finding(result), detail(result), alt(result), (len(rows) + HEAD) * height,
        sizes=sizes, below=round((FOREST_REST - 26) * sizes.scale),
    )  # fmt: skip
    low, high = axis_range(rows)
    places = [at - 0.5 for at, line in enumerate(rows) if line.kind == "heading"]
    figure.update_layout(shapes=rules(places) + no_difference(rows), overwrite=True)
    intervals(figure, rows, low, high)
    points(figure, rows, low, high, sizes.scale)
    beside(figure, PLOT)
    text_size = 13 if not presentation else 18
    columns(figure, rows, COLUMNS, "level", _cell, text_size)
    reasons(figure, rows, PLOT[0], text_size)
    ratio_axis(figure, PLOT, (low, high), (len(rows) - 0.5, -(0.5 + HEAD)), DIRECTIONS, sizes)
    return figure


def _why(result: Timing) -> str:
    """What is missing."""
    early, late = result.starters
    if not early + late:
        return "nobody had IVIG"
    if not result.states["events"].sum():
        return "nobody had an infection"
    if not early or not late:
        return "nobody started by then" if not early else "nobody started later"
    return "the infections are too few"


def _cell(line: Row, name: str) -> str:
    return f"<b>{line.label}</b>" if line.kind == "heading" else getattr(line, name)
