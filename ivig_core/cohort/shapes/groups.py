"""Columns of a table that say the same of a first, second, third … infection or dose."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from ivig_core.cohort.reading.headers import plain
from ivig_core.cohort.shapes.glimpse import Glimpse
from ivig_core.cohort.shapes.words import DATE_WORDS, ORDINALS

_DIGITS = re.compile(r"\d+")
_BOXES = re.compile(r"___\d+$")
_AGAIN = re.compile(r"\.\d+$")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Group:
    """Columns that differ only in a number: their places in the header, in its order, and whether they hold days."""

    columns: tuple[int, ...]
    days: bool


def repeated_groups(seen: Glimpse) -> tuple[Group, ...]:
    """Groups of at least two columns; those that hold days first. Boxes to tick (`site___1`) are none."""
    members: dict[str, dict[int, None]] = defaultdict(dict)
    for at, header in enumerate(seen.header.cells):
        for stem in _stems(header):
            members[stem][at] = None
    found = {tuple(places): None for places in members.values() if len(places) > 1}
    groups = [Group(places, any(_holds_days(seen, at) for at in places)) for places in found]
    return tuple(sorted(groups, key=lambda group: (not group.days, group.columns)))


def _stems(header: str) -> list[str]:
    """A header with each of its numbers, or ordinals, left out in turn; itself where it can stand twice."""
    name = _BOXES.sub("", header.strip().lower())
    name = _WORD.sub(lambda word: ORDINALS.get(word[0], word[0]), name)
    if _AGAIN.search(name) or not _DIGITS.search(name):
        bare = plain(_AGAIN.sub("", name))
        return [bare] if bare else []
    return [f"{name[: found.start()]}#{name[found.end() :]}" for found in _DIGITS.finditer(name)]


def _holds_days(seen: Glimpse, at: int) -> bool:
    words = set(_DIGITS.sub("_", seen.names[at]).split("_"))
    return at in seen.date_columns or bool(words & DATE_WORDS)
