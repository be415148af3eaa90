"""Days from one dose to the next, as bars; those in which the window closed are marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, sentence
from ivig_core.figures.theme import IVIG_BLUE, OBSERVATION_ORANGE, type_of
from ivig_core.figures.words import counted, is_number, percent
from ivig_core.study.trust.checks.dose_gaps import BREAK_DAYS, of_courses

HEIGHT, AXIS, TOP = 250, 60, 0.95
"""Px of the plot and of its axis; the part of the height up to which it reaches: the highest mark has room."""
OPEN, CLOSED = "on IVIG until the next dose", "the window closed in between"


def dose_gaps(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """Bars of the classes of `study.checks.dose_gaps.dose_gaps`: gaps without a day off IVIG, and with one."""
    sizes = type_of(presentation)
    if not table["gaps"].sum():
        return sentence("dose_gaps", "No two single doses of one patient are recorded.", sizes=sizes)
    figure = frame(
        "dose_gaps", finding(table), detail(table), alt(table), HEIGHT * sizes.scale, sizes=sizes,
        below=round(AXIS * sizes.scale), left=round(70 * sizes.scale),
    )  # fmt: skip
    names = [_name(record) for record in table.to_dict("records")]
    parts = ((OPEN, table["gaps"] - table["closes"], IVIG_BLUE, ""), (CLOSED, table["closes"], OBSERVATION_ORANGE, "/"))
    for words, numbers, colour, pattern in parts:
        figure.add_bar(
            x=names, y=numbers, name=words, marker={"color": colour, "pattern": {"shape": pattern}}, hoverinfo="text",
            hovertext=[f"<b>{name} days</b><br>{counted(number, 'gap')}: {words}"
                       for name, number in zip(names, numbers, strict=True)],
        )  # fmt: skip
    figure.update_layout(
        barmode="stack", bargap=0.2,
        xaxis={"type": "category", "title": {"text": "Days to the next dose"}, "fixedrange": True, "tickangle": 0},
        yaxis={"title": {"text": "Gaps"}, "fixedrange": True, "nticks": 6, "rangemode": "tozero", "domain": (0, TOP)},
    )  # fmt: skip
    legend_below(figure)
    return figure


def _name(record: Mapping[str, Any]) -> str:
    first, last = record["first_day"], record["last_day"]
    return f"{first:.0f}–{last:.0f}" if is_number(last) else f"≥{first:.0f}"


def finding(table: pd.DataFrame) -> str:
    """The most frequent length inside courses, and how often a window closed there; longer gaps alone are said so."""
    found = of_courses(table)
    if not found.gaps:
        return f"Every gap is longer than {BREAK_DAYS} days: no two single doses are of one course"
    most = table.loc[table["gaps"].where(table["last_day"].notna(), -1).idxmax()]
    head = f"{percent(most['gaps'] / found.gaps)} of gaps inside courses are {_name(most.to_dict())} days"
    return f"{head}; in {percent(found.share_closes)} the window closed before the next dose"


def detail(table: pd.DataFrame) -> str:
    """How many gaps are inside courses, and how many longer ones are drawn beside them."""
    found = of_courses(table)
    inside = f"{counted(found.gaps, 'gap')} inside courses, between doses recorded one by one"
    verb = "begins" if found.longer == 1 else "begin"
    return f"{inside}; {found.longer:,} over {BREAK_DAYS} days {verb} another course" if found.longer else inside


def alt(table: pd.DataFrame) -> str:
    """The plot in words."""
    parts = [f"{_name(record)} days {record['gaps']}" for record in table.to_dict("records") if record["gaps"]]
    return f"Days from one dose of IVIG to the next: {'; '.join(parts)}. {finding(table)}."
