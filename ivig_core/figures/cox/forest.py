"""Forest plot of hazard ratios: each variable alone, and adjusted for the others where there is such a model."""

from __future__ import annotations

from typing import NamedTuple

import plotly.graph_objects as go

from ivig_core.figures.cox.words import HEADING, NO_ESTIMATE, Line, alt, detail, finding, lines, nothing
from ivig_core.figures.forest_parts.columns import HEAD, INDENT, ratio_axis, rules
from ivig_core.figures.forest_parts.marks import intervals, no_difference, points
from ivig_core.figures.forest_parts.rows import Row, axis_range
from ivig_core.figures.frame import beside, column, frame, sentence
from ivig_core.figures.theme import FOREST_REST, MUTED, PAPER, Type, type_of
from ivig_core.study.cox.summary import CoxSummary

ROW, ROW_OF_TWO = 26, 32
"""Height in px of a line with one mark and with two."""
DIRECTIONS = "lower hazard", "higher hazard"
CLOSE = 0.8
"""Size of a box where two of them stand above each other."""
BLANK = Row(HEADING, "")


class Places(NamedTuple):
    """Where the plot and the columns stand, as fractions of the width."""

    plot: tuple[float, float]
    behind: float
    ratios: tuple[tuple[float, str], ...]


ONE = Places((0.4, 0.69), 0.335, ((0.705, "<b>Hazard ratio<br>(95 % interval)</b>"),))
TWO = Places(
    (0.355, 0.565), 0.302,
    ((0.578, "<b>□ alone:<br>hazard ratio</b>"), (0.745, "<b>■ adjusted:<br>hazard ratio</b>")),
)  # fmt: skip


def cox_forest(summary: CoxSummary, *, presentation: bool = False) -> go.Figure:
    """Forest plot of `study.cox_summary`, lines grouped by variable, the reference level named.

    With a model of several covariates only these are drawn, each line with a hollow box (alone) above a full one
    (adjusted). The area of a box is the precision of its ratio. A line without any estimate says why.
    """
    sizes = type_of(presentation)
    made = lines(summary)
    marks = [mark for line in made for mark in line.marks]
    if not any(mark.drawn for mark in marks):
        return sentence("cox", nothing(summary), sizes=sizes)
    per_line = len(made[0].marks)
    places, height = (ONE, ROW) if per_line == 1 else (TWO, ROW_OF_TWO)
    figure = frame(
        "cox", finding(summary), detail(summary), alt(summary, made), (len(made) + HEAD) * height * sizes.scale,
        sizes=sizes, below=round((FOREST_REST - 26) * sizes.scale),
    )  # fmt: skip
    limits = axis_range(marks)
    # The axis counts marks, so that two share a line.
    places_of_rules = [at * per_line - 0.5 for at, line in enumerate(made) if not line.nested]
    figure.update_layout(shapes=rules(places_of_rules) + no_difference(marks), overwrite=True)
    _layer(figure, marks, per_line - 1, per_line, limits, sizes)
    if per_line == 2:
        _alone(figure, marks, limits, sizes)
    beside(figure, places.plot)
    _texts(figure, made, places, 13 if not presentation else 18)
    heights = len(marks) - 0.5, -0.5 - HEAD * per_line
    ratio_axis(figure, places.plot, limits, heights, DIRECTIONS, sizes)
    return figure


def _layer(
    figure: go.Figure, marks: list[Row], model: int, per_line: int, limits: tuple[float, float], sizes: Type
) -> None:
    """Intervals and boxes of one model; the marks of another keep their place."""
    mine = [mark if at % per_line == model else BLANK for at, mark in enumerate(marks)]
    intervals(figure, mine, *limits)
    points(figure, mine, *limits, sizes.scale * (1 if per_line == 1 else CLOSE))


def _alone(figure: go.Figure, marks: list[Row], limits: tuple[float, float], sizes: Type) -> None:
    """The other model, in grey with hollow boxes."""
    before = len(figure.data)
    _layer(figure, marks, 0, 2, limits, sizes)
    for drawn in figure.data[before:]:
        drawn.name = f"{drawn.name} alone"
        if drawn.mode == "lines":
            drawn.line.color = MUTED
        else:
            hollow = drawn.name == "ratios alone"
            drawn.marker.color = PAPER if hollow else MUTED
            drawn.marker.line = {"color": MUTED, "width": 1.5 if hollow else 0}


def _texts(figure: go.Figure, made: list[Line], places: Places, size: int) -> None:
    per_line = len(made[0].marks)
    head = -0.5 - HEAD * per_line / 2
    rows = [(at * per_line + (per_line - 1) / 2, line) for at, line in enumerate(made)]

    def write(name: str, x: float, side: str, title: str, cells: list[tuple[float, str, str]]) -> None:
        height, texts, hover = zip((head, title, ""), *cells, strict=True)
        column(figure, name, ([x] * len(texts), list(height)), list(texts), side, {"size": size}, list(hover))

    write(
        "variable", 0.0, "right", "<b>Variable</b>", [(at, row.label, row.hover) for at, row in rows if not row.nested]
    )
    write("level", INDENT, "right", "", [(at, row.label, row.hover) for at, row in rows if row.nested])
    behind = [(at, row.behind, row.hover) for at, row in rows if row.behind]
    write("behind", places.behind, "center", "<b>Patients /<br>events</b>", behind)
    for model, (x, title) in enumerate(places.ratios):
        mine = [(at, row.marks[model]) for at, row in rows]
        cells = [(at, _faint(mark.ratio), mark.hover) for at, mark in mine if mark.ratio]
        write(f"ratio {model}", x, "right", title, cells)
    title = "<b>p</b>" if per_line == 1 else "<b>adjusted<br>p</b>"
    write("p", 1.0, "left", title, [(at, row.marks[-1].p, "") for at, row in rows if row.marks[-1].p])
    without = [(at, f"<i>{row.reason}</i>", row.hover) for at, row in rows if row.reason]
    write("reasons", places.plot[0], "right", "", without)


def _faint(text: str) -> str:
    return f"<span style='color:{MUTED}'>{text}</span>" if text in ("reference", NO_ESTIMATE) else text
