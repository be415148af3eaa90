"""Power against the number of patients: lines by formula, points by simulation; and where the ratio lands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, note, note_height, sentence
from ivig_core.figures.theme import FAINT, GROUP_COLOURS, INK, MUTED, PAPER, Type, type_of
from ivig_core.figures.whatif.study_size_words import (
    BEFORE_LOW,
    DESIGNS,
    SHORT,
    SIMULATED,
    VERTICAL,
    alt,
    detail,
    finding,
    landing,
    landing_alt,
    simulated_detail,
    up,
)
from ivig_core.figures.words import count, escape, interval, percent, ratio
from ivig_core.study.whatif.size.simulated import BEFORE, Simulated
from ivig_core.study.whatif.size.size import GROUPS, SERIES, StudySize

HEIGHT, ROW, AXIS_ROOM = 340, 46, 58
LINES = {SERIES: (INK, "solid"), GROUPS: (MUTED, "dash")}
COLOURS = dict(zip(BEFORE, (GROUP_COLOURS[3], GROUP_COLOURS[0], GROUP_COLOURS[4]), strict=True))
SYMBOLS = dict(zip(BEFORE, ("circle", "diamond", "square"), strict=True))
APART = dict(zip(BEFORE, (-1, 0, 1), strict=True))
"""Points of one size stand side by side."""


def study_size(size: StudySize, found: Simulated | None = None, *, presentation: bool = False) -> go.Figure:
    """Power by formula for each design of `study.whatif.size.size`, and by simulation where studies were simulated."""
    sizes = type_of(presentation)
    simulated = found is not None and not found.table.empty
    if size.curve.empty and not simulated:
        return sentence("study-size", finding(size), sizes=sizes)
    foot_text = f"{VERTICAL} {BEFORE_LOW}" if simulated else ""
    foot = note_height(foot_text, sizes)
    figure = frame(
        "study-size", finding(size), detail(size), alt(size, found), round(HEIGHT * sizes.scale), sizes=sizes,
        below=round(AXIS_ROOM * sizes.scale) + foot, left=round(64 * sizes.scale),
    )  # fmt: skip
    last = _last(size, found if simulated else None)
    figure.add_shape(
        type="line", x0=0, x1=last, y0=100 * size.plan.power, y1=100 * size.plan.power,
        line={"color": MUTED, "width": 1, "dash": "dash"}, layer="below",
    )  # fmt: skip
    for design, part in size.curve.groupby("design", sort=False):
        _line(figure, size, str(design), part)
    _read_off(figure, size, sizes)
    if found is not None and simulated:
        for before in BEFORE:
            _points(figure, found, before, last)
    figure.update_xaxes(title={"text": "Patients in the study"}, range=[0, last], tickformat=",d", nticks=8)
    figure.update_yaxes(title={"text": "Power (chance of a clear result)"}, range=[0, 102], ticksuffix=" %", nticks=6)
    legend_below(figure, foot)
    note(figure, foot_text, sizes=sizes)
    return figure


def ratio_landing(found: Simulated, *, presentation: bool = False) -> go.Figure:
    """Median and middle 95 % of the ratios of simulated studies of the largest size, one row per analysis."""
    sizes = type_of(presentation)
    rows = [found.table[found.table["before_days"] == before].to_dict("records") for before in BEFORE]
    if found.table.empty or not all(rows):
        return sentence("study-ratio", "No study was simulated.", sizes=sizes)
    last = [part[-1] for part in rows]
    figure = frame(
        "study-ratio", landing(found), simulated_detail(found), landing_alt(found),
        round(len(last) * ROW * sizes.scale), sizes=sizes, below=round(AXIS_ROOM * sizes.scale),
        left=round(150 * sizes.scale),
    )  # fmt: skip
    low, high = _range(last, found.plan.ratio)
    figure.add_shape(
        type="line", x0=found.plan.ratio, x1=found.plan.ratio, y0=-0.5, y1=len(last) - 0.5,
        line={"color": INK, "width": 1.5, "dash": "dash"}, layer="below",
    )  # fmt: skip
    for at, row in enumerate(last):
        _landing_row(figure, at, row, (low, high), sizes)
    figure.update_xaxes(
        title={"text": f"Rate ratio on IVIG (dashed: the true {ratio(found.plan.ratio)}), {_of(last[0])}"},
        type="log", range=[np.log10(low), np.log10(high)], tickvals=_ticks(low, high),
        ticktext=[ratio(tick) for tick in _ticks(low, high)],
    )  # fmt: skip
    figure.update_yaxes(
        range=[len(last) - 0.5, -0.8], tickvals=list(range(len(last))), ticktext=[SHORT[before] for before in BEFORE],
        showline=False, ticks="", fixedrange=True,
    )  # fmt: skip
    return figure


def _line(figure: go.Figure, size: StudySize, design: str, part: pd.DataFrame) -> None:
    colour, dash = LINES[design]
    name = DESIGNS[design]
    patients, power = part["patients"].to_numpy(), part["power"].to_numpy()
    hover = [
        f"<b>{escape(name)}</b><br>{count(number)} patients: power {escape(percent(share))}"
        + (f"<br>about {count(number * size.infections_per_patient)} infections" if design == SERIES else "")
        for number, share in zip(patients, power, strict=True)
    ]
    figure.add_scatter(
        x=patients, y=100 * power, mode="lines", name=name, line={"color": colour, "dash": dash, "width": 2.5},
        hovertext=hover, hoverinfo="text",
    )  # fmt: skip


def _read_off(figure: go.Figure, size: StudySize, sizes: Type) -> None:
    """A mark where the first line reaches the power that is asked for, with its number."""
    needed = size.size(SERIES)
    if needed.patients is None:
        return
    figure.add_scatter(
        x=[needed.patients], y=[100 * size.plan.power], mode="markers+text", showlegend=False, cliponaxis=False,
        marker={"color": INK, "size": 11, "line": {"color": PAPER, "width": 1.5}}, name="needed",
        text=[f"<b>{up(needed.patients)}</b>"], textposition="top left", textfont={"size": sizes.text, "color": INK},
        hovertext=f"{up(needed.patients)} patients for {percent(size.plan.power)} power", hoverinfo="text",
    )  # fmt: skip


def _points(figure: go.Figure, found: Simulated, before: int, last: float) -> None:
    part = found.table[found.table["before_days"] == before]
    patients = part["patients"].to_numpy(float)
    hover = [
        f"<b>{escape(SIMULATED[before])}</b><br>{count(row['patients'])} patients: power "
        f"{escape(percent(row['power']))} ({escape(percent(row['power_low']))} to {escape(percent(row['power_high']))})"
        f"<br>ratio lands at "
        f"{escape(_ratio(row['ratio_median']))} {escape(interval(row['ratio_low'], row['ratio_high']))}"
        for row in part.to_dict("records")
    ]
    power = part["power"].to_numpy()
    figure.add_scatter(
        x=patients + APART[before] * last * 0.006, y=100 * power, mode="markers", name=SIMULATED[before],
        marker={"color": COLOURS[before], "symbol": SYMBOLS[before], "size": 9},
        error_y={
            "type": "data", "symmetric": False, "array": 100 * (part["power_high"].to_numpy() - power),
            "arrayminus": 100 * (power - part["power_low"].to_numpy()), "color": COLOURS[before], "thickness": 1.3,
            "width": 0,
        },
        hovertext=hover, hoverinfo="text",
    )  # fmt: skip


def _last(size: StudySize, found: Simulated | None) -> float:
    ends = [] if size.curve.empty else [float(size.curve["patients"].max())]
    if found is not None:
        ends.append(1.05 * float(found.table["patients"].max()))
    return max(ends)


def _landing_row(figure: go.Figure, at: int, row: dict[str, Any], ends: tuple[float, float], sizes: Type) -> None:
    before = int(row["before_days"])
    low, high = (float(np.clip(row[name], *ends)) for name in ("ratio_low", "ratio_high"))
    text = f"{_ratio(row['ratio_median'])} {interval(row['ratio_low'], row['ratio_high'])}"
    hover = (
        f"<b>{escape(SIMULATED[before])}</b><br>ratio lands at {escape(text)}<br>its 95 % interval holds the true "
        f"ratio in {escape(percent(row['coverage']))} of studies"
    )
    figure.add_scatter(
        x=[low, high], y=[at, at], mode="lines", line={"color": COLOURS[before], "width": 3}, showlegend=False,
        hoverinfo="skip", name="range",
    )  # fmt: skip
    middle = float(np.clip(row["ratio_median"], *ends))
    figure.add_scatter(
        x=[middle], y=[at], mode="markers", showlegend=False, name=SHORT[before],
        marker={"color": COLOURS[before], "symbol": SYMBOLS[before], "size": 12}, hovertext=hover, hoverinfo="text",
    )  # fmt: skip
    figure.add_annotation(
        x=np.log10(middle), y=at, text=f"<b>{escape(text)}</b>", showarrow=False, yshift=round(16 * sizes.scale),
        bgcolor=PAPER, borderpad=1, font={"size": sizes.text, "color": INK},
    )  # fmt: skip
    figure.add_shape(
        type="line", x0=ends[0], x1=ends[1], y0=at, y1=at, line={"color": FAINT, "width": 1}, layer="below"
    )


def _range(rows: list[dict[str, Any]], true: float) -> tuple[float, float]:
    """Ends of the axis: all finite ratios, the true one and 1."""
    values = [row[name] for row in rows for name in ("ratio_low", "ratio_median", "ratio_high")]
    known = [value for value in values if 0 < value < np.inf]
    return 0.85 * min(*known, true, 1.0) if known else 0.85 * min(true, 1.0), 1.18 * max([*known, true, 1.0])


TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)


def _ticks(low: float, high: float) -> list[float]:
    inside = [tick for tick in TICKS if low <= tick <= high]
    return (
        inside if high < 20 else [10.0**power for power in range(int(np.floor(np.log10(low))), 9) if 10**power <= high]
    )


def _ratio(value: float) -> str:
    return "∞" if value == np.inf else ratio(value)


def _of(row: dict[str, Any]) -> str:
    return f"studies of {count(row['patients'])} patients"
