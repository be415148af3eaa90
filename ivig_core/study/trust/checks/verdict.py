"""What a check says: one of four words, the numbers behind it, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

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
