"""Swimmer plot: one lane per patient with IVIG, infections, progression, death and follow-up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, sentence
from ivig_core.figures.glyphs import GRADE_LINE, GRADE_UNKNOWN, GRADES, MARKS, Glyph
from ivig_core.figures.groups import group_name
from ivig_core.figures.patients.swimmer_words import alt, detail, finding
from ivig_core.figures.theme import INK, LANE, LANES_HEIGHT, MUTED, NARROWEST, PAPER, Type, stamp, state_colour, type_of
from ivig_core.figures.words import DAYS_PER_MONTH, counted, escape, shorten_apart
from ivig_core.study.patients.lanes import Lanes
from ivig_core.terms import ON, label

LINE = 3
LABEL_CHARS = 12
HEADING_CHARS = 48
REACH = 30.0
"""Days between the points of a lane that answer to the mouse."""
PARTS_LEGEND = {ON: "On IVIG", "observation": "Off IVIG", "reference": "Never had IVIG"}


def swimmer(lanes: Lanes, *, presentation: bool = False, opened: str = "") -> go.Figure:
    """Swimmer plot of a page of lanes; months since the first day at risk.

    The points carry `customdata` [patient code, patient id], for selecting a patient by a click. `opened`: id of the
    patient looked at last, in bold.
    """
    sizes = type_of(presentation)
    if not lanes.shown:
        return _empty(lanes, sizes)
    y, headings = _places(lanes)
    rows = int(y.max()) + 1
    lane_height = min(round(LANE * sizes.scale), LANES_HEIGHT / rows) if rows > 4 else LANE * 2
    figure = frame(
        "swimmer",
        finding(lanes),
        detail(lanes),
        alt(lanes),
        rows * lane_height,
        sizes=sizes,
        below=round(52 * sizes.scale),
        left=round(110 * sizes.scale),
        right=18,
    )
    ids = lanes.patients["patient_id"].to_numpy()
    _landmark(figure, lanes, rows)
    follow_up(figure, lanes, y)
    states(figure, lanes, y)
    touch(figure, lanes, y, ids)
    infections(figure, lanes, y, ids, sizes)
    marks(figure, lanes, y, ids, sizes)
    _axes(figure, lanes, y, rows, sizes, opened)
    _headings(figure, headings, sizes)
    legend_below(figure, width=NARROWEST)
    return stamp(figure) if lanes.synthetic else figure


def _empty(lanes: Lanes, sizes: Type) -> go.Figure:
    text = (
        "No patient has a day left to analyse under these settings."
        if not lanes.total
        else "No patient id contains what was searched for."
    )
    figure = sentence("swimmer", text, sizes=sizes)
    return stamp(figure) if lanes.synthetic else figure


def _places(lanes: Lanes) -> tuple[np.ndarray, list[tuple[int, str]]]:
    """Row of each lane, and the rows of the headings that stand before every group."""
    if lanes.group is None or lanes.group == "none":
        return np.arange(lanes.shown), []
    names = [group_name(lanes.group, level, lanes.landmark_day) for level in lanes.patients["group"].tolist()]
    y: list[int] = []
    headings: list[tuple[int, str]] = []
    for at, name in enumerate(names):
        if not headings or name != headings[-1][1]:
            headings.append((at + len(headings), name))
        y.append(at + len(headings))
    return np.array(y), headings


def _lines(rows: pd.DataFrame, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One broken line for all rows: start, end, gap."""
    lane = y[rows["lane"].to_numpy()].astype(float)
    start, end = rows["start_day"].to_numpy(float), rows["end_day"].to_numpy(float) + 1
    gap = np.full(len(rows), np.nan)
    x = np.stack([start, end, gap], axis=1).ravel() / DAYS_PER_MONTH
    return x, np.stack([lane, lane, gap], axis=1).ravel()


