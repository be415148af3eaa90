"""Doses, infections and IgG values by period as three rows of bars; periods unlike those around them are marked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, sentence
from ivig_core.figures.quality.cloud import ODD, dates
from ivig_core.figures.theme import IVIG_BLUE, MUTED, Type, pale, type_of
from ivig_core.figures.words import counted, is_number, listed, rate
from ivig_core.study.quality.over_time import DOSES, IGG, INFECTIONS, OverTime, StandsOut
from ivig_core.study.quality.periods import DAYS_PER_MONTH

HEIGHT, GAP, AXIS = 110, 0.07, 50
"""Px of a row and of the axis; the part of the height between rows."""
WORDS = {DOSES: ("dose", "doses"), INFECTIONS: ("infection", "infections"), IGG: ("IgG value", "IgG values")}
COLOURS = {DOSES: IVIG_BLUE, INFECTIONS: "#8E3B87", IGG: "#007A5A"}
FEW = 30
"""Below so many records of every kind no period could be unlike others."""
WIDTHS = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}


def over_time(found: OverTime, *, presentation: bool = False) -> go.Figure:
    """Bars of records per patient-year, a row for each kind of which anything is recorded."""
    sizes = type_of(presentation)
    kinds = [kind for kind in WORDS if _rows(found, kind)["number"].sum()]
    if not kinds:
        return sentence("recorded_over_time", "No dose, infection or IgG value is recorded in follow-up.", sizes=sizes)
    figure = frame(
        "recorded_over_time", finding(found), detail(found), alt(found), HEIGHT * len(kinds) * sizes.scale, sizes=sizes,
        below=round(AXIS * sizes.scale), left=round(86 * sizes.scale), right=18,
    )  # fmt: skip
    place = dates if found.periods.dates else _months
    for row, kind in enumerate(kinds):
        _row(figure, found, kind, place, f"y{row + 1 if row else ''}", sizes)
    _axes(figure, kinds, found, sizes)
    return figure


def _rows(found: OverTime, kind: str) -> pd.DataFrame:
    return found.table[found.table["kind"] == kind]


def _months(days: np.ndarray) -> Any:
    return np.asarray(days, float) / DAYS_PER_MONTH


def _row(figure: go.Figure, found: OverTime, kind: str, place: Any, axis: str, sizes: Type) -> None:
    rows = _rows(found, kind)
    first, after = rows["first"].to_numpy(), rows["next"].to_numpy()
    width = (after - first) * 86_400_000 if found.periods.dates else (after - first) / DAYS_PER_MONTH
    odd = rows["odd"].to_numpy(bool)
    figure.add_bar(
        x=place(first), y=rows["rate"], width=width, offset=0, yaxis=axis, name=WORDS[kind][1], showlegend=False,
        marker={
            "color": np.where(odd, ODD, COLOURS[kind]), "line": {"width": 0.5, "color": "#FFFFFF"},
            "pattern": {"shape": np.where(odd, "/", "")}, "opacity": np.where(rows["sparse"], 0.35, 1.0),
        },
        hoverinfo="text", hovertext=[_hover(row, kind) for row in rows.itertuples()],
    )  # fmt: skip
    low, high = place(first), place(after)
    for at in np.flatnonzero(odd):
        # A period without any has no bar: the place where it would stand is shaded.
        figure.add_shape(
            type="rect", x0=low[at], x1=high[at], y0=0, y1=1, xref="x", yref=f"{axis} domain", layer="below",
            fillcolor=pale(ODD, 0.16), line_width=0, name="stands out",
        )  # fmt: skip


def _hover(row: Any, kind: str) -> str:
    per = f"{rate(row.rate)} per patient-year" if is_number(row.rate) else "nobody at risk"
    return (
        f"<b>{row.label}</b><br>{_counted(row.number, kind)}, {per}<br>{row.person_days / 365.25:,.1f} patient-years"
        f"{'<br>unlike the periods around it' if row.odd else ''}{'<br>few days at risk' if row.sparse else ''}"
    )


def _axes(figure: go.Figure, kinds: list[str], found: OverTime, sizes: Type) -> None:
    height = (1 + GAP) / len(kinds) - GAP
    for row, kind in enumerate(kinds):
        top = 1 - row * (height + GAP)
        words, rows = WORDS[kind][1], _rows(found, kind)
        # The rate of a few days at the edge of a study would press all others flat.
        highest = float(rows.loc[~rows["sparse"].to_numpy(bool), "rate"].max())
        figure.update_layout(
            {
                f"yaxis{row + 1 if row else ''}": {
                    "domain": [max(top - height, 0), top], "range": [0, 1.1 * max(highest, 0.1)], "fixedrange": True,
                    "nticks": 4,
                    "title": {"text": words[:1].upper() + words[1:]}, "anchor": "x",
                }
            }
        )  # fmt: skip
    title = None if found.periods.dates else "Months since the first day at risk"
    figure.update_layout(
        xaxis={
            "anchor": f"y{len(kinds) if len(kinds) > 1 else ''}", "title": {"text": title}, "fixedrange": True,
            "type": "date" if found.periods.dates else "linear", "linecolor": MUTED,
        },
        bargap=0,
    )  # fmt: skip


def _counted(number: float, kind: str) -> str:
    one, many = WORDS[kind]
    return f"{number:,} {one if number == 1 else many}"


def _span(item: StandsOut) -> str:
    return f"in {item.first}" if item.first == item.last else f"from {item.first} to {item.last}"


def _said(item: StandsOut) -> str:
    number = f"no {WORDS[item.kind][0]}" if not item.number else _counted(item.number, item.kind)
    return f"{number} {_span(item)}, where about {item.expected:,.0f} would be expected"


def finding(found: OverTime) -> str:
    """The period that stands out most, and how many others do."""
    total = found.table.groupby("kind")["number"].sum()
    if not found.odd and total.max() < FEW:
        return "Too few records to see whether a period lacks some"
    if not found.odd:
        kinds = [WORDS[kind][1] for kind in WORDS if total[kind]]
        text = f"{listed(kinds)}: no {_width(found)} is unlike those around it"
        return text[:1].upper() + text[1:]
    first, *others = found.odd
    more = f"; {counted(len(others), 'more period')} {'stands' if len(others) == 1 else 'stand'} out" if others else ""
    text = f"{_said(first)}{more}"
    return text[:1].upper() + text[1:]


def _width(found: OverTime) -> str:
    months = found.periods.months
    if not found.periods.dates and months > 1:
        return f"span of {months} months"
    return WIDTHS.get(months, f"span of {months // 12} years")


def detail(found: OverTime) -> str:
    """What the bars are, and what is recorded of what."""
    total = found.table.groupby("kind")["number"].sum()
    said = [_counted(int(total[kind]), kind) for kind in WORDS]
    pale = "; pale: few patients at risk" if found.table["sparse"].any() else ""
    of = f"{listed(said)} of {counted(found.patients, 'patient')}"
    return f"Per patient-year, by {_width(found)}; {of}, in follow-up{pale}"


def alt(found: OverTime) -> str:
    """The bars in words: of each kind the lowest and highest rate, and what stands out."""
    parts = []
    for kind, (_, words) in WORDS.items():
        rows = _rows(found, kind)
        known = rows[~rows["sparse"].to_numpy(bool)]
        if known["number"].sum():
            low, high = known.loc[known["rate"].idxmin()], known.loc[known["rate"].idxmax()]
            parts.append(f"{words} {rate(low['rate'])} ({low['label']}) to {rate(high['rate'])} ({high['label']})")
    odd = "; ".join(_said(item) for item in found.odd) or "none"
    return f"Records per patient-year by {_width(found)}: {'; '.join(parts)}. Unlike the periods around: {odd}."
