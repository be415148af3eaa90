"""Many patients at once: how many are on and off IVIG in each month, and how often they are infected."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, note, note_height, sentence
from ivig_core.figures.theme import FEW_AT_RISK, STATE_COLOURS, stamp, type_of
from ivig_core.figures.words import DAYS_PER_MONTH, counted, escape, months, percent, rate
from ivig_core.persontime.split import PersonTime
from ivig_core.study.patients.monthly import monthly
from ivig_core.terms import OBSERVATION, ON, label

HEIGHT, RATES_HEIGHT, GAP, AXIS_ROOM = 300, 180, 46, 56
DAYS_PER_YEAR = 365.25
COMPARED = (ON, OBSERVATION)
TOGETHER = 3
"""Bins to a point of the rates: one month holds too few infections."""


def density(study_time: PersonTime, infections: pd.DataFrame | None = None, *, presentation: bool = False) -> go.Figure:
    """Patients by state in each month since the first day at risk, for cohorts too large for lanes.

    With `infections` (rows with `patient`, `day`, as `Study.infections` gives them) a second panel shows the rate in
    each month on and off IVIG, where on average at least 10 patients are in that state.
    """
    sizes = type_of(presentation)
    if not len(study_time.table):
        return sentence("density", "No patient has a day left to analyse under these settings.", sizes=sizes)
    table = monthly(study_time, infections)
    with_rates = infections is not None
    plot = HEIGHT + (GAP + RATES_HEIGHT if with_rates else 0)
    small = f"Rates where on average at least {FEW_AT_RISK} patients are in that state." if with_rates else ""
    foot = note_height(small, sizes)
    figure = frame(
        "density", finding(study_time), detail(study_time), alt(study_time), plot, sizes=sizes,
        below=round(AXIS_ROOM * sizes.scale) + foot, left=round(66 * sizes.scale),
    )  # fmt: skip
    width = int(table["months"].iloc[0])
    for period, part in table.groupby("period", sort=False):
        _bars(figure, str(period), part, width)
        if with_rates and period in COMPARED:
            _rates(figure, str(period), part, width)
    _axes(figure, table, plot if with_rates else 0, width)
    legend_below(figure, foot)
    if small:
        note(figure, small, sizes=sizes)
    return stamp(figure) if study_time.cohort.synthetic else figure


def _span(month: int, width: int) -> str:
    return f"month {month + 1}" if width == 1 else f"months {month + 1}–{month + width}"


def _bars(figure: go.Figure, period: str, part: pd.DataFrame, width: int) -> None:
    name = escape(label(period))
    figure.add_bar(
        x=part["month"] + width / 2, y=part["patients"].to_numpy(), width=width, name=name, yaxis="y",
        marker={"color": STATE_COLOURS[period], "line": {"width": 0}}, hoverinfo="text", meta=period,
        hovertext=[
            f"<b>{name}</b><br>{_span(month, width)}<br>{patients:,.1f} patients on average<br>{days:,} days"
            for month, patients, days in zip(part["month"], part["patients"], part["person_days"], strict=True)
        ],
    )  # fmt: skip


def _rates(figure: go.Figure, period: str, part: pd.DataFrame, width: int) -> None:
    longer = width * TOGETHER
    joined = part.groupby(part["month"] // longer * longer).agg(
        infections=("infections", "sum"), person_days=("person_days", "sum")
    )
    rows = joined[joined["person_days"] >= FEW_AT_RISK * longer * DAYS_PER_MONTH]
    value = rows["infections"] / rows["person_days"] * DAYS_PER_YEAR
    name = escape(label(period))
    figure.add_scatter(
        x=rows.index + longer / 2, y=value, yaxis="y2", mode="lines+markers", name=name, showlegend=False,
        line={"color": STATE_COLOURS[period], "width": 2, "dash": "solid" if period == ON else "dash"},
        marker={"size": 7, "color": STATE_COLOURS[period]}, hoverinfo="text", meta=f"{period} rate",
        hovertext=[
            f"<b>{name}</b><br>{_span(month, longer)}<br>{rate(here)} infections per patient-year<br>"
            f"{counted(infections, 'infection')} in {days:,} days"
            for month, here, infections, days in zip(
                rows.index, value, rows["infections"], rows["person_days"], strict=True
            )
        ],
    )  # fmt: skip


def _axes(figure: go.Figure, table: pd.DataFrame, plot: int, width: int) -> None:
    end = int(table["month"].max()) + width
    figure.update_layout(
        barmode="stack", bargap=0,
        xaxis={
            "range": [0, end], "title": {"text": "Months since the first day at risk"},
            "anchor": "y2" if plot else "y", "nticks": 12,
        },
        yaxis={
            "title": {"text": "Patients"}, "domain": [1 - HEIGHT / plot if plot else 0, 1], "rangemode": "tozero",
            "fixedrange": True,
        },
    )  # fmt: skip
    if plot:
        figure.update_layout(
            yaxis2={
                "title": {"text": "Infections<br>per patient-year"}, "domain": [0, RATES_HEIGHT / plot],
                "rangemode": "tozero", "fixedrange": True, "nticks": 5, "anchor": "x",
            }
        )  # fmt: skip


def finding(time: PersonTime) -> str:
    """Share of the days on IVIG, and how long half of the patients are followed."""
    table = time.table
    states = [name for name in table["state"].cat.categories if name.startswith(ON)]
    on = int(table.loc[table["state"].isin(states), "days"].sum())
    half = float((table.groupby("patient")["end_day"].max() + 1).median())
    share = f"On IVIG {percent(on / time.person_days)} of days" if on else "No day on IVIG"
    if time.patients == 1:
        return f"{share}; one patient, followed {months(half)} months"
    return f"{share}; half of {counted(time.patients, 'patient')} followed ≥ {months(half)} months"


def detail(time: PersonTime) -> str:
    """Patients, infections and time behind the figure."""
    return (
        f"{counted(time.patients, 'patient')}, {counted(time.infections, 'infection')}, "
        f"{time.person_days / DAYS_PER_MONTH:,.0f} patient-months"
    )


def alt(time: PersonTime) -> str:
    """The figure in words."""
    return f"Number of patients on and off IVIG by month since the first day at risk. {finding(time)}. {detail(time)}."
