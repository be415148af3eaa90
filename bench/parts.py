"""The parts by letter."""

from __future__ import annotations

import importlib
from pathlib import Path

from bench.clock import say
from bench.fresh import KilledError, fresh
from bench.line import LONGER, Line

PARTS = {
    "a": "against_statsmodels",
    "b": "analysing",
    "c": "growth",
    "d": "redrawing",
    "e": "reading",
    "f": "first_visit",
    "g": "definitions",
    "h": "registry",
}


def run(part: str, folder: Path) -> list[Line]:
    """The lines of one part, measured in an interpreter of its own; `folder` keeps files that parts share.

    The caller stays small that way: what it starts inherits its peak of memory.
    """
    say(f"part {part}")
    try:
        return fresh(measure, part, folder)
    except KilledError as killed:
        return [Line(part, str(killed), "", "", float("nan"), LONGER)]


def measure(part: str, folder: Path) -> list[Line]:
    """The lines of one part; only here is what it measures imported."""
    return importlib.import_module(f"bench.{PARTS[part]}").measure(folder)
