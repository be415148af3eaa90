"""Rows of rates: a dot with its interval for each, and the numbers in columns beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from ivig_core.figures.frame import beside, column
from ivig_core.figures.theme import FAINT, MUTED, PAGE, PAPER, Type, type_of
from ivig_core.figures.words import ABSENT, NO_ESTIMATE, compact, count, counted, estimate, is_number, p_phrase, rate

PLOT, PLOT_PRESENTED = (0.315, 0.585), (0.235, 0.505)
PLACES = {"label": 0.0, "infections": 0.25, "rate": 0.595, "ratio": 0.782}
PRESENTED = {"label": 0.0, "rate": 0.515, "ratio": 0.757}
"""Where columns begin, as fractions of the width; that of the infections is centred, and left out before a room."""
HEADS = {
    "infections": "<b>Infections</b>", "rate": "<b>Rate a year<br>(95 % interval)</b>",
    "ratio": "<b>Rate ratio<br>(95 % interval)</b>",
}  # fmt: skip
HEAD = 2.0
"""Rows that the column heads take."""
WIDTH = 700
"""px down to which nothing overlaps."""
REASON_CHARS, REASON_CHARS_PRESENTED = 20, 15
SHORT_REASONS = NO_ESTIMATE | {"no_contrast": "none with days on and off IVIG"}
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Line:
    """A rate at height `at`. Texts are escaped; `hollow` for what is context, not a comparison."""

    name: str
    at: float
    colour: str
    record: dict[str, Any]
    hover: str
    hollow: bool = False


def narrow(presentation: bool) -> Type:
    """Sizes with lines that fit a figure of 700 px."""
    sizes = type_of(presentation)
    share = (WIDTH - 110) / sizes.width
    title, text = round(sizes.title_chars * share), round(sizes.text_chars * share)
    return sizes._replace(width=WIDTH, title_chars=title, text_chars=text)


def draw(figure: go.Figure, lines: list[Line], rows: float, sizes: Type) -> None:
    """Dots, intervals, infections and rates of the lines on `rows` rows of height, and the axis under them."""
    plot = PLOT if sizes.text == PAGE.text else PLOT_PRESENTED
    reach = _reach([line.record for line in lines])
    for line in lines:
        if is_number(line.record["rate"]):
            _interval(figure, line, reach)
            _dot(figure, line, sizes.scale)
    beside(figure, plot)
    texts(figure, "infections", [(line.at, count(line.record["infections"])) for line in lines], sizes)
    texts(figure, "rate", [(line.at, with_interval(line.record, _short)) for line in lines], sizes)
    figure.update_layout(
        xaxis={
            "domain": plot, "range": [0, reach], "fixedrange": True, "nticks": 4,
            "title": {"text": "Infections per patient-year"},
        },
        yaxis={"range": [rows - 0.5, -(0.5 + HEAD)], "visible": False, "fixedrange": True},
    )  # fmt: skip


def texts(figure: go.Figure, name: str, cells: list[tuple[float, str]], sizes: Type, head: str | None = None) -> None:
    """A column of escaped texts at their heights, under its head."""
    places = PLACES if sizes.text == PAGE.text else PRESENTED
    if name not in places:
        return
    at = [-(0.5 + HEAD / 2), *(height for height, _ in cells)]
    shown = [HEADS[name] if head is None else head, *(text for _, text in cells)]
    side = "center" if name == "infections" else "right"
    column(figure, name, ([places[name]] * len(at), at), shown, side, {"size": sizes.text - 1})


def muted(text: str) -> str:
    """What stands in a column instead of a number."""
    return f'<span style="color:{MUTED}">{text}</span>'


def separator(figure: go.Figure, at: float) -> None:
    """A faint line across the figure."""
    figure.add_shape(
        type="line", x0=0, x1=1, xref="paper", y0=at, y1=at, line={"color": FAINT, "width": 1}, layer="below"
    )


def _reach(records: list[dict[str, Any]]) -> float:
    """End of the axis: the widest interval, but never more than twice the highest rate."""
    rates = [record["rate"] for record in records if is_number(record["rate"])]
    ends = [record["ci_high"] for record in records if is_number(record["ci_high"])]
    top = max(rates, default=0.0)
    return max(min(max([*ends, top]), 2 * top if top else 10.0), 0.1) * 1.08


def _interval(figure: go.Figure, line: Line, reach: float) -> None:
    """The interval, cut at the end of the axis with an arrow where it goes on."""
    low, high = line.record["ci_low"], line.record["ci_high"]
    if not is_number(high):
        return
    beyond = high > reach
    figure.add_scatter(
        x=[low, min(high, reach)], y=[line.at, line.at], mode="lines+markers" if beyond else "lines",
        line={"color": line.colour, "width": 2.5}, hoverinfo="skip", showlegend=False, name=f"{line.name} interval",
        marker={"symbol": "triangle-right", "size": [0, 10], "color": line.colour, "opacity": 1}, cliponaxis=False,
    )  # fmt: skip


def _dot(figure: go.Figure, line: Line, scale: float) -> None:
    figure.add_scatter(
        x=[line.record["rate"]], y=[line.at], mode="markers", name=line.name, showlegend=False, hoverinfo="text",
        marker={
            "size": 11 * scale, "color": PAPER if line.hollow else line.colour, "opacity": 1,
            "line": {"color": line.colour, "width": 2},
        },
        hovertext=[line.hover], cliponaxis=False,
    )  # fmt: skip


def with_interval(record: dict[str, Any], say: Callable[[Any], str] = rate) -> str:
    """`1.27 (0.85–1.88)`, or that there is no day; `say` writes out a rate."""
    if not is_number(record["rate"]):
        return "no days"
    low, high = record["ci_low"], record["ci_high"]
    return f"{say(record['rate'])} ({say(low)}–{say(high)})" if is_number(high) else say(record["rate"])


def _short(value: float) -> str:
    """A rate in a column: what a few days make very large has no room for 2 decimals."""
    return rate(value) if value < 10 or compact(value) else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def span(record: dict[str, Any]) -> str:
    """The interval of a rate alone."""
    known = is_number(record["ci_high"])
    return f"{rate(record['ci_low'])}–{rate(record['ci_high'])}" if known else ABSENT


def behind(record: dict[str, Any]) -> str:
    """Infections, patients and time behind a rate."""
    years = f"{record['person_days'] / DAYS_PER_YEAR:,.1f} patient-years"
    return f"{counted(record['infections'], 'infection')}, {counted(record['patients'], 'patient')}, {years}"


def ratio_text(record: dict[str, Any]) -> str:
    """A rate ratio with its interval; empty where there is none."""
    return estimate(record["status"], record["irr"], record["irr_low"], record["irr_high"])


def ratio_hover(record: dict[str, Any]) -> list[str]:
    """Lines about the rate ratio."""
    text = ratio_text(record)
    tested = f", {p_phrase(record['p_value'])}" if is_number(record["p_value"]) else ""
    lines = [f"rate ratio within patients {text}{tested}"] if text else []
    return [*lines, record["note"]] if record["note"] else lines


def reason_lines(status: str, sizes: Type) -> str:
    """Why there is no ratio, in lines of the last column."""
    width = REASON_CHARS if sizes.text == PAGE.text else REASON_CHARS_PRESENTED
    return muted("<br>".join(wrap(SHORT_REASONS.get(status, "cannot be estimated"), width)))
