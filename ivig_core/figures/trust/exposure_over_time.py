"""IVIG and infections of treated patients per quarter, one above the other on one axis of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, sentence
from ivig_core.figures.theme import INK, IVIG_BLUE, REFERENCE_GREY, type_of
from ivig_core.figures.words import counted, is_number, percent, rate

HEIGHT, AXIS = 330, 60
SHARE, RATE = (0.54, 0.96), (0.0, 0.44)
"""Parts of the height: share of days on IVIG above, rate of infections below."""
MOST_MARKS = 10
FEW_DAYS = 365
"""Person-days of a quarter below which it is drawn grey: its rate says little."""


def exposure_over_time(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """Bars of the share of days on IVIG and dots with intervals of infections per patient-year, one for each row of
    `study.checks.exposure_over_time`."""
    sizes = type_of(presentation)
    if table.empty or not (table["person_days"] > 0).any():
        return sentence("exposure_over_time", "No patient had IVIG, so there is nothing to follow.", sizes=sizes)
    figure = frame(
        "exposure_over_time", finding(table), detail(table), alt(table), HEIGHT * sizes.scale,
        sizes=sizes, below=round(AXIS * sizes.scale), left=round(84 * sizes.scale),
    )  # fmt: skip
    known = table[(table["person_days"] > 0).to_numpy()]
    few = (known["person_days"] < FEW_DAYS).to_numpy()
    hover = [_hover(record) for record in known.to_dict("records")]
    figure.add_bar(
        x=known["period"], y=known["share_on"], yaxis="y2", name="on IVIG", showlegend=False, hovertext=hover,
        hoverinfo="text", marker={"color": [REFERENCE_GREY if quarter else IVIG_BLUE for quarter in few]},
        textposition="none",
    )  # fmt: skip
    figure.add_scatter(
        x=known["period"], y=known["rate"], mode="markers", name="rate", showlegend=False, hovertext=hover,
        hoverinfo="text", cliponaxis=True,
        marker={"size": 9 * sizes.scale, "color": [REFERENCE_GREY if quarter else INK for quarter in few]},
        error_y={
            "type": "data", "symmetric": False, "array": known["ci_high"] - known["rate"],
            "arrayminus": known["rate"] - known["ci_low"], "color": INK, "thickness": 1.5, "width": 0,
        },
    )  # fmt: skip
    every = -(-len(table) // MOST_MARKS)
    figure.update_layout(
        xaxis={
            "type": "category", "categoryorder": "array", "categoryarray": list(table["period"]), "fixedrange": True,
            "tickvals": list(table["period"][::every]), "tickangle": 0, "anchor": "y",
            "range": [-0.6, len(table) - 0.4],
        },
        yaxis={
            "domain": RATE, "range": [0, _top(known, few)], "fixedrange": True, "nticks": 5,
            "title": {"text": "Infections<br>a year"},
        },
        yaxis2={
            "domain": SHARE, "range": [0, 1], "fixedrange": True, "tickformat": ".0%", "nticks": 5,
            "title": {"text": "Days<br>on IVIG"}, "anchor": "x",
        },
        bargap=0.25,
    )  # fmt: skip
    return figure


def _top(known: pd.DataFrame, few: np.ndarray) -> float:
    """End of the axis: the intervals of quarters with enough days, but at most three times the highest rate."""
    some = known[~few] if (~few).any() else known
    highest = max(float(known["rate"].max()) if (~few).sum() == 0 else float(some["rate"].max()), 0.1)
    return max(min(float(some["ci_high"].max()), 3 * highest), highest) * 1.05


def _hover(record: Mapping[str, Any]) -> str:
    return "<br>".join(
        [
            f"<b>{record['period']}</b>",
            f"{percent(record['share_on'])} of {record['person_days']:,} days on IVIG",
            f"{rate(record['rate'])} ({rate(record['ci_low'])}–{rate(record['ci_high'])}) infections a year",
            f"{counted(record['infections'], 'infection')}, {counted(record['patients'], 'patient')}",
        ]
    )


def finding(table: pd.DataFrame) -> str:
    """Lowest and highest share of days on IVIG among quarters with enough days."""
    enough = table[(table["person_days"] >= FEW_DAYS).to_numpy()]
    days, on = table["person_days"].sum(), table["days_on"].sum()
    total = f"{percent(on / days)} of treated patients' days are on IVIG"
    if len(enough) < 2:
        return total
    low, high = (enough.loc[at] for at in (enough["share_on"].idxmin(), enough["share_on"].idxmax()))
    spread = f"from {percent(low['share_on'])} ({low['period']}) to {percent(high['share_on'])} ({high['period']})"
    return f"{total}, {spread}" if is_number(low["share_on"]) else total


def detail(table: pd.DataFrame) -> str:
    """Patients and infections behind the plot."""
    infections = counted(int(table["infections"].sum()), "infection")
    years = table["person_days"].sum() / 365.25
    return f"{infections} in {years:,.1f} patient-years of treated patients; 95 % intervals; grey: few days"


def alt(table: pd.DataFrame) -> str:
    """The plot in words."""
    known = table[(table["person_days"] > 0).to_numpy()]
    first, last = known["period"].iloc[0], known["period"].iloc[-1]
    return f"Share of days on IVIG and infections per patient-year by quarter from {first} to {last}. {finding(table)}."
