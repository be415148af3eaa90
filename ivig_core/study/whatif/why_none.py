"""Why there is no rate ratio on IVIG, in words that name IVIG."""

from __future__ import annotations

SAID = (
    (": exact one-sided 97.5 % bound", ""),
    ("both in this level and outside it", "both on IVIG and off it"),
    ("in it and outside it", "on it and off it"),
    ("outside this level", "off IVIG"),
    ("in the reference level", "off IVIG"),
    ("in this level", "on IVIG"),
)


def why_none(note: str) -> str:
    """The reason of an estimate of the level on IVIG, which speaks of any level; without how a bound was made, where a
    ratio of 0 or ∞ is no use."""
    for own, plain in SAID:
        note = note.replace(own, plain)
    return note
