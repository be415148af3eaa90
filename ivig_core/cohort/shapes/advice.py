"""What everybody is told whose table is not ours."""

from __future__ import annotations

TEMPLATE = "The template shows the shape (page Data; command line: template -o cohort.csv)."
ROWS = (
    "Write one row per dated fact: one with record = patient for each patient (first and last day at risk in start and "
    "end), one with record = ivig for each dose or course, one with record = infection for each infection."
)
DEEP = f"{ROWS} {TEMPLATE}"

Found = tuple[str, str, str]
"""What a table seems to be, why, and the remedy."""
_NAMED = 4


def few(names: list[str]) -> str:
    """The first of some names, and a sign where there are more."""
    shown = ", ".join(names[:_NAMED])
    return f"{shown} …" if len(names) > _NAMED else shown
