"""A hazard ratio over time: scaled Schoenfeld residuals with a smooth line, beside the one ratio of the model."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, note, note_height, sentence
from ivig_core.figures.theme import GROUP_COLOURS, IVIG_BLUE, MUTED, Type, pale, type_of
from ivig_core.figures.words import (
    CLEAR,
    DAYS_PER_MONTH,
    count,
    counted,
    escape,
    is_number,
    lower,
    months,
    p_phrase,
    ratio,
)
from ivig_core.study.cox.over_time import RatioOverTime
from ivig_core.study.cox.question import IVIG_TERMS

HEIGHT, AXIS_ROOM = 320, 62
EARLY, LATE = 0.1, 0.9
MOST_MARKS = 6
STEPS = (0.5, 1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60, 84, 120, 180, 240)
"""Months that can be marked on the axis."""
FURTHEST, AROUND = math.log(1000), math.log(10)
"""How far from the ratio of the model the axis goes, and how far beyond the lines for the sake of dots."""
FOOT = (
    "A dot is what one event says by itself; the line smooths the dots, with its 95 % interval. Equal steps to the "
    "right hold about as many events."
)


def schoenfeld(over_time: RatioOverTime, term: str, name: str, *, presentation: bool = False) -> go.Figure:
    """Scaled Schoenfeld residuals of one term of `study.cox_over_time`, as hazard ratios on a log axis.

    `name`: what the term is called. The dashed line is the ratio of the model, which is one for all of the time; where
    the smooth leaves it the ratio changes. Dots beyond the axis are counted in the small print.
    """
    sizes = type_of(presentation)
    points, curve = (part[(part["term"] == term).to_numpy()] for part in (over_time.points, over_time.curve))
    if points.empty:
        why = over_time.note or "it has no estimate in this model"
        text = f"The hazard ratio of {lower(name)} cannot be followed over time: {why}."
        return sentence("schoenfeld", text, sizes=sizes)
    low, high = _reach(points, curve, over_time.ratios[term])
    outside = int(((points["log_hr"] < low) | (points["log_hr"] > high)).sum())
    foot = f"{FOOT} {counted(outside, 'dot')} beyond the axis." if outside else FOOT
    figure = frame(
        "schoenfeld", finding(over_time, term, name), detail(over_time, points), alt(over_time, term, name),
        HEIGHT * sizes.scale, sizes=sizes, left=round(64 * sizes.scale),
        below=round(AXIS_ROOM * sizes.scale) + note_height(foot, sizes),
    )  # fmt: skip
    colour = IVIG_BLUE if over_time.covariate in IVIG_TERMS else GROUP_COLOURS[0]
    _draw(figure, points, curve, over_time.ratios[term], (colour, sizes))
    _axes(figure, points, (low, high), over_time, sizes)
    note(figure, foot, sizes=sizes)
    return figure


def _reach(points: pd.DataFrame, curve: pd.DataFrame, constant: float) -> tuple[float, float]:
    """Limits of the log axis: the smooth, the ratio of the model, and nineteen of twenty dots that are not far off."""
    lines = [constant, -math.log(2), math.log(2), *curve["low"], *curve["high"]]
    low, high = min(lines), max(lines)
    low, high = max(low, constant - FURTHEST), min(high, constant + FURTHEST)
    dots = np.clip(points["log_hr"].quantile([0.025, 0.975]), low - AROUND, high + AROUND)
    low, high = min(low, dots.iloc[0]), max(high, dots.iloc[1])
    room = 0.04 * (high - low)
    return low - room, high + room


def _draw(
    figure: go.Figure, points: pd.DataFrame, curve: pd.DataFrame, constant: float, look: tuple[str, Type]
) -> None:  # fmt: skip
    colour, sizes = look
    if len(curve):
        figure.add_scatter(
            x=[*curve["g"], *curve["g"][::-1]], y=[*curve["high"], *curve["low"][::-1]], fill="toself", mode="lines",
            fillcolor=pale(colour, 0.15), line={"width": 0}, hoverinfo="skip", showlegend=False, name="interval",
        )  # fmt: skip
    figure.add_scatter(
        x=points["g"], y=points["log_hr"], mode="markers", name="events", showlegend=False, hoverinfo="text",
        marker={"size": (6 if len(points) < 500 else 4) * sizes.scale, "color": pale(MUTED, 0.45)},
        hovertext=[f"event at {months(day)} months" for day in points["time"]],
    )  # fmt: skip
    ends = [points["g"].min(), points["g"].max()]
    dashed = {"color": MUTED, "width": 2, "dash": "dash"}
    figure.add_scatter(
        x=ends, y=[constant, constant], mode="lines", name="constant", line=dashed,
        hovertext=[f"hazard ratio of the model {ratio(math.exp(constant))}"] * 2, hoverinfo="text", showlegend=False,
    )  # fmt: skip
    if len(curve):
        figure.add_scatter(
            x=curve["g"], y=curve["log_hr"], mode="lines", name="smooth", line={"color": colour, "width": 3},
            hovertext=[_at(row) for row in curve.to_dict("records")], hoverinfo="text", showlegend=False,
        )  # fmt: skip


def _at(row: dict[str, float]) -> str:
    low, middle, high = (escape(_ratio(row[key])) for key in ("low", "log_hr", "high"))
    return f"at {months(row['time'])} months<br>hazard ratio about {middle} ({low}–{high})"


def _ratio(log_hr: float) -> str:
    return ratio(math.exp(min(log_hr, 50.0)))


def _axes(
    figure: go.Figure, points: pd.DataFrame, limits: tuple[float, float], over_time: RatioOverTime, sizes: Type
) -> None:  # fmt: skip
    at, texts = _time_marks(points)
    origin = f"the landmark (day {over_time.origin_day})" if over_time.origin_day else "the first day at risk"
    marks = _ratio_marks(*limits)
    figure.update_layout(
        xaxis={
            "tickmode": "array", "tickvals": at, "ticktext": texts, "title": {"text": f"Months since {origin}"},
            "fixedrange": True,
        },
        yaxis={
            "range": limits, "tickmode": "array", "tickvals": [math.log(mark) for mark in marks], "fixedrange": True,
            "ticktext": [f"{mark:g}" for mark in marks], "title": {"text": "Hazard ratio"},
        },
        shapes=[{
            "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 0, "y1": 0, "layer": "below",
            "line": {"color": MUTED, "width": 1}, "name": "no difference",
        }],
    )  # fmt: skip


def _time_marks(points: pd.DataFrame) -> tuple[list[float], list[str]]:
    """Whole months where there is room for them, else the first and the last event."""
    steps = points.drop_duplicates("g")
    at = np.interp(np.array(STEPS) * DAYS_PER_MONTH, steps["time"], steps["g"], left=np.nan, right=np.nan)
    apart = np.ptp(steps["g"]) / MOST_MARKS / 2
    kept: list[tuple[float, str]] = []
    for place, month in zip(at, STEPS, strict=True):
        if not math.isnan(place) and (not kept or place - kept[-1][0] >= apart):
            kept.append((float(place), f"{month:g}"))
    if len(kept) < 2:
        ends = steps.iloc[[0, -1]] if len(steps) > 1 else steps
        kept = [(float(row.g), months(row.time)) for row in ends.itertuples()]
    return [place for place, _ in kept], [text for _, text in kept]


def _ratio_marks(low: float, high: float) -> list[float]:
    """At most seven ratios, 1 among them where it is on the axis."""
    for steps in ((1, 2, 5), (1, 3), (1,)):
        marks = [float(f"{step * 10.0**power:g}") for power in range(-6, 7) for step in steps]
        inside = [mark for mark in marks if low <= math.log(mark) <= high]
        if len(inside) <= 7:
            break
    return inside


def finding(over_time: RatioOverTime, term: str, name: str) -> str:
    """Whether the ratio changes, and what it is early and late; a direction only where the test says that it does."""
    what = f"hazard ratio of {lower(name)}"
    if not is_number(over_time.p_value):
        return f"The {what}: {over_time.note or 'no test'}"
    tested = p_phrase(over_time.p_value)
    if over_time.p_value >= CLEAR:
        return f"No sign that the {what} changes over time ({tested})"
    ends = _ends(over_time, term)
    if ends is None:
        return f"The {what} changes over time ({tested})"
    early, late = ends
    fades = "fades" if early * late > 0 and abs(late) < abs(early) / 2 else "changes"
    subject = f"The effect of {lower(name)}" if fades == "fades" else f"The {what}"
    return f"{subject} {fades} over time ({tested}): about {_ratio(early)} early, {_ratio(late)} late"


def _ends(over_time: RatioOverTime, term: str) -> tuple[float, float] | None:
    """The smooth at the first and the last tenth of the events' axis."""
    curve = over_time.curve[(over_time.curve["term"] == term).to_numpy()]
    if curve.empty:
        return None
    g = curve["g"].to_numpy()
    at = g[0] + np.array([EARLY, LATE]) * (g[-1] - g[0])
    early, late = np.interp(at, g, curve["log_hr"])
    return float(early), float(late)


def detail(over_time: RatioOverTime, points: pd.DataFrame) -> str:
    """Events and the model."""
    where = "adjusted for the others" if over_time.model == "multivariable" else "alone in the model"
    return f"{count(len(points))} with {over_time.event}, {where}; dashed: one ratio for all of the time"


def alt(over_time: RatioOverTime, term: str, name: str) -> str:
    """The figure in words."""
    ends = _ends(over_time, term)
    curve = f" The smooth line goes from {_ratio(ends[0])} to {_ratio(ends[1])}." if ends else ""
    whole = _ratio(over_time.ratios[term])
    return f"Hazard ratio over time. {finding(over_time, term, name)}. The model's ratio is {whole}.{curve}"
