"""Infections by day before and after the first dose, with the infections and patients of every bin beneath."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ivig_core.export import rows_of
from ivig_core.figures.frame import frame, sentence
from ivig_core.figures.theme import INK, MUTED, PRE_TINT, Type, pale, type_of
from ivig_core.figures.words import count, counted, is_number, rate, total

HEIGHT, ROW, AXIS, TOP = 260, 24, 64, 0.95
"""Px of the plot, of a row of counts and of the axis; the part of the height up to which the plot reaches."""
NEAR = 60
"""Days before and after the first dose that the finding is about; those before it are shaded."""
ROWS = (("infections", "Infections"), ("patients", "Patients"))


def around_first_dose(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """Dots with intervals of infections per patient-month, one for each bin of `study.checks.around_first_dose`.

    The 60 days before the first dose are shaded; under the axis stand infections and patients at risk of each bin.
    """
    sizes = type_of(presentation)
    if not (table["person_days"] > 0).any():
        return sentence("around_first_dose", "No patient has a day near a first dose of IVIG.", sizes=sizes)
    figure = frame(
        "around_first_dose", finding(table), detail(table), alt(table), HEIGHT * sizes.scale,
        sizes=sizes, below=round((AXIS + len(ROWS) * ROW) * sizes.scale), left=round(112 * sizes.scale),
    )  # fmt: skip
    known = table[table["rate"].notna()]
    middle = (known["first_day"] + known["last_day"] + 1) / 2
    hover = [_hover(record) for record in rows_of(known)]
    figure.add_vrect(x0=-NEAR, x1=0, fillcolor=pale(PRE_TINT, 0.28), line_width=0, layer="below", name="before")
    figure.add_vline(x=0, line={"color": MUTED, "width": 1.5, "dash": "dash"}, name="first dose")
    figure.add_scatter(
        x=middle, y=known["rate"], mode="markers", name="rate", showlegend=False, cliponaxis=False,
        marker={"size": 10 * sizes.scale, "color": INK},
        error_y={
            "type": "data", "symmetric": False, "array": known["ci_high"] - known["rate"],
            "arrayminus": known["rate"] - known["ci_low"], "color": INK, "thickness": 1.8, "width": 0,
        },
        hovertext=hover, hoverinfo="text",
    )  # fmt: skip
    _axes(figure, table, sizes)
    _counts(figure, table, sizes)
    return figure


def _axes(figure: go.Figure, table: pd.DataFrame, sizes: Type) -> None:
    first, last = int(table["first_day"].min()), int(table["last_day"].max()) + 1
    known = table[table["rate"].notna()]
    # An interval of hardly any days would press all others flat: it is cut at twice the highest rate.
    ends = (float(known["ci_high"].max()), 2 * float(known["rate"].max())) if len(known) else (0.0,)
    top = max(min(ends), 0.05) * 1.05
    marks = [day for day in range(first, last + 1, 30) if not _skipped(day, sizes)]
    figure.update_layout(
        xaxis={
            "range": [first, last], "tickvals": marks, "fixedrange": True,
            "ticktext": [f"{day:+d}".replace("-", "−") if day else "first dose" for day in marks],
            "title": {"text": "Days since the first dose", "standoff": 6},
        },
        yaxis={
            "range": [0, top], "domain": (0, TOP), "fixedrange": True, "nticks": 6,
            "title": {"text": "Infections per patient-month"},
        },
    )  # fmt: skip


def _skipped(day: int, sizes: Type) -> bool:
    """Every second mark is left out in large type."""
    return sizes.scale > 1.2 and day % 60 != 0


def _counts(figure: go.Figure, table: pd.DataFrame, sizes: Type) -> None:
    for number, (name, words) in enumerate(ROWS):
        shift = -round((AXIS + number * ROW - 4) * sizes.scale)
        common = {
            "yref": "paper", "y": 0, "yshift": shift, "yanchor": "top", "showarrow": False,
            "font": {"size": sizes.text - 1, "color": MUTED}, "name": f"{name} counts",
        }  # fmt: skip
        figure.add_annotation(text=words, x=0, xref="paper", xanchor="right", xshift=-round(14 * sizes.scale), **common)
        for record in rows_of(table):
            x = (record["first_day"] + record["last_day"] + 1) / 2
            figure.add_annotation(text=count(record[name]), x=x, xref="x", xanchor="center", **common)


def _hover(record: Mapping[str, Any]) -> str:
    return "<br>".join(
        [
            f"<b>Days {record['first_day']} to {record['last_day']}</b>",
            f"{_with_interval(record)} per patient-month",
            f"{counted(record['infections'], 'infection')} in {record['person_days']:,} days of "
            f"{counted(record['patients'], 'patient')}",
        ]
    )


def _with_interval(record: Mapping[str, Any]) -> str:
    return f"{rate(record['rate'])} ({rate(record['ci_low'])}–{rate(record['ci_high'])})"


def _pooled(table: pd.DataFrame) -> float | None:
    """The rate of these bins together; None without a day, or where a count of one is withheld."""
    days = table["person_days"].sum()
    told = table["infections"].notna().all() and table["person_days"].notna().all()
    return float(table["infections"].sum() / days * 365.25 / 12) if days and told else None


def finding(table: pd.DataFrame) -> str:
    """The rate just before the first dose beside the one earlier and the one just after; no verdict."""
    first = table["first_day"]
    near = table[first.between(-NEAR, -1).to_numpy()]
    earlier = table[(first < -NEAR).to_numpy()]
    after = table[first.between(0, NEAR - 1).to_numpy()]
    parts = [
        (_pooled(near), f"in the {NEAR} days before the first dose"),
        (_pooled(earlier), "earlier"),
        (_pooled(after), f"in the {NEAR} days from it on"),
    ]
    said = [f"{rate(value)} {words}" for value, words in parts if is_number(value)]
    if not said and table["infections"].isna().any():
        return "Infections around the first dose: too few to be shared"
    if not said:
        return f"No day in the {NEAR} days around the first dose"
    return f"Infections per patient-month: {', '.join(said)}"


def detail(table: pd.DataFrame) -> str:
    """Patients and infections behind the plot."""
    infections = counted(total(table["infections"]), "infection")
    most = max(filter(is_number, table["patients"]), default=total(table["patients"]))
    more = "; bins without a dot have too few to be shared" if table["infections"].isna().any() else ""
    return f"{infections} of up to {counted(most, 'patient')} with IVIG; 95 % intervals{more}"


def alt(table: pd.DataFrame) -> str:
    """The plot in words."""
    known = rows_of(table[table["rate"].notna()])
    parts = [f"days {record['first_day']} to {record['last_day']} {_with_interval(record)}" for record in known]
    return f"Infections per patient-month by day since the first dose of IVIG: {'; '.join(parts)}."
