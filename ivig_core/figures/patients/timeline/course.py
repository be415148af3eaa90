"""Tracks of the disease and its treatment: phase with M-spike, and therapies by category."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.figures.glyphs import MARKS
from ivig_core.figures.patients.timeline.base import (
    SMALL,
    STRIP,
    TRACK,
    Canvas,
    Track,
    after,
    arrows,
    bars,
    hidden_axis,
    points,
    rising_ticks,
    swatch,
    when,
    words_at,
)
from ivig_core.figures.theme import FAINT, GROUP_COLOURS, INK, MUTED, pale
from ivig_core.figures.words import counted, escape, shorten_apart
from ivig_core.study.patients.timeline import Timeline
from ivig_core.terms import ANALYTES, NONPROGRESSIVE, PROGRESSIVE, THERAPIES, label

M_SPIKE, PROGRESSIVE_GREY = GROUP_COLOURS[1], GROUP_COLOURS[5]
PHASES = {NONPROGRESSIVE: FAINT, PROGRESSIVE: PROGRESSIVE_GREY}
BELOW = 0.32
"""The strip of phases lies below the M-spike by this part of its highest value."""
ROW, BAR, LOWEST = 22, 17, 48
DRUG_CHARS = 24


def phase_track(line: Timeline) -> Track:
    """Disease phase as a strip with progression marked, and the M-spike above it."""
    some, progressed = len(line.m_spike) > 0, (line.marks["kind"] == "progression").any()
    if not (some or progressed or len(line.phases)):
        return Track("Disease phase")
    key = [swatch(M_SPIKE, "■", f"{ANALYTES['m_spike'].label}, g/dL")] if some else []
    if line.phases.empty:
        key.append("phase not recorded")
    return Track("Disease phase", key, TRACK if some else LOWEST, partial(_phase, line))


def _phase(line: Timeline, canvas: Canvas, axis: str) -> dict[str, Any]:
    spikes = line.m_spike
    top = max(float(spikes["value"].max()), 0.1) if len(spikes) else 1.0
    y = -BELOW * top if len(spikes) else 0.5
    for phase, colour in PHASES.items():
        _strip(canvas, axis, phase, line.phases[line.phases["phase"] == phase], y, colour)
    _progressions(line, canvas, axis, y)
    if spikes.empty:
        return hidden_axis(-0.2, 1.2)
    hover = [
        f"<b>{ANALYTES['m_spike'].label} {value:g} g/dL</b><br>{when(day)}"
        for day, value in zip(spikes["day"], spikes["value"], strict=True)
    ]
    points(
        canvas, axis, "M-spike", spikes["day"], spikes["value"], hover,
        {"symbol": "square", "size": 5, "color": M_SPIKE}, mode="lines+markers", line={"width": 1.5, "color": M_SPIKE},
    )  # fmt: skip
    return {"range": [1.55 * y, 1.15 * top], "tickvals": rising_ticks(top)}


def _strip(canvas: Canvas, axis: str, phase: str, rows: pd.DataFrame, y: float, colour: str) -> None:
    if rows.empty:
        return
    columns = (rows[name].tolist() for name in ("start_day", "end_day", "going_on"))
    hover = [f"<b>{label(phase)}</b><br>{_span(*row)}" for row in zip(*columns, strict=True)]
    bars(canvas, axis, label(phase), rows, y, colour, STRIP, hover, showlegend=True)
    if rows["going_on"].any():
        last = rows["end_day"].iloc[-1:]
        arrows(canvas, axis, last, [y], MUTED if phase == NONPROGRESSIVE else colour, hover[-1:], STRIP + 2)


def _span(first: int, last: int, on: bool) -> str:
    """First and last day of an interval, and whether it is still open."""
    text = f"days {first:,}–{last:,} ({counted(last - first + 1, 'day')})".replace("-", "−")
    return f"{text}<br>still going on at the end of follow-up" if on else text


def _progressions(line: Timeline, canvas: Canvas, axis: str, y: float) -> None:
    days = line.marks.loc[line.marks["kind"] == "progression", "day"]
    if days.empty:
        return
    name, glyph = MARKS["progression"]
    marker = {
        "symbol": glyph.symbol, "size": 15 * canvas.sizes.scale, "color": glyph.colour,
        "line": {"color": glyph.colour, "width": 2},
    }  # fmt: skip
    hover = [f"<b>{name}</b><br>{when(day)}" for day in days]
    points(canvas, axis, name, days, [y] * len(days), hover, marker, showlegend=True)


def therapy_track(line: Timeline) -> Track:
    """Therapies as bars by category, in as many rows as it takes that no two lie over each other."""
    if line.therapies.empty:
        return Track("Therapy")
    rows = in_rows(line.therapies)
    height = (int(rows["row"].max()) + 1) * ROW + 8
    return Track("Therapy", (), max(height, LOWEST), partial(_therapies, rows))


def in_rows(therapies: pd.DataFrame) -> pd.DataFrame:
    """Therapies of one patient with the `row` of each: categories in their order, in one the first row that is free."""
    places = {name: place for place, name in enumerate(THERAPIES)}
    table = therapies.assign(place=therapies["category"].map(lambda name: places.get(name, len(places))))
    table = table.sort_values(["place", "day", "end_day"], kind="stable").reset_index(drop=True)
    rows: list[int] = []
    ends: list[int] = []
    base, before = 0, None
    for place, start, end in zip(table["place"], table["day"], table["end_day"], strict=True):
        if place != before:
            base, ends, before = base + len(ends), [], place
        at = next((number for number, day in enumerate(ends) if day < start), len(ends))
        ends[at : at + 1] = [end]
        rows.append(base + at)
    return table.assign(row=rows)


def _therapies(table: pd.DataFrame, canvas: Canvas, axis: str) -> dict[str, Any]:
    thick, y = BAR * canvas.sizes.scale, table["row"].to_numpy(float)
    hover = [
        f"<b>{escape(drug)}</b><br>{_category(category)}<br>{_span(first, last, on)}"
        for drug, category, first, last, on in zip(
            table["drug"], table["category"], table["day"], table["end_day"], table["going_on"], strict=True
        )
    ]
    bars(canvas, axis, "Therapies", table.rename(columns={"day": "start_day"}), y, pale(MUTED, 0.28), thick, hover)
    # The day it began is marked, which also parts a therapy from the one before it.
    begin = {"symbol": "line-ns", "size": thick, "color": MUTED, "line": {"color": MUTED, "width": 2}}
    points(canvas, axis, "begins", table["day"], y, hover, begin)
    on = table["going_on"].to_numpy(bool)
    if on.any():
        texts = [text for text, here in zip(hover, on, strict=True) if here]
        arrows(canvas, axis, table["end_day"][on], y[on], MUTED, texts, SMALL)
    _drugs(canvas, axis, table)
    firsts = table.drop_duplicates("place")
    return {
        "range": [y.max() + 0.6, -0.6], "tickvals": firsts["row"].tolist(), "ticks": "", "showline": False,
        "ticktext": [THERAPIES[name].label if name in THERAPIES else "No category" for name in firsts["category"]],
    }  # fmt: skip


def _drugs(canvas: Canvas, axis: str, table: pd.DataFrame) -> None:
    """Names of drugs inside the bars that have room for them."""
    begin = np.maximum(table["day"].to_numpy(float), canvas.first)
    words = shorten_apart(table["drug"], DRUG_CHARS)
    rooms = [canvas.px(length) for length in after(table["end_day"]) - begin]
    fits = np.array([len(word) * canvas.small * 0.6 + 12 < room for word, room in zip(words, rooms, strict=True)])
    if fits.any():
        shown = [f"\u2009{escape(word)}" for word, fit in zip(words, fits, strict=True) if fit]
        words_at(canvas, axis, "drugs", begin[fits], table["row"][fits], shown, INK)


def _category(category: object) -> str:
    word = THERAPIES.get(category) if isinstance(category, str) else None
    if word is None:
        return "no category recorded"
    return f"{word.label} {word.help}" if word.help == "prophylaxis" else word.help or word.label
