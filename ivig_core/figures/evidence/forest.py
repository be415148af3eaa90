"""Forest plot of published ratios, the loaded cohort's own beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from ivig_core.evidence.beside import Own
from ivig_core.evidence.pooling import Alike
from ivig_core.evidence.statement import GIVEN, HAZARD, IVIG, ODDS, RATE, Statement
from ivig_core.figures.evidence.lines import GROUP, LEVEL, STUDY, SUMMARY, TURNED, WITHOUT, Line, Span, lines
from ivig_core.figures.evidence.words import alt, detail, finding
from ivig_core.figures.forest_parts.columns import HEAD, columns, ratio_axis, rules
from ivig_core.figures.frame import beside, frame, legend_below, note, note_height, sentence
from ivig_core.figures.theme import GROUP_COLOURS, INK, MUTED, PAPER, type_of

ROW, ROW_PRESENTED, BELOW = 26, 36, 64
PLOT = (0.3, 0.64)
COLUMNS = {
    "label": (0.0, "right", ""),
    "ratio": (0.655, "right", "<b>Published<br>(95 % interval)</b>"),
    "beside": (0.835, "right", "<b>This cohort<br>(95 % interval)</b>"),
}
"""Place (fraction of the width), the side on which the text stands, and the head."""
COMPACT_PLOT = (0.37, 0.6)
COMPACT_COLUMNS = {
    "label": (0.0, "right", ""),
    "ratio": (0.61, "right", "<b>Published<br>(95 % interval)</b>"),
    "beside": (0.757, "right", "<b>This cohort<br>(95 % interval)</b>"),
    "read": (0.89, "right", "<b>Read in</b>"),
}
"""The same where a study has no line of its own: for a slide, which is wider than high."""
DIRECTIONS = {
    IVIG: ("fewer on IVIG", "more on IVIG"),
    GIVEN: ("IVIG later", "IVIG sooner"),
}
OTHER = "fewer infections", "more infections"
SHAPES = {RATE: "square", ODDS: "circle", HAZARD: "triangle-up"}
OWN_COLOUR = GROUP_COLOURS[0]
OWN_NAME, OTHER_MODEL = "this cohort", "other model"
APART, SIZE, OWN_SIZE = 0.19, 9, 10
"""Rows by which the two marks of a line stand above and below its middle, and px of the marks."""
LOWEST, HIGHEST = 0.005, 200.0
"""The cohort's own estimates are drawn within these, whatever the published ones need."""


def published_forest(
    shown: Sequence[Statement],
    owns: Mapping[str, Own] | None = None,
    sets: Sequence[Alike] = (),
    *,
    presentation: bool = False,
    compact: bool = False,
) -> go.Figure:
    """Forest plot of published ratios by group of patients and study, on a log axis, with the printed decimals.

    The shape of a mark says what kind of ratio it is; hollow ones are other models of patients whose result stands
    above. `owns`: the cohort's own, drawn below each in green; `sets`: where they have a summary, it is the last row,
    a diamond with a thin line where a further study would lie. `compact`: one line a ratio, for a slide.
    """
    sizes = type_of(presentation)
    owns = owns or {}
    if not shown:
        return sentence("published", finding(shown), sizes=sizes)
    rows = lines(shown, owns, sets, compact)
    plot, places = (COMPACT_PLOT, COMPACT_COLUMNS) if compact else (PLOT, COLUMNS)
    height = ROW_PRESENTED if presentation else ROW
    foot = _foot(shown)
    below = round(BELOW * sizes.scale) + note_height(foot, sizes)
    number = sum(row.own is not None for row in rows)
    figure = frame(
        "published", finding(shown), detail(shown, number), alt(shown, number), (len(rows) + HEAD) * height,
        sizes=sizes, below=below,
    )  # fmt: skip
    figure.update_layout(meta={**figure.layout.meta, "of_cohort": number > 0})
    low, high = limits(rows)
    figure.update_layout(shapes=[*rules(_places(rows)), *_ones(rows)], overwrite=True)
    _published(figure, rows, low, high, sizes.scale)
    _own(figure, rows, low, high, sizes.scale)
    _summaries(figure, rows, low, high)
    beside(figure, plot)
    text_size = 13 if not presentation else 18
    told = {name: of for name, of in places.items() if name != "beside" or number}
    columns(figure, rows, told, LEVEL, _text, text_size)
    some = any(row.published for row in rows)
    directions = DIRECTIONS.get(shown[0].question, OTHER)
    ratio_axis(figure, plot, (low, high), (len(rows) - 0.5, -(0.5 + HEAD)), directions, sizes, some)
    legend_below(figure, foot=note_height(foot, sizes))
    if foot:
        note(figure, foot, sizes=sizes)
    return figure


def limits(rows: Sequence[Line]) -> tuple[float, float]:
    """Ends of the axis: all that is published, the cohort's own within reason, and always 0.5 to 2."""
    ends = [value for row in rows if row.published for value in row.published]
    mine = [min(max(value, LOWEST), HIGHEST) for row in rows if row.own for value in row.own[:1] if value > 0]
    return min([0.5, *ends, *mine]) / 1.12, max([2.0, *ends, *mine]) * 1.12


def _places(rows: Sequence[Line]) -> list[float]:
    return [-0.5, *(at - 0.5 for at, row in enumerate(rows) if row.kind in (GROUP, SUMMARY))]


