"""Numbers in words, the one way: a figure, a table, a sentence and a check write the same number alike."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from typing import TypeGuard

ABSENT = "–"
OK, NO_EXPOSED, NO_REFERENCE = "ok", "no_events_exposed", "no_events_reference"
WITHHELD = "withheld"
"""Status of a ratio that is not told because it would tell a small count."""
CLEAR = 0.05
ROUNDING = 1e-9
THREE_DECIMALS = (0.0005, 0.0095)
"""Numbers between these are shown with 3 decimals; below, 3 decimals would be 0.000."""
THOUSANDS = (999.5, 9999.5)
"""Numbers between these are whole with thousands apart; above, only their magnitude means anything."""
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Withheld(float):
    """A count that is not told: NaN in sums, comparisons and JSON, its words ("≤ 7") wherever it is written."""

    words: str

    def __new__(cls, words: str) -> Withheld:
        self = super().__new__(cls, math.nan)
        self.words = words
        return self

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]  # a copy is made from the words
        return (self.words,)

    def __format__(self, spec: str) -> str:
        return self.words

    def __str__(self) -> str:
        return self.words

    def __repr__(self) -> str:
        return self.words


def is_number(value: object) -> TypeGuard[float]:
    """Whether a cell holds a finite number; a count that was withheld may be None or text."""
    return isinstance(value, Real) and math.isfinite(value)


def ratio(value: float | None) -> str:
    """A ratio with 2 decimals, with 3 where 2 would make 1.00 of a number that is not 1, whole from 100 on.

    Very large and very small ones as `compact` has them.
    """
    if not is_number(value):
        return ABSENT
    if text := compact(value):
        return text
    if value >= 100:
        return f"{value:.0f}"
    text = f"{value:.2f}"
    return f"{value:.3f}" if text == "1.00" and value != 1 else text


def rate(value: float | None) -> str:
    """A rate with 2 decimals; very large and very small ones as `compact` has them."""
    return compact(value) or f"{value:.2f}" if is_number(value) else ABSENT


def compact(value: float) -> str:
    """A number of 1,000 and more, or below 0.01 and not 0, in few characters; empty for all others.

    `3,645`, `4×10⁷`, `0.004`, `7×10⁻⁷`: what is too large or small for its digits to mean anything is told by its
    magnitude. Without such a rule one patient with little to say draws 33 digits over the next column. No sign of it
    is read as markup where it is drawn, as `>999` would be.
    """
    size = abs(value)
    if THREE_DECIMALS[0] <= size < THREE_DECIMALS[1]:
        return f"{value:.3f}"
    if THOUSANDS[0] <= size < THOUSANDS[1]:
        return f"{value:,.0f}"
    if 0 < size < THREE_DECIMALS[0] or size >= THOUSANDS[1]:
        digit, power = f"{value:.0e}".split("e")
        return f"{digit}×10{str(int(power)).translate(RAISED)}"
    return ""


def p_value(value: float | None) -> str:
    """A p-value with 3 decimals, never 0.000, and never 0.050 for one just above or below."""
    if not is_number(value):
        return ABSENT
    if value < 0.001:
        return "<0.001"
    text = f"{value:.3f}"
    return f"{value:.4f}" if text == "0.050" and value != CLEAR else text


def p_phrase(value: float | None) -> str:
    """`p = 0.012` or `p <0.001`."""
    text = p_value(value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def count(value: object) -> str:
    """A whole number with thousands apart; a count that was withheld as it is given."""
    if is_number(value):
        return f"{value:,.0f}"
    return str(value) if isinstance(value, str | Withheld) else ABSENT


def total(values: Iterable[object]) -> object:
    """The sum of the counts that are told; where none is, what stands for them."""
    every = list(values)
    known = [value for value in every if is_number(value)]
    if known or not every:
        return sum(known)
    return next((value for value in every if isinstance(value, Withheld)), math.nan)


def counted(value: object, noun: str) -> str:
    """`1 patient`, `43 patients`."""
    return f"{count(value)} {noun}" if is_number(value) and value == 1 else f"{count(value)} {noun}s"


def interval(low: float | None, high: float | None) -> str:
    """`(0.42–0.88)`; a side that is open upwards is ∞."""
    if not is_number(low) and not is_number(high):
        return ""
    return f"({ratio(low) if is_number(low) else '0.00'}–{ratio(high) if is_number(high) else '∞'})"


def estimate(status: str, irr: float | None, low: float | None, high: float | None) -> str:
    """A ratio with its interval, also where it is 0 or without upper bound; empty where there is none."""
    if status == NO_REFERENCE and is_number(low):
        return f"∞ {interval(low, high)}"
    return f"{ratio(irr)} {interval(low, high)}".strip() if is_number(irr) else ""


def percent(share: float | None) -> str:
    """A share as a whole percent; never 0 or 100 % for one that is neither, by more than rounding."""
    if not is_number(share):
        return ABSENT
    if ROUNDING < share < 0.005:
        return "<1 %"
    if 0.995 < share < 1 - ROUNDING:
        return ">99 %"
    return f"{100 * share:.0f} %"


def as_sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
