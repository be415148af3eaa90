"""Infection rates on IVIG, off it and without it by grade, pathogen or site, with the ratio within patients."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.forest_parts.rows import level_name
from ivig_core.figures.frame import frame, legend_below, note, note_height, sentence
from ivig_core.figures.groups import variable_name
from ivig_core.figures.rates.rows import (
    DAYS_PER_YEAR,
    HEAD,
    WIDTH,
    Line,
    behind,
    draw,
    narrow,
    ratio_hover,
    ratio_text,
    reason_lines,
    separator,
    texts,
    with_interval,
)
from ivig_core.figures.theme import PAPER, Type, state_colour
from ivig_core.figures.words import counted, escape, is_number, lower, rate
from ivig_core.terms import OBSERVATION, ON, REFERENCE, WORDS

ROW, AXIS_ROOM = 23, 58
GAP = 0.5
"""Rows between two types."""
ALL = "all"
UNTELLING = ("negative", "other")
"""Types that are no finding even where they are the most frequent."""
CONTEXT = "Never had IVIG: context, not a comparison."
NOT_A_QUOTIENT = "The ratio compares within patients; it is not the quotient of the rates."


def rates_by(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """A group of dots for each level of `study.rates_by`, a dot with its interval for each period.

    Reference is drawn hollow: it is context, not a comparison. The rate ratio stands at the right, once for a level.
    """
    sizes = narrow(presentation)
    if not (table["person_days"] > 0).any():
        return sentence("rates-by-type", "No day is left to count infections on.", sizes=sizes)
    said_first = finding(table)
    table = table[(table["period"] != REFERENCE) | (table["person_days"] > 0)]
    groups = [part.to_dict("records") for _, part in table.groupby("level", sort=False)]
    height = len(groups[0]) + GAP
    rows = len(groups) * height - GAP
    said = small_print(table)
    foot = note_height(said, sizes)
    figure = frame(
        "rates-by-type", said_first, detail(table), alt(table), (rows + HEAD) * round(ROW * sizes.scale),
        sizes=sizes, below=round(AXIS_ROOM * sizes.scale) + foot,
    )  # fmt: skip
    places = [(at * height + place, record) for at, group in enumerate(groups) for place, record in enumerate(group)]
    lines = [_line(record, at) for at, record in places]
    for at in range(len(groups)):
        separator(figure, at * height - 0.5 - GAP / 2)
    draw(figure, lines, rows, sizes)
    middle = [at * height + (len(group) - 1) / 2 for at, group in enumerate(groups)]
    names = [_name(group[0]) for group in groups]
    bold = [f"<b>{escape(name)}</b>" if not at else escape(name) for at, name in enumerate(names)]
    head = f"<b>{escape(variable_name(table['factor'].iloc[0]))}</b>".replace("Confirmed ", "Confirmed<br>")
    texts(figure, "label", list(zip(middle, bold, strict=True)), sizes, head=head)
    texts(figure, "ratio", [(at, _ratio(group, sizes)) for at, group in zip(middle, groups, strict=True)], sizes)
    _keys(figure, groups[0], sizes)
    legend_below(figure, foot, WIDTH)
    note(figure, said, sizes=sizes)
    return figure


def _line(record: dict[str, Any], at: float) -> Line:
    period = record["period"]
    context = period == REFERENCE
    lines = [f"<b>{escape(_name(record))}: {escape(_period(period))}</b>", f"{escape(with_interval(record))} a year"]
    lines += [escape(behind(record))]
    lines += [CONTEXT.split(": ")[1].rstrip(".")] if context else list(map(escape, ratio_hover(record)))
    return Line(f"{record['level']} {period}", at, state_colour(period), record, "<br>".join(lines), context)


def _ratio(group: list[dict[str, Any]], sizes: Type) -> str:
    """The ratio of a level, or why it has none."""
    return escape(ratio_text(group[0])) or reason_lines(group[0]["status"], sizes)


def _keys(figure: go.Figure, records: list[dict[str, Any]], sizes: Type) -> None:
    """What a colour means."""
    for record in records:
        colour, context = state_colour(record["period"]), record["period"] == REFERENCE
        figure.add_scatter(
            x=[None], y=[None], mode="markers", name=escape(_period(record["period"])),
            marker={
                "size": 11 * sizes.scale, "color": PAPER if context else colour, "line": {"color": colour, "width": 2},
            },
        )  # fmt: skip


def _period(period: str) -> str:
    return {OBSERVATION: "Off IVIG"}.get(period) or WORDS[period].label


def _name(record: dict[str, Any]) -> str:
    return "All infections" if record["level"] == ALL else level_name(record["factor"], record["level"])


def finding(table: pd.DataFrame) -> str:
    """Rates of the severe grades, or of the most frequent type, as they are: no verdict on whether they differ."""
    factor = table["factor"].iloc[0]
    of_treated = table[table["period"] != REFERENCE]
    if not of_treated["person_days"].any():
        return "No day on IVIG in any patient"
    counts = of_treated.groupby("level", sort=False)["infections"].sum()
    if not counts[ALL]:
        return "No infection on or off IVIG counts under these settings"
    types = counts.drop([ALL, *UNTELLING], errors="ignore")
    if not types.sum():
        return f"{lower(variable_name(factor)).capitalize()} is not recorded: {_rates(table, ALL)}"
    if factor == "grade":
        return f"{level_name(factor, types.index[-1])} infections: {_rates(table, types.index[-1])}"
    most = types.idxmax()
    return f"{level_name(factor, most)} infections, the most frequent: {_rates(table, most)}"


def _rates(table: pd.DataFrame, level: str) -> str:
    rates = table[table["level"] == level].set_index("period")["rate"]
    on, off = rates[ON], rates[OBSERVATION]
    # Reference apart: then off IVIG are the days of the same patients.
    same = " (same patients)" if REFERENCE in rates.index else ""
    if not is_number(on):
        return f"{rate(off)} a year off IVIG, no days on it" if is_number(off) else "no patient had IVIG"
    if not is_number(off):
        return f"{rate(on)} a year on IVIG, no days off it"
    return f"{rate(on)} a year on IVIG, {rate(off)} off{same}"


def detail(table: pd.DataFrame) -> str:
    """Patients and infections behind the rates."""
    rows = table[table["level"] == ALL].set_index("period")
    parts = [
        f"{counted(row['patients'], 'patient')} {_where(name)} ({row['person_days'] / DAYS_PER_YEAR:,.1f} years)"
        for name, row in rows.iterrows()
    ]
    return f"{counted(rows['infections'].sum(), 'infection')}; {', '.join(parts)}"


def _where(period: str) -> str:
    return {ON: "on IVIG", OBSERVATION: "off IVIG", REFERENCE: "never on IVIG"}[str(period)]


def small_print(table: pd.DataFrame) -> str:
    """How to read the figure."""
    return f"{CONTEXT} {NOT_A_QUOTIENT}" if (table["period"] == REFERENCE).any() else NOT_A_QUOTIENT


def alt(table: pd.DataFrame) -> str:
    """The figure in words."""
    parts = [
        f"{_name(record)} {_where(record['period'])} {with_interval(record)}"
        for record in table[table["period"] != REFERENCE].to_dict("records")
    ]
    return f"Infections per patient-year with 95 % intervals: {'; '.join(parts)}. {detail(table)}."
