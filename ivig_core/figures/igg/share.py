"""Share of follow-up time in each level of functional IgG: on IVIG, off it, and in patients who never had it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, note, note_height, sentence
from ivig_core.figures.legible import contrast
from ivig_core.figures.theme import FAINT, INK, MUTED, PAPER, Type, type_of
from ivig_core.figures.words import counted, escape, listed, lower, percent
from ivig_core.terms import IGG_UNKNOWN, OBSERVATION, ON, REFERENCE, label

ROW, AXIS_ROOM, LABELS = 54, 54, 205
DAYS_PER_YEAR = 365.25
DARKEST, LIGHTEST = "#0B4636", "#C4E6DA"
LEAST_WITH_TEXT = 0.06
"""Share of days from which on a part of a bar has room for its percentage."""
DONOR = "Levels on IVIG include donor IgG."
SHORT = {ON: "on IVIG", OBSERVATION: "off IVIG", REFERENCE: "in those who never had it"}


def igg_share(table: pd.DataFrame, *, presentation: bool = False) -> go.Figure:
    """One bar per period of `study.igg_levels.igg_share`, from the lowest level to the highest, unknown last."""
    sizes = type_of(presentation)
    if not table["share_known"].notna().any():
        return sentence("igg_share", "Functional IgG is not known on any day of follow-up.", sizes=sizes)
    periods = list(dict.fromkeys(table["period"]))
    levels = list(dict.fromkeys(table["level"]))
    foot = note_height(DONOR, sizes)
    figure = frame(
        "igg_share", finding(table), detail(table), alt(table), len(periods) * ROW * sizes.scale, sizes=sizes,
        below=round(AXIS_ROOM * sizes.scale) + foot, left=round(LABELS * sizes.scale), right=24,
    )  # fmt: skip
    for level, colour in zip(levels, level_colours(len(levels) - 1), strict=True):
        _bars(figure, level, table[table["level"] == level], colour, sizes)
    figure.update_layout(
        barmode="stack", bargap=0.28,
        xaxis={
            "range": [0, 1], "tickformat": ".0%", "nticks": 6, "title": {"text": "Share of days"}, "fixedrange": True,
        },
        yaxis={
            "range": [len(periods) - 0.5, -0.5], "tickvals": list(range(len(periods))), "ticks": "", "showline": False,
            "ticktext": [_row_name(table[table["period"] == period]) for period in periods], "fixedrange": True,
        },
    )  # fmt: skip
    legend_below(figure, foot)
    note(figure, DONOR, sizes=sizes)
    return figure


def level_colours(known: int) -> list[str]:
    """Shades of one green for `known` levels, the lowest IgG darkest, and white for unknown."""
    low, high = (np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) for colour in (DARKEST, LIGHTEST))
    places = np.linspace(0, 1, known) if known > 1 else np.zeros(known)
    shades = [np.round(low + (high - low) * place).astype(int) for place in places]
    return [*("#" + "".join(f"{part:02X}" for part in shade) for shade in shades), PAPER]


def _bars(figure: go.Figure, level: str, part: pd.DataFrame, colour: str, sizes: Type) -> None:
    name = escape(label(level))
    unknown = level == IGG_UNKNOWN
    # Over the hatching of unknown days a number could not be read.
    least = 2.0 if unknown else LEAST_WITH_TEXT * sizes.scale
    pattern = {"shape": "/", "fgcolor": MUTED, "size": 6, "solidity": 0.2} if unknown else None
    figure.add_bar(
        x=part["share"], y=list(range(len(part))), orientation="h", name=name, meta=level,
        marker={"color": colour, "line": {"color": FAINT if unknown else PAPER, "width": 1}, "pattern": pattern},
        text=[escape(percent(share)) if share >= least else "" for share in part["share"]],
        textposition="inside", insidetextanchor="middle", textangle=0, constraintext="none",
        textfont={"size": sizes.text, "color": PAPER if contrast(colour, PAPER) >= contrast(colour, INK) else INK},
        hoverinfo="text", hovertext=[_hover(row) for row in part.to_dict("records")],
    )  # fmt: skip


def _row_name(part: pd.DataFrame) -> str:
    said = escape(part["label"].iloc[0]).replace(" (", "<br>(")
    return f"{said}<br>{part['person_days'].sum() / DAYS_PER_YEAR:,.1f} patient-years"


def _hover(row: Mapping[str, Any]) -> str:
    of_known = (
        f"<br>{escape(percent(row['share_known']))} of days with known IgG" if row["level"] != IGG_UNKNOWN else ""
    )
    return (
        f"<b>{escape(row['label'])}: {escape(label(row['level']))}</b><br>{escape(percent(row['share']))} of days"
        f"{of_known}<br>{row['person_days'] / DAYS_PER_YEAR:,.1f} patient-years, {counted(row['patients'], 'patient')}"
    )


def finding(table: pd.DataFrame) -> str:
    """Share of the known days below the highest cut-off, of each period that is compared."""
    levels = _known(table)
    known = table[table["level"].isin(levels)]
    # From whole days: shares do not add up to exactly 1.
    days = known.groupby("period", sort=False)["person_days"].sum()
    low = known[known["level"] != levels[-1]].groupby("period", sort=False)["person_days"].sum()
    below = (low / days.where(days > 0)).dropna()
    said = [f"{percent(below[name])} {SHORT[name]}" for name in SHORT if name in below.index]
    cut = levels[-1].rsplit("_", 1)[-1]
    return f"Share of known days with IgG < {cut} mg/dL: {listed(said)}"


def _known(table: pd.DataFrame) -> list[str]:
    return [level for level in dict.fromkeys(table["level"]) if level != IGG_UNKNOWN]


def detail(table: pd.DataFrame) -> str:
    """Time behind the bars, and how much of it has a known level."""
    days = int(table["person_days"].sum())
    known = int(table.loc[table["level"] != IGG_UNKNOWN, "person_days"].sum())
    return f"{days / DAYS_PER_YEAR:,.1f} patient-years, functional IgG known on {percent(known / days)} of days"


def alt(table: pd.DataFrame) -> str:
    """The bars in words."""
    said = []
    for name, part in table.groupby("label", sort=False):
        shares = [f"{percent(row['share'])} {lower(label(row['level']))}" for row in part.to_dict("records")]
        said.append(f"{name}: {', '.join(shares)}")
    return f"Share of days by level of functional IgG. {'; '.join(said)}. {detail(table)}."
