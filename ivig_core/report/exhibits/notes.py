"""Remarks on rows of a table as sentences."""

from __future__ import annotations

from collections.abc import Iterable

from ivig_core.numbers import as_sentence


def about(names: Iterable[str], notes: Iterable[object]) -> tuple[str, ...]:
    """Each remark once, with the rows that it is about, unless it is about all of several."""
    pairs = [(name, str(note)) for name, note in zip(names, notes, strict=True)]
    said = []
    for text in dict.fromkeys(note for _, note in pairs if note and note not in ("nan", "None")):
        mine = list(dict.fromkeys(name for name, note in pairs if note == text))
        every = all(note == text for _, note in pairs) and len(pairs) > 1
        said.append(as_sentence(text if every else f"{', '.join(mine)}: {text}"))
    return tuple(said)
