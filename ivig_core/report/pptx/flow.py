"""Text that goes on over slides where one has not room for it."""

from __future__ import annotations

from collections.abc import Sequence

from ivig_core.report.pptx.measure import LINE, height, lines

SIZES = (18, 12)
"""Largest and smallest size of type in pt of text on a slide."""
_SEVERAL, BETWEEN = 14, 0.5
"""Size on several slides; room between paragraphs in lines."""


def tall(texts: Sequence[str], size: float, wide: float) -> float:
    """Height in pt of paragraphs."""
    return sum(height(text, size, wide) for text in texts) + max(len(texts) - 1, 0) * BETWEEN * size * LINE


def flowed(
    texts: Sequence[str], room: tuple[float, float], sizes: tuple[int, int] = SIZES
) -> tuple[int, list[list[str]]]:
    """Size of type and the paragraphs of each slide of `room` (width, height in pt); a paragraph breaks between lines.

    One slide in the largest type that fits; else several.
    """
    for size in range(sizes[0], sizes[1] - 1, -1):
        if tall(texts, size, room[0]) <= room[1]:
            return size, [list(texts)]
    size = max(min(_SEVERAL, sizes[0]), sizes[1])
    slides: list[list[str]] = [[]]
    left = room[1]
    for text in texts:
        rest = lines(text, size, room[0])
        while rest:
            fit = int(left // (size * LINE))
            if fit < min(2, len(rest)) and slides[-1]:
                slides.append([])
                left = room[1]
                continue
            fit = max(fit, 1)
            slides[-1].append(" ".join(rest[:fit]))
            left -= (min(fit, len(rest)) + BETWEEN) * size * LINE
            rest = rest[fit:]
    return size, slides


def kept(texts: Sequence[str], room: tuple[float, float], size: int, more: str) -> tuple[list[str], float]:
    """The first paragraphs that fit `room` without space between them, then `more` where some do not; their height.

    Nothing where there is no room for a line.
    """
    line = size * LINE
    found: list[str] = []
    used = 0.0
    if room[1] < line:
        return found, used
    for number, text in enumerate(texts, 1):
        high = height(text, size, room[0])
        if used + high + (line if number < len(texts) else 0.0) > room[1]:
            return [*found, more], used + height(more, size, room[0])
        found.append(text)
        used += high
    return found, used