def follow_up(figure: go.Figure, lanes: Lanes, y: np.ndarray) -> None:
    """A hair line where a patient is known of but the days are not analysed; the states are drawn over it."""
    people = lanes.patients
    rows = pd.DataFrame({"lane": people["lane"], "start_day": 0, "end_day": people["last_day"]})
    x, at = _lines(rows, y)
    left_out = people["last_day"].sum() + len(people) > lanes.segments["days"].sum()
    figure.add_scatter(
        x=x, y=at, mode="lines", line={"color": MUTED, "width": 1}, hoverinfo="skip", connectgaps=False,
        name="Not analysed", showlegend=bool(left_out),
    )  # fmt: skip


def states(figure: go.Figure, lanes: Lanes, y: np.ndarray) -> None:
    parts = [state for state in lanes.states if state.startswith(ON)]
    order = [*parts, *(state for state in lanes.states if state not in parts)]
    for state in order:
        rows = lanes.segments[lanes.segments["state"] == state]
        if not len(rows):
            continue
        x, at = _lines(rows, y)
        colour = state_colour(state, parts.index(state) if state in parts else 0)
        figure.add_scatter(
            x=x, y=at, mode="lines", line={"color": colour, "width": LINE}, hoverinfo="skip", connectgaps=False,
            name=PARTS_LEGEND.get(state, label(state).removesuffix(" since dose")), meta=state,
        )  # fmt: skip


def touch(figure: go.Figure, lanes: Lanes, y: np.ndarray, ids: np.ndarray) -> None:
    """Points along the lanes that cannot be seen but answer to the mouse: a line alone does so at its ends only."""
    rows = lanes.segments
    number = np.maximum(np.ceil(rows["days"].to_numpy() / REACH).astype(int), 1)
    row = np.repeat(np.arange(len(rows)), number)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    start, days = rows["start_day"].to_numpy(), rows["days"].to_numpy()
    x = (start[row] + (nth + 0.5) * days[row] / number[row]) / DAYS_PER_MONTH
    lane = rows["lane"].to_numpy()
    texts = [
        f"<b>{escape(ids[at])}</b><br>{escape(label(state))}<br>"
        f"days {first:,}–{last:,} ({counted(length, 'day')})<br>{counted(infections, 'infection')}"
        for at, state, first, last, length, infections in zip(
            lane, rows["state"], start, rows["end_day"], days, rows["infections"], strict=True
        )
    ]
    figure.add_scatter(
        x=x, y=y[lane[row]], mode="markers", marker={"size": 12, "opacity": 0, "color": PAPER},
        hovertext=np.array(texts, dtype=object)[row], hoverinfo="text", showlegend=False, name="lanes",
        unselected={"marker": {"opacity": 0}}, selected={"marker": {"opacity": 0}},
        customdata=_custom(rows["patient"].to_numpy()[row], ids[lane[row]]),
    )  # fmt: skip


def _custom(patient: np.ndarray, ids: np.ndarray) -> list[list[object]]:
    return [[int(code), str(name)] for code, name in zip(patient, ids, strict=True)]


def infections(figure: go.Figure, lanes: Lanes, y: np.ndarray, ids: np.ndarray, sizes: Type) -> None:
    grade = lanes.infections["grade"].to_numpy(float)
    for value, glyph in [*GRADES.items(), (np.nan, GRADE_UNKNOWN)]:
        here = np.isnan(grade) if value != value else grade == value
        if not here.any():
            continue
        rows = lanes.infections[here]
        lane = rows["lane"].to_numpy()
        text = [
            f"<b>{escape(ids[at])}</b><br>{'<br>'.join(escape(fact) for fact in facts)}<br>day {day:,}"
            for at, day, facts in zip(lane, rows["day"], rows["facts"], strict=True)
        ]
        _glyphs(
            figure, rows, y, ids, glyph, text, "Grade unknown" if value != value else f"Grade {value}",
            outline=GRADE_LINE if value == value else glyph.colour, scale=sizes.scale,
        )  # fmt: skip


