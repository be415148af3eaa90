"""What an infection, progression, death and being still followed look like, the same in every figure of patients."""

from __future__ import annotations

from typing import NamedTuple

from ivig_core.figures.theme import INK, MUTED


class Glyph(NamedTuple):
    """Symbol, fill and size in px."""

    symbol: str
    colour: str
    size: int


GRADES = {
    1: Glyph("circle", "#F7DDEB", 8),
    2: Glyph("diamond", "#E08DBB", 9),
    3: Glyph("triangle-up", "#B5438A", 10),
    4: Glyph("square", "#7A1F63", 9),
    5: Glyph("star", "#3D0B35", 12),
}
GRADE_UNKNOWN = Glyph("circle-cross-open", "#6B5B67", 9)
GRADE_LINE = "#4A1140"
MARKS = {
    "progression": ("Progression", Glyph("line-ns", INK, 11)),
    "death": ("Death", Glyph("x", "#000000", 8)),
    "followed": ("Still followed", Glyph("triangle-right", MUTED, 9)),
}
