"""The infections track of a timeline: one row per grade, with the glyphs of the swimmer plot."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from ivig_core.figures.glyphs import GRADE_LINE, GRADE_UNKNOWN, GRADES
from ivig_core.figures.patients.timeline.base import (
    Canvas,
    Track,
    after,
    broken_line,
    counts_beside,
    level_line,
    points,
    swatch,
    when,
)
from ivig_core.figures.theme import FAINT, MUTED
from ivig_core.figures.words import counted, escape
from ivig_core.study.patients.lanes import FACTS, fact
from ivig_core.study.patients.timeline import Timeline
from ivig_core.terms import label

ROW = 19
UNKNOWN = 0
"""The row of infections of unknown grade, under grade 1."""


def infections_track(line: Timeline) -> Track:
    """Every infection of the file on the row of its grade; those that do not count are crosses."""
    table = line.infections
    if table.empty:
        return Track("Infections")
    key = ["by grade"]
    if (table["hospitalized"] == "yes").any():
        key.append(swatch(MUTED, "◯", "admitted"))
    if not table["counted"].all():
        key.append(swatch(MUTED, "✕", "not counted"))
    rows = 5 + bool(table["grade"].isna().any())
    return Track("Infections", key, rows * ROW, partial(_infections, line))


def _infections(line: Timeline, canvas: Canvas, axis: str) -> dict[str, Any]:
    table = line.infections.assign(row=line.infections["grade"].fillna(UNKNOWN).astype(int))
    rows = range(UNKNOWN if (table["row"] == UNKNOWN).any() else 1, 6)
    for row in rows:
        level_line(canvas, axis, row, {"width": 1, "color": FAINT}, "grade")
    ended = table[table["end"].notna()]
    broken_line(
        canvas, axis, "duration", (ended["day"], after(ended["end"])), (ended["row"], ended["row"]),
        {"color": GRADE_LINE, "width": 3}, opacity=0.45,
    )  # fmt: skip
    admitted = table[(table["hospitalized"] == "yes").to_numpy(bool)]
    if len(admitted):
        ring = {"symbol": "circle-open", "size": 18 * canvas.sizes.scale, "color": MUTED, "line": {"width": 1.5}}
        points(canvas, axis, "admitted", admitted["day"], admitted["row"], [], ring, hoverinfo="skip")
    marks = _marks(table)
    for (inside, row), part in marks.groupby(["counted", "row"], sort=True):
        _glyphs(canvas, axis, row, bool(inside), part)
    counts_beside(canvas, axis, marks["day"], marks["row"], marks["count"])
    return {
        "range": [rows[0] - 0.6, 5.6], "tickvals": list(rows), "ticks": "", "showline": False,
        "ticktext": [f"grade {row}" if row else "unknown" for row in rows],
    }  # fmt: skip


def _marks(table: pd.DataFrame) -> pd.DataFrame:
    """One mark for the infections of a day and grade, with what is known of each of them."""
    hover = [_hover(item) for item in table.to_dict("records")]
    return (
        table.assign(hover=hover)
        .groupby(["counted", "row", "day"], sort=True)
        .agg(count=("hover", "size"), hover=("hover", "<br>".join))
        .reset_index()
    )


def _glyphs(canvas: Canvas, axis: str, row: int, inside: bool, marks: pd.DataFrame) -> None:
    glyph = GRADES.get(row, GRADE_UNKNOWN)
    name = f"Grade {row}" if row else "Grade unknown"
    size = (glyph.size + 2) * (1 + (canvas.sizes.scale - 1) / 2)
    outline = GRADE_LINE if row else glyph.colour
    marker = {"symbol": glyph.symbol, "size": size, "color": glyph.colour, "line": {"color": outline, "width": 1}}
    if not inside:
        name = f"{name}, not counted"
        marker |= {"symbol": "x-thin", "color": MUTED, "size": size - 2, "line": {"color": MUTED, "width": 1.5}}
    points(canvas, axis, name, marks["day"], marks["row"], marks["hover"].tolist(), marker)


def _hover(row: dict[str, Any]) -> str:
    words = escape(fact(*(row[name] for name in FACTS)))
    lines = [f"<b>{words[:1].upper()}{words[1:]}</b>"]
    if row["hospital_days"] == row["hospital_days"]:
        lines.append(f"{counted(row['hospital_days'], 'day')} in hospital")
    since = row["since_dose"]
    dose = f"{counted(since, 'day')} since the last dose" if since == since else "no dose before"
    lines += [f"{label(row['state'])}, {dose}" if row["state"] else dose, when(row["day"])]
    if not row["counted"]:
        lines.append(f"not counted: {row['reason']}")
    return "<br>".join(lines)
