"""Timeline of one patient: tracks one below the other on one axis of time."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below
from ivig_core.figures.patients.timeline.base import (
    LEFT,
    RIGHT,
    Canvas,
    Track,
    annotate,
    hidden_axis,
    points,
    remark,
    shape,
)
from ivig_core.figures.patients.timeline.course import phase_track, therapy_track
from ivig_core.figures.patients.timeline.infections import infections_track
from ivig_core.figures.patients.timeline.ivig import ivig_track
from ivig_core.figures.patients.timeline.labs import counts_track, igg_track
from ivig_core.figures.patients.timeline.words import alt, detail, finding
from ivig_core.figures.theme import FAINT, INK, IVIG_BLUE, MUTED, REFERENCE_GREY, pale, stamp, type_of
from ivig_core.study.patients.timeline import Timeline
from ivig_core.terms import ON

GAP, AXIS_ROOM = 18, 50
BEFORE_DAYS = 183
"""Facts of so many days before follow-up are in view; older ones by moving the axis."""
END_ROOM = 0.015
LONGEST_AFTER = 1.6
"""Up to so many times the follow-up are in view."""
OUTSIDE, OUTSIDE_GREY = "Outside follow-up", pale(REFERENCE_GREY, 0.14)


def timeline(line: Timeline, *, log: bool = True, presentation: bool = False) -> go.Figure:
    """IgG, blood counts, IVIG, infections, disease phase and therapy of one patient, in this order.

    `log`: IgG on a logarithmic scale. All tracks share one axis (months since the first day at risk, days where
    follow-up is short), so that zooming one zooms all. Pale blue behind all of them are the days on IVIG, grey the days
    outside follow-up.
    """
    sizes = type_of(presentation)
    tracks = (
        igg_track(line, log), counts_track(line), ivig_track(line), infections_track(line), phase_track(line),
        therapy_track(line),
    )  # fmt: skip
    heights = [track.height * sizes.scale for track in tracks]
    plot = sum(heights) + GAP * len(tracks)
    figure = frame(
        "timeline", finding(line), detail(line), alt(line), plot, sizes=sizes, below=round(AXIS_ROOM * sizes.scale),
        left=round(LEFT * sizes.scale), right=round(RIGHT * sizes.scale),
    )  # fmt: skip
    canvas = Canvas(sizes, *_view(line))
    _behind(line, canvas)
    top = plot - GAP / 2
    for number, (track, height) in enumerate(zip(tracks, heights, strict=True), start=1):
        _place(canvas, track, number, (top - height) / plot, top / plot)
        top -= height + GAP
        if number < len(tracks):
            y = (top + GAP / 2) / plot
            shape(canvas, "separator", type="line", yref="paper", y0=y, y1=y, line={"color": FAINT, "width": 1})
    _time_axis(line, canvas, len(tracks))
    _outside_in_legend(canvas)
    canvas.onto(figure)
    legend_below(figure)
    return stamp(figure) if line.synthetic else figure


def _view(line: Timeline) -> tuple[float, float]:
    """Days at the edges of the view."""
    # Years known of after a short follow-up would leave no room for it: they are reached by moving the axis.
    last = min(line.last_day + 1, LONGEST_AFTER * line.days)
    days = _recorded(line)
    first = float(np.min(days, where=days >= -min(BEFORE_DAYS, last), initial=0))
    room = END_ROOM * (last - first)
    return first - room, last + room


def _recorded(line: Timeline) -> np.ndarray:
    """Days of everything recorded."""
    frames = (line.igg, line.m_spike, line.counts, line.doses, line.infections, line.therapies)
    return np.concatenate([frame["day"].to_numpy(float) for frame in frames])


def _earliest(line: Timeline) -> float:
    return float(np.min(_recorded(line), initial=0))


def _behind(line: Timeline, canvas: Canvas) -> None:
    """Days on IVIG, and days outside follow-up, behind all tracks."""
    on = line.segments[line.segments["state"].str.startswith(ON).to_numpy(bool)]
    for start, end in zip(on["start_day"], on["end_day"], strict=True):
        _shade(canvas, start, end, pale(IVIG_BLUE, 0.10), "on IVIG")
    earliest = _earliest(line)
    if earliest < 0:
        _shade(canvas, min(earliest, canvas.first), -1, OUTSIDE_GREY, OUTSIDE)
    if line.last_day >= line.days:
        _shade(canvas, line.days, line.last_day, OUTSIDE_GREY, OUTSIDE)


def _shade(canvas: Canvas, first: float, last: float, colour: str, name: str) -> None:
    x = canvas.x([first, last + 1])
    shape(
        canvas, name, type="rect", xref="x", x0=x[0], x1=x[1], yref="paper", y0=0, y1=1, fillcolor=colour,
        line={"width": 0},
    )  # fmt: skip


def _outside_in_legend(canvas: Canvas) -> None:
    if any(item["name"] == OUTSIDE for item in canvas.shapes):
        marker = {"symbol": "square", "size": 13, "color": OUTSIDE_GREY, "line": {"width": 1, "color": MUTED}}
        points(canvas, "y", OUTSIDE, [np.nan], [np.nan], [], marker, hoverinfo="skip", showlegend=True)


def _place(canvas: Canvas, track: Track, number: int, low: float, high: float) -> None:
    """Draw a track between two heights, parts of the plot, with its name and key beside it."""
    axis, key = ("y", "yaxis") if number == 1 else (f"y{number}", f"yaxis{number}")
    if track.draw is None:
        remark(canvas, axis, "none recorded")
        options = hidden_axis(0, 1)
    else:
        options = track.draw(canvas, axis)
    canvas.axes[key] = {
        "domain": [max(low, 0), min(high, 1)], "anchor": "x", "fixedrange": True, "zeroline": False,
        "tickfont": {"size": canvas.small}, "ticklabelstandoff": 3, **options,
    }  # fmt: skip
    annotate(
        canvas, "<br>".join([f"<b>{track.name}</b>", *track.key]), "track", x=0, xanchor="left",
        xshift=10 - round(LEFT * canvas.sizes.scale), yref="paper", y=high, yanchor="top", yshift=4, align="left",
        colour=INK,
    )  # fmt: skip


def _time_axis(line: Timeline, canvas: Canvas, number: int) -> None:
    """One axis under all tracks; facts outside the view are reached by moving it."""
    room = END_ROOM * (canvas.last - canvas.first)
    left, right = canvas.x([canvas.first, canvas.last])
    lowest, highest = canvas.x([_earliest(line) - room, line.last_day + 1 + room])
    unit = "Days" if canvas.unit == 1 else "Months"
    canvas.axes["xaxis"] = {
        "range": [left, right], "title": {"text": f"{unit} since the first day at risk"}, "nticks": 12,
        "anchor": f"y{number}", "minallowed": min(left, lowest), "maxallowed": max(right, highest),
        "showspikes": True, "spikemode": "across", "spikethickness": 1, "spikedash": "dot", "spikecolor": MUTED,
        "spikesnap": "data", **({"dtick": 1} if right - left < 12 else {}),
    }  # fmt: skip
    if _earliest(line) < canvas.first:
        _hint(canvas, 0, "left", "◂ earlier records: double-click")
    if line.last_day + 1 > canvas.last:
        _hint(canvas, 1, "right", f"{'died' if line.died else 'alive'} on day {line.last_day:,}: double-click ▸")


def _hint(canvas: Canvas, x: float, side: str, text: str) -> None:
    """What lies outside the view and how to see it."""
    shift = -round(30 * canvas.sizes.scale)
    annotate(canvas, text, "hint", x=x, xanchor=side, yref="paper", y=0, yanchor="top", yshift=shift)