def marks(figure: go.Figure, lanes: Lanes, y: np.ndarray, ids: np.ndarray, sizes: Type) -> None:
    for kind, (name, glyph) in MARKS.items():
        rows = lanes.marks[lanes.marks["kind"] == kind]
        if not len(rows):
            continue
        said = "alive when last known of" if kind == "followed" else name.lower()
        text = [
            f"<b>{escape(ids[at])}</b><br>{said}<br>day {day:,}"
            for at, day in zip(rows["lane"], rows["day"], strict=True)
        ]
        _glyphs(figure, rows, y, ids, glyph, text, name, outline=glyph.colour, scale=sizes.scale)


def _glyphs(
    figure: go.Figure, rows: pd.DataFrame, y: np.ndarray, ids: np.ndarray, glyph: Glyph, text: list[str], name: str,
    *, outline: str, scale: float,
) -> None:  # fmt: skip
    lane = rows["lane"].to_numpy()
    stroke = 2 if glyph.symbol.startswith("line") else 1
    # A mark of the last day stands at its end, where the lane stops.
    day = rows["day"].to_numpy(float) + (1 if name == MARKS["followed"][0] else 0)
    figure.add_scatter(
        x=day / DAYS_PER_MONTH, y=y[lane], mode="markers", name=name, hovertext=text, hoverinfo="text",
        marker={
            "symbol": glyph.symbol, "color": glyph.colour, "size": glyph.size * (1 + (scale - 1) / 2),
            "line": {"color": outline, "width": stroke}, "opacity": 1,
        },
        customdata=_custom(rows["patient"].to_numpy(), ids[lane]), cliponaxis=False, legend="legend2",
        unselected={"marker": {"opacity": 1}},
    )  # fmt: skip


def _axes(figure: go.Figure, lanes: Lanes, y: np.ndarray, rows: int, sizes: Type, opened: str) -> None:
    end = (lanes.patients["last_day"].max() + 1) / DAYS_PER_MONTH
    figure.update_xaxes(title_text="Months since the first day at risk", range=[-0.012 * end, end * 1.015], nticks=12)
    named = sizes.text <= 14 or rows <= 24
    ids = lanes.patients["patient_id"].tolist()
    labels = shorten_apart(ids, LABEL_CHARS)
    figure.update_yaxes(
        range=[rows - 0.4, -0.6], showline=False, ticks="", fixedrange=True, tickmode="array", tickvals=y,
        ticktext=[
            _tick(label, bold=name == opened) if named else "" for name, label in zip(ids, labels, strict=True)
        ],
        tickfont={"size": 13 if sizes.text <= 14 else 15, "color": MUTED},
    )  # fmt: skip


def _tick(label: str, *, bold: bool) -> str:
    return f"<b>{escape(label)}</b>" if bold else escape(label)


def _headings(figure: go.Figure, headings: list[tuple[int, str]], sizes: Type) -> None:
    names = shorten_apart([name for _, name in headings], HEADING_CHARS)
    for (row, _), name in zip(headings, names, strict=True):
        figure.add_annotation(
            text=f"<b>{escape(name)}</b>", x=0, xref="paper", xanchor="left", y=row, yref="y",
            yanchor="middle", showarrow=False, font={"size": sizes.text, "color": INK}, name="group",
        )  # fmt: skip


def _landmark(figure: go.Figure, lanes: Lanes, rows: int) -> None:
    """The day at which the groups were fixed, where they were."""
    if lanes.group != "ivig_by_landmark" or not lanes.landmark_day:
        return
    x = (lanes.landmark_day + 1) / DAYS_PER_MONTH
    figure.add_scatter(
        x=[x, x], y=[-0.6, rows - 0.4], mode="lines", line={"dash": "dash", "width": 1, "color": MUTED},
        hoverinfo="skip", name=f"Day {lanes.landmark_day}, groups fixed",
    )  # fmt: skip
