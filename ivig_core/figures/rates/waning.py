"""Infection rates by days since the latest dose, on IVIG and after it, with the ratios within patients."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, note, note_height, sentence
from ivig_core.figures.rates.rows import (
    HEAD,
    Line,
    behind,
    draw,
    muted,
    narrow,
    ratio_hover,
    ratio_text,
    separator,
    texts,
)
from ivig_core.figures.rates.rows import with_interval as rate_text
from ivig_core.figures.theme import OBSERVATION_ORANGE, state_colour
from ivig_core.figures.words import CLEAR, NO_ESTIMATE, counted, escape, interval, p_phrase, rate, ratio
from ivig_core.study.rates.waning import DESCRIPTIVE, REFERENCE_OF_RATIOS, Waning, is_on
from ivig_core.terms import ON, PRE, REFERENCE, WASHOUT

ROW, AXIS_ROOM = 30, 58
OF_ONE = "Ratios compare with all days marked “reference”, within each patient."
REACT = "An infection may change when the next dose is given."


def waning(result: Waning, *, presentation: bool = False) -> go.Figure:
    """A dot with its interval for each band of `study.waning`, from the dose on; blue on IVIG, orange off it."""
    sizes = narrow(presentation)
    on = is_on(result.bands)
    if not result.bands.loc[on, "person_days"].any():
        return sentence("waning", "No patient has a day on IVIG, so there is no time since a dose.", sizes=sizes)
    records = result.bands.to_dict("records")
    foot = note_height(small_print(result), sizes)
    figure = frame(
        "waning", finding(result), detail(result), alt(result), (len(records) + HEAD) * round(ROW * sizes.scale),
        sizes=sizes, below=round(AXIS_ROOM * sizes.scale) + foot,
    )  # fmt: skip
    for at, record in enumerate(records):
        if not at or _kind(record) != _kind(records[at - 1]):
            separator(figure, at - 0.5)
    draw(figure, [_line(record, at) for at, record in enumerate(records)], len(records), sizes)
    texts(
        figure, "label", [(at, escape(record["label"])) for at, record in enumerate(records)], sizes,
        head="<b>Since the<br>latest dose</b>",
    )  # fmt: skip
    texts(figure, "ratio", [(at, _ratio(record)) for at, record in enumerate(records)], sizes)
    note(figure, small_print(result), sizes=sizes)
    return figure


def _kind(record: dict[str, Any]) -> str:
    """Blocks of rows: on IVIG, off it after a dose, and days without a dose before them."""
    band = record["band"]
    if band.startswith(ON):
        return ON
    return REFERENCE if band == REFERENCE else "off"


def _line(record: dict[str, Any], at: int) -> Line:
    band = record["band"]
    own = band in (PRE, WASHOUT, REFERENCE)
    colour = state_colour(band, at) if own or band.startswith(ON) else OBSERVATION_ORANGE
    head = f"<b>{escape(record['label'])}</b>"
    extra = ["context, not a comparison"] if band == REFERENCE else ratio_hover(record)
    lines = [head, f"{escape(rate_text(record))} a year", *map(escape, [behind(record), *extra])]
    return Line(band, at, colour, record, "<br>".join(lines), hollow=band == REFERENCE)


def _ratio(record: dict[str, Any]) -> str:
    """The ratio, or what stands in its place."""
    instead = {REFERENCE_OF_RATIOS: "reference", DESCRIPTIVE: "context"}.get(record["status"], "no estimate")
    return escape(ratio_text(record)) or muted(instead)


def finding(result: Waning) -> str:
    """Whether the rate rises or falls from one dose to the next; a direction only where its interval excludes 1."""
    trend = result.trend
    if trend.irr is None:
        return f"{_ends(result)}: no trend can be told" if _ends(result) else _alone(result)
    clear = trend.p_value is not None and trend.p_value < CLEAR
    if not clear:
        return f"No clear change of the rate between doses: {_ends(result)}"
    return f"The rate {'rises' if trend.irr > 1 else 'falls'} between doses: {_ends(result)}"


def _ends(result: Waning) -> str:
    on = result.bands[is_on(result.bands) & (result.bands["person_days"] > 0)]
    if len(on) < 2:
        return ""
    first, last = on.iloc[0], on.iloc[-1]
    return f"{rate(first['rate'])} a year on {_days(first)}, {rate(last['rate'])} on {_days(last)}"


def _alone(result: Waning) -> str:
    row = result.bands[is_on(result.bands) & (result.bands["person_days"] > 0)].iloc[0]
    return f"{rate(row['rate'])} infections a year on {_days(row)} since a dose, one band"


def _days(row: pd.Series) -> str:
    return f"{row['label'][:1].lower()}{row['label'][1:]}"


def detail(result: Waning) -> str:
    """The slope with its test, and what is behind it."""
    on = result.bands[is_on(result.bands)]
    behind_it = f"{counted(on['infections'].sum(), 'infection')} on IVIG in {counted(on['patients'].max(), 'patient')}"
    trend = result.trend
    if trend.irr is None:
        return behind_it
    text = f"rate ratio {ratio(trend.irr)} {interval(trend.ci_low, trend.ci_high)}"
    return f"{behind_it}; per week since the dose {text}, {p_phrase(trend.p_value)}"


def small_print(result: Waning) -> str:
    """How to read the figure."""
    why = f" {result.trend.note[:1].upper()}{result.trend.note[1:]}." if result.trend.note else ""
    return f"{OF_ONE} {REACT}{why}"


def alt(result: Waning) -> str:
    """The figure in words."""
    parts = [
        f"{record['label']} {rate_text(record)}{f', rate ratio {text}' if (text := ratio_text(record)) else ''}"
        for record in result.bands.to_dict("records")
    ]
    known = [record for record in result.bands.to_dict("records") if record["note"]]
    notes = "; ".join(f"{record['label']}: {NO_ESTIMATE.get(record['status'], record['note'])}" for record in known)
    more = f" {notes}." if notes else ""
    return f"Infections per patient-year by days since the latest dose: {'; '.join(parts)}. {detail(result)}.{more}"
