"""Forest plot of the ratios of several hospitals, and of all of them."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from ivig_core.export import rows_of
from ivig_core.figures.forest_parts.columns import HEAD, columns, ratio_axis, reasons, rules
from ivig_core.figures.forest_parts.marks import intervals, no_difference, points
from ivig_core.figures.forest_parts.rows import axis_range
from ivig_core.figures.frame import beside, frame
from ivig_core.figures.hospitals.lines import Line, lines, of_ratio
from ivig_core.figures.hospitals.words import alt, detail, finding
from ivig_core.figures.theme import FOREST_ROW, MUTED, stamp, type_of
from ivig_core.hospitals.pool import Pooled

ROW_PRESENTED, BELOW = 40, 64
PLOT = (0.475, 0.75)
COLUMNS = {
    "label": (0.0, "right", "<b>Hospital</b>"),
    "patients": (0.335, "left", "<b>Patients</b>"),
    "infections": (0.455, "left", "<b>Infections</b>"),
    "ratio": (0.765, "right", "<b>Rate ratio<br>(95 % interval)</b>"),
    "weight": (1.0, "left", "<b>Part</b>"),
}
"""Place (fraction of the width), the side on which the text stands, and the head."""
PLOT_ALONE = (0.26, 0.68)
COLUMNS_ALONE = {"label": (0.0, "right", ""), "ratio": (0.7, "right", "<b>Rate ratio<br>(95 % interval)</b>")}
"""The same where single hospitals are not shown."""
DIRECTIONS = "fewer infections on IVIG", "more infections on IVIG"


def hospital_forest(
    pooled: Pooled,
    adjust_for: str,
    term: str,
    *,
    synthetic: bool,
    single: bool = True,
    presentation: bool = False,
) -> go.Figure:
    """Forest plot of one ratio: a box a hospital, its area by precision; a diamond for all together (fixed effect) and
    one for their mean (random effects), with a thin line where a further hospital would lie.

    A hospital without a ratio of its own stays as a row that says why. `adjust_for`, `term`: which ratio, as in
    `Pooled.irr`; `synthetic`: whether the hospitals are simulated; `single`: whether single ones are shown.
    """
    sizes = type_of(presentation)
    irr = of_ratio(pooled.irr, adjust_for, term)
    differ = rows_of(of_ratio(pooled.heterogeneity, adjust_for, term))[0]
    rows = lines(irr, differ, single)
    height, text_size = (ROW_PRESENTED, 18) if presentation else (FOREST_ROW, 13)
    figure = frame(
        "hospitals", finding(irr, term), detail(adjust_for, differ["hospitals"], single),
        alt(irr, term, differ, single), (len(rows) + HEAD) * height, sizes=sizes, below=round(BELOW * sizes.scale),
    )  # fmt: skip
    low, high = axis_range(_with_predicted(rows))
    plot, of = (PLOT, COLUMNS) if single else (PLOT_ALONE, COLUMNS_ALONE)
    first = next(at for at, row in enumerate(rows) if row.kind == "overall")
    figure.update_layout(shapes=rules([-0.5, first - 0.5]) + no_difference(rows), overwrite=True)
    _predicted(figure, rows, low, high)
    intervals(figure, rows, low, high)
    points(figure, rows, low, high, sizes.scale)
    beside(figure, plot)
    columns(figure, rows, of, "", _cell, text_size)
    reasons(figure, rows, plot[0], text_size)
    some = any(row.drawn for row in rows)
    ratio_axis(figure, plot, (low, high), (len(rows) - 0.5, -(0.5 + HEAD)), DIRECTIONS, sizes, some)
    if synthetic:
        return stamp(figure)
    # The cohort that is shown besides is another one: what it is says nothing of these hospitals.
    return figure.update_layout(meta={**figure.layout.meta, "of_cohort": False})


def _with_predicted(rows: Sequence[Line]) -> list[Line]:
    """The rows, and as one more what the axis has to hold of the prediction interval."""
    ends = [row.predicted for row in rows if row.predicted]
    return [*rows, *(Line("overall", "", low=low, high=high) for low, high in ends)]


def _predicted(figure: go.Figure, rows: Sequence[Line], low: float, high: float) -> None:
    """The prediction interval behind the diamond of the mean, with ends unless it goes on."""
    for at, row in enumerate(rows):
        if row.predicted is None:
            continue
        first, last = row.predicted
        left, right = max(first, low), min(last, high)
        figure.add_scatter(
            x=[left, right], y=[at, at], mode="lines+markers", line={"color": MUTED, "width": 2},
            marker={
                "symbol": ["line-ns" if first >= low else "triangle-left", "line-ns" if last <= high else
                           "triangle-right"],
                "size": 9, "color": MUTED, "opacity": 1, "line": {"width": 2, "color": MUTED},
            },
            hoverinfo="skip", showlegend=False, name="prediction interval", cliponaxis=False,
        )  # fmt: skip


def _cell(line: Line, name: str) -> str:
    text = getattr(line, name)
    return f"<b>{text}</b>" if line.kind == "overall" and name in ("label", "ratio") else text
