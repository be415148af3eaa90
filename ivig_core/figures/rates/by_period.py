"""Infection rates by period, as dots with intervals and the numbers beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ivig_core.export import rows_of
from ivig_core.figures.frame import beside, column, frame, sentence
from ivig_core.figures.theme import FAINT, PAPER, state_colour, type_of
from ivig_core.figures.words import count, counted, escape, is_number, rate
from ivig_core.terms import OBSERVATION, ON, REFERENCE

ROW, AXIS_ROOM = 36, 58
DAYS_PER_YEAR = 365.25
PLOT = (0.265, 0.58)
HEAD = 0.9
"""Rows that the column heads take."""


def rates_by_period(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """Dot and interval for each period of `estimate.rates.RATE_COLUMNS`.

    Reference is drawn hollow: it is context, not a comparison. A period without days stays and says so.
    """
    sizes = type_of(presentation)
    if not (pd.to_numeric(table["person_days"], errors="coerce") > 0).any():
        return sentence("rates", "No day is left to count infections on.", sizes=sizes)
    records = rows_of(table)
    row = round(ROW * sizes.scale)
    figure = frame(
        "rates", finding(table), detail(table), alt(table), (len(records) + HEAD) * row,
        sizes=sizes, below=round(AXIS_ROOM * sizes.scale),
    )  # fmt: skip
    reach = _reach(records)
    parts = [record["period"] for record in records if record["period"].startswith(ON)]
    for at, record in enumerate(records):
        name = record["period"]
        colour = state_colour(name, parts.index(name) if name in parts else 0)
        figure.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=at - 0.5, y1=at - 0.5, line={"color": FAINT, "width": 1},
            layer="below",
        )  # fmt: skip
        _interval_line(figure, at, record, reach, colour)
        _dot(figure, at, record, colour, sizes.scale)
    beside(figure, PLOT)
    _texts(figure, records, sizes.text)
    figure.update_layout(
        xaxis={
            "domain": PLOT, "range": [0, reach], "fixedrange": True, "nticks": 6,
            "title": {"text": "Infections per patient-year"},
        },
        yaxis={"range": [len(records) - 0.5, -(0.5 + HEAD)], "visible": False, "fixedrange": True},
    )  # fmt: skip
    return figure


def _reach(records: list[dict[str, Any]]) -> float:
    """End of the axis: the widest interval, but never more than four times the highest rate."""
    rates = [record["rate"] for record in records if is_number(record["rate"])]
    ends = [record["ci_high"] for record in records if is_number(record["ci_high"])]
    top = max(rates, default=0.0)
    return max(min(max([*ends, top]), 4 * top if top else 10.0), 0.1) * 1.08


def _interval_line(figure: go.Figure, at: int, record: dict[str, Any], reach: float, colour: str) -> None:
    """The interval, cut at the end of the axis with an arrow where it goes on."""
    if not is_number(record["ci_high"]):
        return
    beyond = record["ci_high"] > reach
    figure.add_scatter(
        x=[record["ci_low"], min(record["ci_high"], reach)], y=[at, at], mode="lines+markers" if beyond else "lines",
        line={"color": colour, "width": 2.5}, hoverinfo="skip", showlegend=False, name=f"{record['period']} interval",
        marker={"symbol": "triangle-right", "size": [0, 10], "color": colour, "opacity": 1}, cliponaxis=False,
    )  # fmt: skip


def _dot(figure: go.Figure, at: int, record: dict[str, Any], colour: str, scale: float) -> None:
    name = record["period"]
    if not is_number(record["rate"]):
        return
    figure.add_scatter(
        x=[record["rate"]], y=[at], mode="markers", name=name, showlegend=False, hoverinfo="text", cliponaxis=False,
        marker={
            "size": 12 * scale, "color": PAPER if name == REFERENCE else colour, "opacity": 1,
            "line": {"color": colour, "width": 2},
        },
        hovertext=["<br>".join([f"<b>{escape(record['label'])}</b>", f"{escape(_interval(record))} a year",
                                escape(_behind(record))])],
    )  # fmt: skip


def _texts(figure: go.Figure, records: list[dict[str, Any]], size: float) -> None:
    columns = {
        "label": (0.0, "right", "<b>Period</b>", [record["label"].removesuffix(" since dose") for record in records]),
        "rate": (0.6, "right", "<b>Rate (interval)</b>", [_interval(record) for record in records]),
        "infections": (0.885, "left", "<b>Infections</b>", [count(record["infections"]) for record in records]),
        "patients": (1.0, "left", "<b>Patients</b>", [count(record["patients"]) for record in records]),
    }
    for name, (x, side, head, texts) in columns.items():
        places = [x] * (len(texts) + 1), [-(0.5 + HEAD / 2), *map(float, range(len(texts)))]
        column(figure, name, places, [head, *map(escape, texts)], side, {"size": size - 1})


def _interval(record: dict[str, Any]) -> str:
    if not is_number(record["rate"]):
        return "not shared" if _withheld(record) else "no days"
    if not is_number(record["ci_high"]):
        return rate(record["rate"])
    return f"{rate(record['rate'])} ({rate(record['ci_low'])}–{rate(record['ci_high'])})"


def _withheld(record: Mapping[str, Any]) -> bool:
    """Whether a rate is missing because its infections or patients are few and hidden."""
    return any(not is_number(record[name]) for name in ("patients", "infections", "person_days"))


def _behind(record: dict[str, Any]) -> str:
    years = record["person_days"] / DAYS_PER_YEAR if is_number(record["person_days"]) else None
    text = f"{counted(record['infections'], 'infection')}, {counted(record['patients'], 'patient')}"
    return f"{text}, {years:,.1f} patient-years" if years is not None else text


def finding(table: pd.DataFrame) -> str:
    """The rates on and off IVIG as they are: whether they differ is for the within-patient ratio to say."""
    counted_ones = pd.to_numeric(table["infections"], errors="coerce")
    if len(table) and counted_ones.eq(0).all():
        return "No infection counts under these settings"
    on, off = _total(table, table["period"].str.startswith(ON)), _total(table, table["period"] == OBSERVATION)
    compared = table[table["period"].str.startswith(ON) | (table["period"] == OBSERVATION)]
    if any(map(_withheld, rows_of(compared))):
        told = [f"{rate(value)} {where} IVIG" for value, where in ((on, "on"), (off, "off")) if value is not None]
        rest = f"; infections per patient-year: {told[0]}" if told else ""
        return f"Too few infections or patients to share both rates{rest}"
    # Reference apart: then off IVIG are the days of the same patients.
    same = " (same patients)" if (table["period"] == REFERENCE).any() else ""
    if on is None and off is None:
        without = _total(table, table["period"] == REFERENCE)
        rest = f"; {rate(without)} infections per patient-year without it" if without is not None else ""
        return f"No day on IVIG in any patient{rest}"
    if on is None:
        return f"No days on IVIG; {rate(off)} infections per patient-year off IVIG"
    if off is None:
        return f"{rate(on)} infections per patient-year on IVIG; no days off it"
    return f"{rate(on)} infections per patient-year on IVIG, {rate(off)} off{same}"


def _total(table: pd.DataFrame, rows: pd.Series) -> float | None:
    numbers = table.loc[rows, ["infections", "person_days"]].apply(pd.to_numeric, errors="coerce")
    days = numbers["person_days"].sum(min_count=1)
    if not days > 0 or numbers["infections"].isna().any():
        return None
    return float(numbers["infections"].sum() / days * DAYS_PER_YEAR)


def detail(table: pd.DataFrame) -> str:
    """Patients and infections behind the rates."""
    if any(map(_withheld, rows_of(table))):
        return "Periods with few infections or patients are not shared; 95 % intervals"
    infections, days = table["infections"].sum(), table["person_days"].sum()
    return f"{counted(infections, 'infection')} in {days / DAYS_PER_YEAR:,.1f} patient-years; 95 % intervals"


def alt(table: pd.DataFrame) -> str:
    """The plot in words."""
    parts = [f"{record['label']} {_interval(record)}" for record in rows_of(table)]
    return f"Infections per patient-year with 95 % intervals: {'; '.join(parts)}. {detail(table)}."
