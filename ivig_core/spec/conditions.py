"""Filters in a spec: which patients (`where`) and which of their days (`within`)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from ivig_core.errors import SpecError
from ivig_core.spec.kinds import pieces_of

CONDITION = re.compile(r"^\s*([^<>=!|;]+?)\s*(>=|<=|!=|==?|>|<)\s*(.+?)\s*$")
WITHIN_PHASE = ("nonprogressive", "progressive", "unknown")
WITHIN_IGG = re.compile(r"^(<|>=)\s*(\d{1,5})$", re.ASCII)
MOST_CONDITIONS, MOST_VALUES, MOST_FILTERS = 50, 100, 10


@dataclass(frozen=True)
class Condition:
    """One baseline filter: `column op value`; for `=` and `!=` several values are joined by `|` (any of them)."""

    column: str
    op: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.column}{self.op}{'|'.join(self.values)}"


@dataclass(frozen=True)
class Where:
    """Reads `iss=III; age>=65` (conditions joined by `;`, all must hold)."""

    allowed: str = "conditions 'column op value' joined by ';', op one of = != >= <= > < (as in 'iss=III; age>=65')"

    def read(self, name: str, value: Any) -> tuple[Condition, ...]:
        if isinstance(value, tuple) and all(isinstance(item, Condition) for item in value):
            return value
        pieces = pieces_of(name, value, self.allowed, MOST_CONDITIONS)
        return tuple(dict.fromkeys(self._condition(name, piece) for piece in pieces))

    def _condition(self, name: str, piece: str) -> Condition:
        match = CONDITION.match(piece)
        if not match:
            raise SpecError(name, piece.strip(), self.allowed)
        column, op, text = match.groups()
        op = "=" if op == "==" else op
        values = tuple(item.strip() for item in text.split("|")) if op in {"=", "!="} else (text,)
        if op not in {"=", "!="} and not _is_number(text):
            raise SpecError(name, piece.strip(), f"a number after {op}")
        if not all(values):
            raise SpecError(name, piece.strip(), self.allowed)
        if len(values) > MOST_VALUES:
            raise SpecError(name, piece.strip(), f"at most {MOST_VALUES} values in one condition")
        return Condition(column.strip(), op, values)


@dataclass(frozen=True)
class DayFilter:
    """Only days in one state of a time-varying factor: `phase:nonprogressive`, `igg:<700`, `igg:unknown`."""

    factor: str
    value: str

    def __str__(self) -> str:
        return f"{self.factor}:{self.value}"

    @property
    def igg_bound(self) -> tuple[str, int] | None:
        """For `igg:<700` the pair ("<", 700); None for phase and for unknown IgG."""
        match = WITHIN_IGG.match(self.value) if self.factor == "igg" else None
        return (match[1], int(match[2])) if match else None


@dataclass(frozen=True)
class Within:
    """Reads `phase:nonprogressive; igg:<700` (all must hold)."""

    allowed: str = "phase:nonprogressive, phase:progressive, igg:<700 (a cut-off of igg_cuts), joined by ';'"

    def read(self, name: str, value: Any) -> tuple[DayFilter, ...]:
        if isinstance(value, tuple) and all(isinstance(item, DayFilter) for item in value):
            return value
        pieces = pieces_of(name, value, self.allowed, MOST_FILTERS)
        return tuple(dict.fromkeys(self._filter(name, piece) for piece in pieces))

    def _filter(self, name: str, piece: str) -> DayFilter:
        factor, _, text = (part.strip() for part in piece.partition(":"))
        phase = factor == "phase" and text in WITHIN_PHASE
        igg = factor == "igg" and (text == "unknown" or WITHIN_IGG.match(text))
        if not (phase or igg):
            raise SpecError(name, piece.strip(), self.allowed)
        return DayFilter(factor, text.replace(" ", ""))


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
