"""How a count is hidden: what is small, what others are rounded to, and the words for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.numbers import ABSENT, Withheld, is_number

LARGEST_THRESHOLD = 100
FEWEST_APART, MOST_APART = 3, 100
DIGITS = 3
"""Significant digits of person-days."""


@dataclass(frozen=True)
class Rule:
    """Counts up to `threshold`, 0 among them, are withheld; others are rounded to the nearest multiple of `rounding`
    above the threshold.

    0 is withheld like 1 to 7: that nobody in a group had something is a fact about each of its patients, and a group
    of 7 in seven withheld levels would be known if withheld meant at least 1.

    Raises `SpecError` outside 1–100 (threshold) and 3–100 (rounding: with less, two totals would give a count back).
    """

    threshold: int = 7
    rounding: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.threshold <= LARGEST_THRESHOLD:
            raise SpecError("share_threshold", self.threshold, f"a whole number from 1 to {LARGEST_THRESHOLD}")
        if not FEWEST_APART <= self.rounding <= MOST_APART:
            raise SpecError("share_rounding", self.rounding, f"a whole number from {FEWEST_APART} to {MOST_APART}")

    @property
    def words(self) -> str:
        """What stands for a withheld count."""
        return f"≤ {self.threshold}"

    @property
    def beside(self) -> Withheld:
        """What stands for a number that may not be small, but would tell one that is."""
        return Withheld(ABSENT)

    @property
    def no_time(self) -> Withheld:
        """What stands for a median that the shared curve does not tell."""
        return Withheld("not shared")

    def small(self, *counts: object) -> bool:
        """Whether any of these is no more than the threshold, or not known."""
        return any(not is_number(count) or count <= self.threshold for count in counts)

    def nearest(self, value: float) -> int:
        """The nearest multiple of `rounding`, halves up."""
        return math.floor(value / self.rounding + 0.5) * self.rounding

    def rounded(self, count: float) -> int:
        """A count that may be told, rounded; never to what is withheld."""
        lowest = (self.threshold // self.rounding + 1) * self.rounding
        return max(self.nearest(count), lowest)

    def count(self, count: object) -> int | Withheld:
        """A count as it is shared; one that is not known, or not to be told for what it would tell, is `beside`."""
        if not is_number(count):
            return self.beside
        return Withheld(self.words) if count <= self.threshold else self.rounded(count)

    def possible(self, count: int) -> tuple[int, int]:
        """Lowest and highest count that is shared as this one."""
        if count <= self.threshold:
            return 0, self.threshold
        shown = self.rounded(count)
        lowest = math.ceil(shown - self.rounding / 2)
        above = shown - self.rounding <= self.threshold
        return (self.threshold + 1 if above else lowest), math.ceil(shown + self.rounding / 2) - 1

    def days(self, days: object, *counts: object) -> int | Withheld:
        """Days with three digits; withheld where any of the `counts` of whose days these are is small."""
        if not is_number(days) or self.small(*counts):
            return self.beside
        return int(float(f"{days:.{DIGITS}g}"))

    @property
    def reason(self) -> str:
        """Why a ratio is not given."""
        return f"not shared: it rests on {self.threshold} or fewer patients or infections, or on little more"


def table_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as a table of these columns and no others. A column with a withheld count is of type object: one of floats
    would lose it."""
    return pd.DataFrame({name: column([row[name] for row in rows]) for name in columns})


def column(values: list[Any]) -> pd.Series:
    """Values as a column that keeps what is withheld."""
    withheld = any(isinstance(value, Withheld) for value in values)
    return pd.Series(values, dtype=object if withheld or not values else None)


def said(rule: Rule) -> str:
    """The sentence that says how small numbers are hidden."""
    return (
        f"Small numbers are hidden: counts of {rule.threshold} or fewer, 0 among them, are shown as {rule.words}, "
        f"others rounded to {rule.rounding}, and {ABSENT} stands where a number would tell one that is hidden; rates, "
        "ratios and curves are made from the rounded counts and differ a little from the exact ones. A ratio that "
        f"rests on {rule.threshold} or fewer patients or infections is not given."
    )
