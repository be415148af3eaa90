"""Contrast of colours, and a colour dark enough for text (WCAG 2.2, success criterion 1.4.3)."""

from __future__ import annotations

ENOUGH = 4.5
WHITE = "#FFFFFF"
STEP = 0.96


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of `#RRGGBB`, 0 to 255."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _shares(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def legible(colour: str, paper: str = WHITE) -> str:
    """The colour itself, or a darker shade of it where as text it would be too faint on `paper`."""
    shade, share = colour, 1.0
    while contrast(shade, paper) < ENOUGH:
        share *= STEP
        shade = "#" + "".join(f"{round(part * share):02X}" for part in channels(colour))
    return shade


def _shares(colour: str) -> list[float]:
    return [part / 255 for part in channels(colour)]
