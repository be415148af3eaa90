"""One line of the table: what was measured against what, the ratio, its target, and whether it is met."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

HEADER = ("part", "what", "ours", "against", "result", "target", "")
FASTER, LONGER, EXPONENT, DIFFERENCE = "{}× as fast", "{}× as long", "exponent {}", "differ by {}"


@dataclass(frozen=True)
class Target:
    """A bound that a result has to keep."""

    bound: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


@dataclass(frozen=True)
class Line:
    """A result. `value` is NaN where there is none; `words` says what the number is (`FASTER`, `LONGER`, …)."""

    part: str
    what: str
    ours: str
    against: str
    value: float
    words: str
    target: Target | None = None

    @property
    def verdict(self) -> str:
        """Empty without a target."""
        if self.target is None:
            return ""
        if math.isnan(self.value):
            return "**no result**"
        return "meets" if self.target.met(self.value) else "**misses**"

    def cells(self) -> tuple[str, ...]:
        """Text of every column of `HEADER`."""
        result = "–" if math.isnan(self.value) else self.words.format(f"{self.value:.3g}")
        return self.part, self.what, self.ours, self.against, result, str(self.target or ""), self.verdict


def faster(part: str, what: str, ours: float, against: float, name: str, target: Target | None = None) -> Line:
    """How many times as fast as `name` we are; both in seconds."""
    return Line(part, what, duration(ours), f"{duration(against)} {name}", against / ours, FASTER, target)


def longer(part: str, what: str, ours: float, against: float, name: str, target: Target | None = None) -> Line:
    """How many times as long as `name` we take; both in seconds."""
    return Line(part, what, duration(ours), f"{duration(against)} {name}", ours / against, LONGER, target)


def growth(
    part: str, what: str, small: float, large: float, ratio: float, show: Callable[[float], str], target: Target
) -> Line:
    """Exponent b of value ~ size^b from two values at sizes `ratio` apart; `show` writes a value."""
    value = math.log(large / small) / math.log(ratio)
    return Line(part, what, f"{show(small)} → {show(large)}", "", value, EXPONENT, target)


def duration(seconds: float) -> str:
    """Seconds as a person reads them."""
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def table(lines: Iterable[Line]) -> str:
    """A Markdown table with aligned columns, so that it reads in a terminal too."""
    rows = [HEADER, *(line.cells() for line in lines)]
    widths = [max(3, *(len(row[at]) for row in rows)) for at in range(len(HEADER))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    )
