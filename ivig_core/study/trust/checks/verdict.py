"""What a check says: one of four words, the numbers behind it, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FINE, CLOSER, PROBLEM, CANNOT = "fine", "look closer", "problem", "cannot be checked"
FIRED = (CLOSER, PROBLEM)


@dataclass(frozen=True)
class Verdict:
    """`name` of the check, its question as `title`, one word of the four above, `evidence` with the numbers and
    `advice` (what to do), each one sentence."""

    name: str
    title: str
    word: str
    evidence: str
    advice: str

    @property
    def fired(self) -> bool:
        return self.word in FIRED


def ratio_text(row: Mapping[str, Any]) -> str:
    """`0.57 (0.40–0.83)` of a row with `irr`, `ci_low`, `ci_high`."""
    return f"{row['irr']:.2f} ({row['ci_low']:.2f}–{row['ci_high']:.2f})"


def counted(number: int, noun: str) -> str:
    """`1 patient`, `1,200 patients`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
