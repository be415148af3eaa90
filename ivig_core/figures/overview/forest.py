"""A small forest plot beside another figure: name, ratio with interval, box, and the infections beneath."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from ivig_core.estimate.fit import FEW
from ivig_core.export import rows_of
from ivig_core.figures.forest_parts.marks import intervals, no_difference, points
from ivig_core.figures.forest_parts.rows import OVERALL, Row, alt, axis_range, row, ticks
from ivig_core.figures.frame import beside, broken, column, frame
from ivig_core.figures.theme import FAINT, MUTED, Type, type_of
from ivig_core.figures.words import CLEAR, count, counted, escape, is_number, listed, lower, p_phrase
from ivig_core.study.overview.key_rows import NOT_RECORDED, enough
from ivig_core.study.rates.factors import IGG_BEFORE
from ivig_core.terms import KEY_LEVELS, label

PLOT = (0.42, 0.68)
RATIO = 0.70
ROW, HEAD = 56, 0.1
DIAMOND = 8 / ROW
"""Half its height, in rows."""
REASON_CHARS = 34
BEFORE_IVIG = "IgG is the level known before the first dose: levels on IVIG include donor IgG."


def forest_compact(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """Forest plot of rows in `estimate.subgroup.FOREST_COLUMNS`, one line each, in their order; no heading.

    The overall row is a diamond. A row without an estimate stays and says why.
    """
    sizes = type_of(presentation, compact=True)
    lines = [row(record) for record in rows_of(table)]
    figure = frame(
        "forest", finding(table), "Ratio (95 % interval), infections on / off", alt(table, lines),
        (len(lines) + HEAD) * ROW * sizes.scale, sizes=sizes, below=round(52 * sizes.scale),
    )  # fmt: skip
    low, high = axis_range(lines)
    _separators(figure, lines)
    intervals(figure, lines, low, high)
    points(figure, lines, low, high, sizes.scale, DIAMOND)
    beside(figure, PLOT)
    _names(figure, table, sizes)
    _ratios(figure, lines, sizes)
    _reasons(figure, lines, sizes)
    _axes(figure, len(lines), (low, high), sizes)
    return figure


def finding(table: pd.DataFrame) -> str:
    """Whether a level differs from the other patients or days, and out of how many looked at.

    A comparison with fewer than 5 infections on one side claims nothing.
    """
    looked = table[[is_number(p) for p in table["p_interaction"]]]
    tested = looked[[enough(record) for record in looked.to_dict("records")]]
    if tested.empty:
        return "Too few infections to compare groups" if len(looked) else "The groups cannot be compared"
    apart = tested[(tested["p_interaction"] < CLEAR).to_numpy()].sort_values("p_interaction")
    if apart.empty:
        return "No clear difference between groups"
    first = apart.iloc[0]
    more = f", {len(tested)} looked at" if len(tested) > 1 else ""
    what = lower(name(first["level"])[0])
    when = " before IVIG" if first["factor"] == IGG_BEFORE else ""
    return f"May differ with {what}{when} ({p_phrase(first['p_interaction'])}{more})"


def small_print(table: pd.DataFrame) -> list[str]:
    """When IgG was measured, and the counts of every level that is too rare to be compared."""
    records = [record for record in rows_of(table) if is_number(record["p_interaction"])]
    rare = {
        level_in_words(record["factor"], level): f"({counted(on, 'infection')} on and {count(off)} off IVIG)"
        for record in records
        for level, on, off in (
            (record["level"], record["infections_on"], record["infections_off"]),
            (record["other"], record["other_on"], record["other_off"]),
        )
        if min(on, off) < FEW
    }
    parts = [f"{level} {counts}" for level, counts in rare.items()]
    known = ((table["factor"] == IGG_BEFORE) & (table["status"] != NOT_RECORDED)).any()
    when = [BEFORE_IVIG] if known else []
    return [*when, f"Too few to compare: {listed(parts)}."] if parts else when


def level_in_words(factor: str, level: str) -> str:
    """A level with when it was measured."""
    return f"{label(level)} before IVIG" if factor == IGG_BEFORE else label(level)


def name(level: str) -> tuple[str, str]:
    """What a row is called, and the line under it."""
    word = KEY_LEVELS.get(level)
    return (word.label, word.help) if word else (label(level), "")


def _separators(figure: go.Figure, lines: list[Row]) -> None:
    rules = [
        {
            "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": at + 0.5, "y1": at + 0.5,
            "line": {"color": FAINT, "width": 1}, "layer": "below",
        }
        for at in range(len(lines) - 1)
    ]  # fmt: skip
    figure.update_layout(shapes=rules + no_difference(lines), overwrite=True)


def _names(figure: go.Figure, table: pd.DataFrame, sizes: Type) -> None:
    texts = []
    for record in rows_of(table):
        first, second = map(escape, name(str(record["level"])))
        if record["factor"] == OVERALL:
            first, second = f"<b>{first}</b>", escape(counted(record["patients"], "patient"))
        texts.append(_two_lines(first, second))
    places = [0.0] * len(texts), [float(at) for at in range(len(texts))]
    column(figure, "label", places, texts, "right", {"size": sizes.text})


def _two_lines(first: str, second: str) -> str:
    return f"{first}<br><span style='color:{MUTED}'>{second}</span>" if second else first


def _ratios(figure: go.Figure, lines: list[Row], sizes: Type) -> None:
    here = [(float(at), line) for at, line in enumerate(lines) if line.ratio]
    if here:
        texts = [_two_lines(line.ratio, line.infections) for _, line in here]
        places = [RATIO] * len(here), [at for at, _ in here]
        column(figure, "ratio", places, texts, "right", {"size": sizes.text}, [line.hover for _, line in here])


def _reasons(figure: go.Figure, lines: list[Row], sizes: Type) -> None:
    here = [(float(at), line) for at, line in enumerate(lines) if line.reason]
    if here:
        texts = [f"<i>{'<br>'.join(broken(line.reason, REASON_CHARS))}</i>" for _, line in here]
        places = [PLOT[0]] * len(here), [at for at, _ in here]
        font = {"size": sizes.text, "color": MUTED}
        column(figure, "reasons", places, texts, "right", font, [line.hover for _, line in here])


def _axes(figure: go.Figure, number: int, limits: tuple[float, float], sizes: Type) -> None:
    low, high = limits
    marks = ticks(low, high)
    figure.update_layout(
        xaxis={
            "type": "log", "domain": PLOT, "range": [math.log10(low), math.log10(high)], "tickmode": "array",
            "tickvals": marks, "ticktext": [f"{mark:g}" for mark in marks], "tickfont": {"size": sizes.text},
            "fixedrange": True, "minor": {"ticks": ""},
        },
        yaxis={"range": [number - 0.5, -(0.5 + HEAD)], "visible": False, "fixedrange": True},
    )  # fmt: skip
    for text, anchor, shift in (("← fewer on IVIG", "right", -6), ("more on IVIG →", "left", 6)):
        figure.add_annotation(
            text=text, x=0, xref="x", xanchor=anchor, xshift=shift, y=0, yref="paper", yanchor="top",
            yshift=-round(26 * sizes.scale), showarrow=False, font={"size": sizes.text, "color": MUTED},
            name="direction",
        )  # fmt: skip
