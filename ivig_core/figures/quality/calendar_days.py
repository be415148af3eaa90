"""On which days of the month and of the week doses, infections and IgG are dated; heaps are marked."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, sentence
from ivig_core.figures.quality.cloud import ODD
from ivig_core.figures.quality.over_time import COLOURS, WORDS
from ivig_core.figures.theme import INK, Type, type_of
from ivig_core.figures.words import counted, listed
from ivig_core.study.quality.calendar_days import KINDS, MONTH, WEEK, CalendarDays

HEIGHT, SPACE, AXIS = 110, 0.07, 50
SPANS = {MONTH: (0.0, 0.72), WEEK: (0.78, 1.0)}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NO_DATES = "A file of study days has no days of the month or of the week to look at."
FEW = 30
"""Below so many dates of every kind evenness means nothing."""
TICKS = (1, 5, 10, 15, 20, 25, 31)


def calendar_days(found: CalendarDays | None, *, presentation: bool = False) -> go.Figure:
    """A row of bars for each kind of which anything is recorded; the line is what even dates would give."""
    sizes = type_of(presentation)
    if found is None:
        return sentence("calendar_days", NO_DATES, sizes=sizes)
    kinds = [kind for kind in KINDS if found.total[kind]]
    if not kinds:
        return sentence("calendar_days", "No dose, infection or IgG value is recorded.", sizes=sizes)
    figure = frame(
        "calendar_days", finding(found), detail(found), alt(found), HEIGHT * len(kinds) * sizes.scale, sizes=sizes,
        below=round(AXIS * sizes.scale), left=round(86 * sizes.scale), right=18,
    )  # fmt: skip
    height = (1 + SPACE) / len(kinds) - SPACE
    for row, kind in enumerate(kinds):
        top = 1 - row * (height + SPACE)
        for column, axis in enumerate((MONTH, WEEK)):
            _panel(figure, found, (kind, axis), 2 * row + column + 1, (max(top - height, 0.0), top), sizes,
                   last=row == len(kinds) - 1)  # fmt: skip
    return figure


def _panel(
    figure: go.Figure, found: CalendarDays, what: tuple[str, str], number: int, domain: tuple[float, float],
    sizes: Type, *, last: bool,
) -> None:  # fmt: skip
    kind, axis = what
    rows = found.table[(found.table["kind"] == kind) & (found.table["axis"] == axis)]
    name = str(number) if number > 1 else ""
    odd = rows["odd"].to_numpy(bool)
    label = _day_of_month if axis == MONTH else _weekday
    figure.add_bar(
        x=rows["day"], y=rows["number"], xaxis=f"x{name}", yaxis=f"y{name}", showlegend=False, name=f"{kind} {axis}",
        marker={"color": np.where(odd, ODD, COLOURS[kind]), "pattern": {"shape": np.where(odd, "/", "")}},
        hoverinfo="text",
        hovertext=[f"<b>{label(int(row.day))}</b><br>{row.number:,} {WORDS[kind][1]}, even dates would give "
                   f"{row.expected:,.1f}" for row in rows.itertuples()],
    )  # fmt: skip
    figure.add_scatter(
        x=rows["day"], y=rows["expected"], xaxis=f"x{name}", yaxis=f"y{name}", mode="lines", hoverinfo="skip",
        line={"color": INK, "width": 1, "dash": "dot", "shape": "hvh"}, showlegend=False, name=f"even {kind} {axis}",
    )  # fmt: skip
    words = WORDS[kind][1]
    month = axis == MONTH
    figure.update_layout(
        {
            f"xaxis{name}": {
                "domain": SPANS[axis], "anchor": f"y{name}", "fixedrange": True, "showticklabels": last, "tickangle": 0,
                "tickvals": list(TICKS) if month else list(range(7)),
                "ticktext": [str(day) for day in TICKS] if month else [day[:2] for day in WEEKDAYS],
                "title": {"text": ("Day of the month" if month else "Day of the week") if last else None},
            },
            f"yaxis{name}": {
                "domain": domain, "anchor": f"x{name}", "fixedrange": True, "nticks": 4, "rangemode": "tozero",
                "title": {"text": words[:1].upper() + words[1:] if month else None},
            },
        }
    )  # fmt: skip


def _day_of_month(day: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day not in (11, 12, 13) else 0, "th")
    return f"the {day}{ending} of a month"


def _weekday(day: int) -> str:
    return ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")[day]


def _heaps(found: CalendarDays) -> list[str]:
    """Every heap in words, the largest excess first; 1 January before all."""
    said = [
        f"{found.new_year[kind]:,} of {found.total[kind]:,} {WORDS[kind][1]} are on 1 January"
        for kind in KINDS
        if found.total[kind] and found.odd_new_year(kind)
    ]
    rows = found.table[found.table["odd"]]
    excess = (rows["number"] - rows["expected"]) / np.sqrt(rows["expected"])
    for row in rows.loc[excess.sort_values(ascending=False, kind="stable").index].itertuples():
        day = _day_of_month(row.day) if row.axis == MONTH else _weekday(row.day)
        even = f"even dates would give {row.expected:,.0f}"
        said.append(f"{row.number:,} of {found.total[row.kind]:,} {WORDS[row.kind][1]} are on {day} ({even})")
    return said


def finding(found: CalendarDays) -> str:
    """The largest heap, and how many others there are."""
    heaps = _heaps(found)
    if not heaps and max(found.total.values()) < FEW:
        return "Too few dates to see whether they heap on some days"
    if not heaps:
        return "Dates do not heap on a day of the month, on weekends or on 1 January"
    return heaps[0] if len(heaps) == 1 else f"{heaps[0]}; {counted(len(heaps) - 1, 'more heap')}"


def detail(found: CalendarDays) -> str:
    """What was counted."""
    said = [f"{found.total[kind]:,} {WORDS[kind][1] if found.total[kind] != 1 else WORDS[kind][0]}" for kind in KINDS]
    return f"{listed(said)}; the dotted line is what even dates would give, a course counts with its first day"


def alt(found: CalendarDays) -> str:
    """The bars in words."""
    return f"Dates by day of the month and of the week. {'; '.join(_heaps(found)) or 'No heap'}."
