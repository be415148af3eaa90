"""Forest plot: rate ratios on against off IVIG by subgroup, with the numbers beside them."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.forest_parts.columns import HEAD, columns, ratio_axis, reasons, rules
from ivig_core.figures.forest_parts.marks import intervals, no_difference, points
from ivig_core.figures.forest_parts.rows import Row, alt, axis_range, detail, finding, rows
from ivig_core.figures.frame import beside, frame, sentence
from ivig_core.figures.theme import FOREST_REST, FOREST_ROW, type_of

PLOT = (0.54, 0.785)
COLUMNS = {
    "label": (0.0, "right", "<b>Subgroup</b>"),
    "patients": (0.295, "left", "<b>Patients</b>"),
    "infections": (0.362, "center", "<b>Infections<br>on / off</b>"),
    "rates": (0.472, "center", "<b>Rate a year<br>on / off</b>"),
    "ratio": (0.803, "right", "<b>Rate ratio<br>(95 % interval)</b>"),
    "p": (1.0, "left", "<b>Differ?<br>p</b>"),
}
"""Place (fraction of the width), the side on which the text stands, and the head."""
PLOT_BESIDE_BOTH = (0.54, 0.705)
WITH_ADJUSTED = {
    **COLUMNS,
    "ratio": (0.718, "right", "<b>Rate ratio<br>(95 % interval)</b>"),
    "p": (0.922, "left", "<b>Differ?<br>p</b>"),
    "adjusted": (1.0, "left", "<b>Adjusted<br>p</b>"),
}
"""With a column more the plot is narrower."""
DIRECTIONS = "fewer infections on IVIG", "more infections on IVIG"


def forest(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """Forest plot of the rows of `estimate.subgroup.FOREST_COLUMNS`, of one factor or several below each other.

    Boxes have the area of the precision of their ratio; the overall row is a diamond as wide as its interval. A level
    without an estimate stays as a row that says why. With the columns `family` and `p_adjusted` of
    `study.rates.multiplicity` factors of the user's protocol are headed so, and adjusted p stand behind the others.
    """
    sizes = type_of(presentation)
    if table.empty:
        return sentence("forest", "No subgroup to show: none has two levels in this cohort.", sizes=sizes)
    lines = rows(table)
    text_size = 13 if not presentation else 18
    row_height = FOREST_ROW if not presentation else 40
    figure = frame(
        "forest", finding(table), detail(table), alt(table, lines), (len(lines) + HEAD) * row_height,
        sizes=sizes, below=round((FOREST_REST - 26) * sizes.scale),
    )  # fmt: skip
    low, high = axis_range(lines)
    places = [-0.5, *(at - 0.5 for at, line in enumerate(lines) if line.kind == "heading")]
    figure.update_layout(shapes=rules(places) + no_difference(lines), overwrite=True)
    plot, of = (PLOT_BESIDE_BOTH, WITH_ADJUSTED) if any(line.adjusted for line in lines) else (PLOT, COLUMNS)
    intervals(figure, lines, low, high)
    points(figure, lines, low, high, sizes.scale)
    beside(figure, plot)
    columns(figure, lines, of, "level", _cell, text_size)
    reasons(figure, lines, plot[0], text_size)
    some = any(line.drawn for line in lines)
    ratio_axis(figure, plot, (low, high), (len(lines) - 0.5, -(0.5 + HEAD)), DIRECTIONS, sizes, some)
    return figure


def _cell(line: Row, name: str) -> str:
    text = getattr(line, name)
    return f"<b>{text}</b>" if name == "label" and line.kind != "level" else text
