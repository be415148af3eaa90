"""Two analyses in one forest: the ratio of each, and how far B lies from A."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.forest_parts.columns import HEAD, columns, ratio_axis, reasons, rules
from ivig_core.figures.forest_parts.marks import intervals, no_difference, points
from ivig_core.figures.forest_parts.rows import Row, axis_range
from ivig_core.figures.frame import beside, frame, note, note_height, sentence
from ivig_core.figures.survival.kaplan_meier import kaplan_meier
from ivig_core.figures.theme import type_of
from ivig_core.figures.whatif.compare_words import (
    READING,
    alt,
    detail,
    finding,
    lines,
    overlap,
    survival_finding,
    survival_names,
)
from ivig_core.spec import AnalysisSpec
from ivig_core.study.whatif.compare.comparison import Comparison

ROW, BELOW = 30, 46
PLOT = (0.40, 0.70)
COLUMNS = {
    "label": (0.0, "right", ""),
    "ratio": (0.72, "right", "<b>Ratio<br>(95 % interval)</b>"),
    "p": (0.93, "right", "<b>p</b>"),
}
"""Place (fraction of the width), the side on which the text stands, and the head."""


def compare(result: Comparison, *, presentation: bool = False) -> go.Figure:
    """Rate ratios of A and B on one logarithmic axis, and beneath a rule B against A: ratio, rate on, rate off IVIG."""
    sizes = type_of(presentation)
    rows = lines(result)
    if not any(row.drawn for row in rows):
        return sentence("compare", finding(result), sizes=sizes)
    height = ROW if not presentation else 40
    foot = note_height(READING, sizes)
    figure = frame(
        "compare", finding(result), detail(result), alt(result), (len(rows) + HEAD) * height,
        sizes=sizes, below=round(BELOW * sizes.scale) + foot,
    )  # fmt: skip
    low, high = axis_range(rows)
    figure.update_layout(shapes=[*rules([-0.5, 1.5]), *no_difference(rows)], overwrite=True)
    intervals(figure, rows, low, high)
    points(figure, rows, low, high, sizes.scale)
    beside(figure, PLOT)
    size = 14 if not presentation else 19
    columns(figure, rows, COLUMNS, "", _text, size)
    reasons(figure, rows, PLOT[0], size)
    heights = (len(rows) - 0.5, -(0.5 + HEAD))
    ratio_axis(figure, PLOT, (low, high), heights, ("lower", "higher"), sizes)
    note(figure, READING, sizes=sizes)
    return figure


def survival_of_both(
    result: Comparison, a: AnalysisSpec, b: AnalysisSpec, *, presentation: bool = False
) -> go.Figure | None:  # fmt: skip
    """The curves of A and of B in one figure; None where there are none."""
    tables = result.survival
    if tables is None or tables.km.curves.empty:
        return None
    names = survival_names(result, a, b)
    curves, medians = (
        table.assign(group=_renamed(table["group"], names)) for table in (tables.km.curves, tables.km.medians)
    )
    renamed = replace(tables, km=replace(tables.km, curves=curves, medians=medians))
    return kaplan_meier(renamed, said=(survival_finding(result, a, b), overlap(result)), presentation=presentation)


def _renamed(group: pd.Series, names: dict[str, str]) -> pd.Categorical:
    return pd.Categorical(group.astype(object).map(names), categories=list(names.values()))


def _text(row: Row, name: str) -> str:
    text: str = getattr(row, name)
    return f"<b>{text}</b>" if row.kind == "level" and name == "label" and text.startswith(("A", "B:")) else text
