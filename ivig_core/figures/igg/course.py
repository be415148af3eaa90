"""Functional IgG over months: patients as thin lines, the median on top; beneath it who is on IVIG and who is known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, note, note_height, sentence
from ivig_core.figures.groups import Style
from ivig_core.figures.igg.course_words import (
    AXIS,
    DONOR,
    alt,
    detail,
    finding,
    hover_month,
    hover_share,
    hover_value,
    names,
    nothing,
)
from ivig_core.figures.legible import legible
from ivig_core.figures.patients.timeline.labs import spread
from ivig_core.figures.theme import (
    FEW_AT_RISK,
    GROUP_COLOURS,
    IVIG_BLUE,
    MUTED,
    OBSERVATION_ORANGE,
    REFERENCE_GREY,
    Type,
    pale,
    type_of,
)
from ivig_core.figures.words import count
from ivig_core.study.igg.course import ALL, FIRST_DOSE, IggCourse
from ivig_core.terms import OBSERVATION, ON, REFERENCE

HEIGHT, SHARE_HEIGHT, ROW, GAP, AXIS_ROOM = 320, 54, 24, 16, 56
MOST_LINES = 60
"""Up to so many patients are drawn one by one."""
FEWEST_FOR_MEDIAN, FEWEST_FOR_BAND = 3, 4
STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120)
MOST_TICKS = 11
STYLES = {
    ALL: Style(GROUP_COLOURS[0], "solid"),
    ON: Style(IVIG_BLUE, "solid"),
    OBSERVATION: Style(OBSERVATION_ORANGE, "dash"),
    REFERENCE: Style(REFERENCE_GREY, "dot"),
}


def igg_course(course: IggCourse, *, apart: bool = False, presentation: bool = False) -> go.Figure:
    """Median functional IgG of each month with its quartiles, over one thin line per patient (at most 60 patients).

    `apart`: instead one median of the days on IVIG, one off it and one of patients who never had it, without quartiles
    and single patients. Beneath: share of the followed patients who are on IVIG, and how many have a value that holds.
    Months with a value in fewer than 10 patients are faded, those with fewer than 3 have no median, where others have
    more.
    """
    sizes = type_of(presentation)
    known = course.months[course.months["known"] > 0]
    groups = [group for group in STYLES if (group != ALL) == apart and (known["group"] == group).any()]
    if not groups:
        return sentence("igg_course", nothing(course), sizes=sizes)
    one_by_one = not apart and course.patients_known <= MOST_LINES
    shown = known[known["group"].isin(groups)]
    # Single patients go on after the last median.
    shown = shown if one_by_one else shown[_enough(shown["known"], FEWEST_FOR_MEDIAN)]
    months = course.months[course.months["month"].between(shown["month"].min(), shown["month"].max())]
    treated = bool((months["group"] == ON).any())
    rows, heights = _heights(len(groups), treated, sizes)
    foot = note_height(DONOR, sizes)
    figure = frame(
        "igg_course", finding(course, groups), detail(course, apart, MOST_LINES), alt(course, groups),
        sum(heights), sizes=sizes, below=round(AXIS_ROOM * sizes.scale) + foot, left=round(96 * sizes.scale),
        right=round(78 * sizes.scale),
    )  # fmt: skip
    highest = _highest(course, months[months["group"].isin(groups)], apart)
    _bands(figure, course.cuts, highest, sizes)
    if one_by_one:
        _lines(figure, course)
    for group in groups:
        _median(figure, months[months["group"] == group], STYLES[group], names(course)[group], sizes)
    if treated:
        _share(figure, months)
    _axes(figure, course, months, highest, (rows, heights), sizes)
    _numbers(figure, months, groups, sizes)
    legend_below(figure, foot)
    note(figure, DONOR, sizes=sizes)
    return figure


def _enough(known: pd.Series | np.ndarray, fewest: int) -> np.ndarray:
    """Which months have at least `fewest` values; all with any where none has so many."""
    known = np.asarray(known, float)
    return known >= fewest if known.max(initial=0) >= fewest else known > 0


def _heights(groups: int, treated: bool, sizes: Type) -> tuple[int, tuple[float, ...]]:
    """Rows of numbers, and heights in px from top to bottom: values, gap, share on IVIG, gap, numbers."""
    share = SHARE_HEIGHT * sizes.scale if treated else 0
    return groups, (HEIGHT, GAP, share, GAP * bool(treated), groups * ROW * sizes.scale)


def _highest(course: IggCourse, months: pd.DataFrame, apart: bool) -> float:
    """Top of the axis: quartiles and nearly all values, never a few far ones."""
    tops = [course.cuts[-1] * 1.5, float(months["q3" if not apart else "median"].max()) * 1.15]
    if not apart and 0 < course.patients_known <= MOST_LINES:
        tops.append(float(np.quantile(course.values["value"], 0.98)) * 1.08)
    return max(tops)


def _bands(figure: go.Figure, cuts: tuple[int, ...], highest: float, sizes: Type) -> None:
    """Levels below the cut-offs, darker the lower, each with its numbers at the right edge."""
    edges = [0, *cuts]
    for number, (low, high) in enumerate(pairwise(edges)):
        figure.add_shape(
            type="rect", x0=0, x1=1, xref="paper", yref="y", y0=low, y1=high, line={"width": 0}, layer="below",
            fillcolor=pale(REFERENCE_GREY, 0.26 - 0.2 * number / max(len(cuts) - 1, 1)), name="IgG level",
        )  # fmt: skip
        figure.add_shape(
            type="line", x0=0, x1=1, xref="paper", yref="y", y0=high, y1=high, layer="below", name="IgG cut-off",
            line={"width": 1, "color": MUTED, "dash": "dot"},
        )  # fmt: skip
    said = [f"&lt;{cuts[0]}", *(f"{low}–&lt;{high}" for low, high in pairwise(cuts)), f"≥{cuts[-1]}"]
    middles = [(low + high) / 2 for low, high in pairwise([*edges, highest])]
    room = highest * (sizes.text + 2) / HEIGHT
    for place, text in zip(spread(middles, room), said, strict=True):
        figure.add_annotation(
            text=text, x=1, xref="paper", xanchor="left", xshift=6, y=place, yref="y", yanchor="middle",
            showarrow=False, font={"size": sizes.text - 1, "color": MUTED}, name="IgG level",
        )  # fmt: skip


def _lines(figure: go.Figure, course: IggCourse) -> None:
    """One thin line per patient, broken where a value no longer holds; one trace, because many are slow."""
    values = course.values
    before = np.flatnonzero(values["new"].to_numpy()[1:]) + 1
    x, y = (np.insert(values[name].to_numpy(float), before, np.nan) for name in ("month", "value"))
    hover = np.insert(np.array([hover_value(*row) for row in _rows(values)], object), before, "")
    figure.add_scatter(
        x=x, y=y, mode="lines+markers", name="One patient", connectgaps=False, line={"width": 1, "color": MUTED},
        marker={"size": 3, "color": MUTED}, opacity=0.35, hovertext=hover, hoverinfo="text",
    )  # fmt: skip


def _rows(values: pd.DataFrame) -> list[tuple[str, float, float]]:
    return list(zip(values["patient_id"], values["month"], values["value"], strict=True))


def _median(figure: go.Figure, part: pd.DataFrame, style: Style, name: str, sizes: Type) -> None:
    """The medians, a break where nobody has a value, faded where few have one; with quartiles where all are one."""
    months = np.arange(part["month"].min(), part["month"].max() + 1)
    part = part.set_index("month").reindex(months)
    x, known = months + 0.5, part["known"].fillna(0).to_numpy()
    median = np.where(_enough(known, FEWEST_FOR_MEDIAN), part["median"].to_numpy(float), np.nan)
    if style is STYLES[ALL]:
        _quartiles(figure, part, x, style)
    line = {"color": style.colour, "dash": style.dash, "width": 3 * sizes.scale}
    hover = [hover_month(name, row) for row in part.reset_index().to_dict("records")]
    figure.add_scatter(
        x=x, y=median, mode="lines+markers", line=line, marker={"size": 5, "color": style.colour}, opacity=0.35,
        name=f"{name}, few", showlegend=False, hovertext=hover, hoverinfo="text",
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=np.where(_enough(known, FEW_AT_RISK), median, np.nan), mode="lines+markers", line=line, name=name,
        marker={"size": 5, "color": style.colour}, hovertext=hover, hoverinfo="text",
    )  # fmt: skip


def _quartiles(figure: go.Figure, part: pd.DataFrame, x: np.ndarray, style: Style) -> None:
    wide = part["known"].fillna(0).to_numpy() >= FEWEST_FOR_BAND
    runs = np.flatnonzero(np.diff(wide.astype(int), prepend=0, append=0)).reshape(-1, 2)
    for number, (begin, end) in enumerate(runs):
        low, high = (part[name].to_numpy(float)[begin:end] for name in ("q1", "q3"))
        figure.add_scatter(
            x=np.concatenate([x[begin:end], x[begin:end][::-1]]), y=np.concatenate([high, low[::-1]]), mode="lines",
            fill="toself", fillcolor=pale(style.colour, 0.18), line={"width": 0}, hoverinfo="skip",
            name="Middle half of patients", showlegend=not number, legendgroup="quartiles",
        )  # fmt: skip


def _share(figure: go.Figure, months: pd.DataFrame) -> None:
    """Share of the followed patients who are on IVIG in the middle of each month."""
    followed = months[months["group"] == ALL].set_index("month")["followed"]
    on = months[months["group"] == ON].set_index("month")["followed"].reindex(followed.index, fill_value=0)
    figure.add_bar(
        x=followed.index + 0.5, y=(on / followed).to_numpy(), width=1, yaxis="y2", name="On IVIG, share",
        showlegend=False, marker={"color": IVIG_BLUE, "line": {"width": 0}}, hoverinfo="text",
        hovertext=[hover_share(*row) for row in zip(followed.index, on, followed, strict=True)],
    )  # fmt: skip


def _axes(
    figure: go.Figure,
    course: IggCourse,
    months: pd.DataFrame,
    highest: float,
    rows: tuple[int, tuple[float, ...]],
    sizes: Type,
) -> None:
    number, heights = rows
    edges = 1 - np.cumsum(heights) / sum(heights)
    first, last = int(months["month"].min()), int(months["month"].max()) + 1
    ticks = _ticks(first, last)
    figure.update_layout(
        bargap=0,
        xaxis={
            "range": [first - 0.02 * (last - first), last], "anchor": "y3", "zeroline": False, "tickvals": ticks,
            "title": {"text": AXIS[course.origin]},
        },
        yaxis={
            "domain": [edges[0], 1], "range": [0, highest], "title": {"text": "Functional IgG (mg/dL)"},
            "tickvals": _values(course.cuts, highest), "fixedrange": True,
        },
        yaxis3={"domain": [0, edges[3]], "range": [number - 0.5, -0.5], "visible": False, "fixedrange": True},
    )  # fmt: skip
    if heights[2]:
        figure.update_layout(
            yaxis2={
                "domain": [edges[2], edges[1]], "range": [0, 1], "tickvals": [0, 1], "ticktext": ["0 %", "100 %"],
                "title": {"text": "On IVIG"}, "fixedrange": True,
            }
        )  # fmt: skip
    if course.origin == FIRST_DOSE and first < 0:
        figure.add_vline(x=0, line={"color": IVIG_BLUE, "width": 1.5, "dash": "dash"})


def _values(cuts: tuple[int, ...], highest: float) -> list[int]:
    """The cut-offs, and round numbers above them."""
    step = next(step for step in (500, 1000, 2000, 5000, 10_000) if highest / step <= 6)
    return [0, *cuts, *range(-(-(cuts[-1] + step // 3) // step) * step, int(highest) + 1, step)]


def _ticks(first: int, last: int) -> list[int]:
    step = next((step for step in STEPS if (last - first) / step <= MOST_TICKS), STEPS[-1])
    return list(range(-(-first // step) * step, last + 1, step))


def _numbers(figure: go.Figure, months: pd.DataFrame, groups: list[str], sizes: Type) -> None:
    """Patients with a value that holds, under the months that the axis marks."""
    ticks = figure.layout.xaxis.tickvals
    for at, group in enumerate(groups):
        known = months[months["group"] == group].set_index("month")["known"]
        colour = legible(STYLES[group].colour)
        marked = [tick for tick in ticks if tick in known.index]
        figure.add_scatter(
            x=[tick + 0.5 for tick in marked], y=[at] * len(marked), yaxis="y3", mode="text",
            text=[count(known[tick]) for tick in marked], hoverinfo="skip", showlegend=False,
            textfont={"size": sizes.text, "color": colour}, cliponaxis=False, name=f"known {group}",
        )  # fmt: skip
        figure.add_annotation(
            text="n" if len(groups) == 1 else {ON: "n on", OBSERVATION: "n off", REFERENCE: "n never"}[group],
            x=0, xref="paper", xanchor="right", xshift=-10, y=at, yref="y3", yanchor="middle", showarrow=False,
            font={"size": sizes.text, "color": colour}, name="n",
        )  # fmt: skip