def _ones(rows: Sequence[Line]) -> list[dict[str, Any]]:
    """Shapes of the line at 1, where there are marks."""
    return [
        {
            "type": "line", "x0": 1, "x1": 1, "xref": "x", "y0": at - 0.5, "y1": at + 0.5,
            "line": {"color": MUTED, "width": 1}, "layer": "below", "name": "no difference",
        }
        for at, row in enumerate(rows) if row.published or row.own
    ]  # fmt: skip


def _published(figure: go.Figure, rows: Sequence[Line], low: float, high: float, scale: float) -> None:
    """Intervals, and a trace for each kind of ratio so that the legend names it."""
    drawn = [(at - (APART if row.own else 0), row) for at, row in enumerate(rows) if row.kind == LEVEL]
    for aside, colour in ((False, INK), (True, MUTED)):
        places = [(at, row.published) for at, row in drawn if row.aside == aside]
        _intervals(figure, places, (low, high), colour, "other intervals" if aside else "intervals")
    for kind, shape in SHAPES.items():
        here = [(at, row) for at, row in drawn if row.published and row.shape == kind and not row.aside]
        _marks(figure, here, kind, {"symbol": shape, "color": INK}, scale)
    hollow = [(at, row) for at, row in drawn if row.published and row.aside]
    edge = {"symbol": "square", "color": PAPER, "line": {"color": MUTED, "width": 1.5}}
    _marks(figure, hollow, OTHER_MODEL, edge, scale)


def _marks(
    figure: go.Figure, here: Sequence[tuple[float, Line]], name: str, marker: dict[str, Any], scale: float
) -> None:
    if here:
        figure.add_scatter(
            x=[row.published[0] for _, row in here if row.published], y=[at for at, _ in here], mode="markers",
            name=name, marker={"size": SIZE * scale, "opacity": 1, **marker}, hoverinfo="text",
            hovertext=[row.hover for _, row in here],
        )  # fmt: skip


def _own(figure: go.Figure, rows: Sequence[Line], low: float, high: float, scale: float) -> None:
    """The cohort's own, below the published mark; a ratio of 0 or ∞ is an interval that points beyond the axis."""
    mine = [(at + (APART if row.published else 0), row) for at, row in enumerate(rows) if row.own]
    _intervals(figure, [(at, row.own) for at, row in mine], (low, high), OWN_COLOUR, "own intervals")
    inside = [(at, row) for at, row in mine if row.own and low <= row.own[0] <= high]
    if mine:
        figure.add_scatter(
            x=[row.own[0] for _, row in inside if row.own], y=[at for at, _ in inside], mode="markers", name=OWN_NAME,
            marker={"symbol": "diamond", "size": OWN_SIZE * scale, "color": OWN_COLOUR, "opacity": 1},
            hovertext=[row.hover for _, row in inside], hoverinfo="text",
        )  # fmt: skip


def _intervals(
    figure: go.Figure, places: Sequence[tuple[float, Span | None]], ends: tuple[float, float], colour: str, name: str
) -> None:
    """Lines, cut at the ends of the axis with an arrow where one goes on."""
    low, high = ends
    x: list[float | None] = []
    y: list[float | None] = []
    arrows: dict[str, list[tuple[float, float]]] = {"triangle-left": [], "triangle-right": []}
    for at, span in places:
        if span is None:
            continue
        _, first, last = span
        x += [min(max(first, low), high), max(min(last, high), low), None]
        y += [at, at, None]
        arrows["triangle-left"] += [(low, at)] if first < low else []
        arrows["triangle-right"] += [(high, at)] if last > high else []
    if x:
        figure.add_scatter(
            x=x, y=y, mode="lines", line={"color": colour, "width": 1.5}, hoverinfo="skip", showlegend=False, name=name,
            connectgaps=False,
        )  # fmt: skip
    for symbol, points in arrows.items():
        if points:
            figure.add_scatter(
                x=[place for place, _ in points], y=[at for _, at in points], mode="markers", hoverinfo="skip",
                marker={"symbol": symbol, "size": 8, "color": colour}, name=f"{name} go on", showlegend=False,
                cliponaxis=False,
            )  # fmt: skip


def _summaries(figure: go.Figure, rows: Sequence[Line], low: float, high: float) -> None:
    for at, row in enumerate(rows):
        if row.kind != SUMMARY or row.published is None or row.predicted is None:
            continue
        _intervals(figure, [(at, (1.0, *row.predicted))], (low, high), MUTED, "prediction interval")
        ratio, first, last = (min(max(value, low), high) for value in row.published)
        figure.add_scatter(
            x=[first, ratio, last, ratio, first], y=[at, at - 0.3, at, at + 0.3, at], mode="lines", fill="toself",
            fillcolor=INK, line={"color": INK, "width": 1}, hoverinfo="text", hovertext=row.hover, showlegend=False,
            name="summary",
        )  # fmt: skip


def _foot(shown: Sequence[Statement]) -> str:
    """What is to be known of single rows."""
    texts = [f"{TURNED} {item.source.name}: {item.remark}." for item in shown if item.remark]
    if any(item.numbers is None for item in shown):
        texts.append(f"{WITHOUT} A percentage is all that is printed, without an interval.")
    return " ".join(texts)


def _text(line: Line, name: str) -> str:
    text = getattr(line, name)
    if line.kind in (GROUP, STUDY, SUMMARY) and name == "label":
        return f"<b>{text}</b>" if line.kind != STUDY else f"<span style='color:{MUTED}'>{text}</span>"
    if name == "beside" and text:
        return f"<span style='color:{OWN_COLOUR}'>{text}</span>"
    return f"<span style='color:{MUTED}'>{text}</span>" if line.aside else text
