"""Numbers and findings in words. A finding is computed from the table drawn, and claims no more than it shows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape as _escape
from numbers import Real
from typing import TypeGuard

ABSENT = "–"
DAYS_PER_MONTH = 365.25 / 12
OK, NO_EXPOSED, NO_REFERENCE = "ok", "no_events_exposed", "no_events_reference"
CLEAR = 0.05
ROUNDING = 1e-9
THREE_DECIMALS = (0.0005, 0.0095)
"""Numbers between these are shown with 3 decimals; below, 3 decimals would be 0.000."""
THOUSANDS = (999.5, 9999.5)
"""Numbers between these are whole with thousands apart; above, only their magnitude means anything."""
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SHORT_DAYS = 60
"""Up to here a length of time is said in days."""

NO_ESTIMATE = {
    "no_contrast": "no infected patient has days both on and off IVIG",
    "not_identified": "cannot be told apart from another level",
    "no_convergence": "the model did not fit",
    NO_REFERENCE: "no infection off IVIG",
    NO_EXPOSED: "no infection on IVIG",
    "not_recorded": "not recorded in this cohort",
    "no_days": "no day at this level",
}


def escape(value: object) -> str:
    """Text for a figure: markup, entities and formulas in it are shown, never interpreted."""
    return _escape(" ".join(str(value).split()), quote=False).replace("$", "&#36;")


def shorten(value: object, length: int) -> str:
    """At most `length` characters, the last one an ellipsis where the text is cut; not yet escaped."""
    text = " ".join(str(value).split())
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def shorten_apart(values: Iterable[object], length: int) -> list[str]:
    """Each of some texts in at most `length` characters, never two different ones alike; not yet escaped.

    Cut at the end where that keeps them apart, else in the middle, else before what they differ in; a number is put
    to what nothing else tells apart. A value has the same text wherever it stands in `values`.
    """
    texts = [" ".join(str(value).split()) for value in values]
    distinct = list(dict.fromkeys(texts))
    for cut in (shorten, _without_middle, _without_most):
        short = {text: cut(text, length) for text in distinct}
        if len(set(short.values())) == len(distinct):
            return [short[text] for text in texts]
    shared = _shared([text for text in distinct if len(text) > length])
    short = {text: _from(text, shared, length) for text in distinct}
    if len(set(short.values())) < len(distinct):
        short = {text: _numbered(text, at, length) for at, text in enumerate(distinct, start=1)}
    return [short[text] for text in texts]


def _shared(texts: list[str]) -> int:
    """How many characters texts begin with in common."""
    alike = [len(set(letters)) == 1 for letters in zip(*texts, strict=False)]
    return alike.index(False) if False in alike else len(alike)


def _without_middle(text: str, length: int) -> str:
    return _cut_inside(text, length, length // 2)


def _without_most(text: str, length: int) -> str:
    return _cut_inside(text, length, 3 * (length - 1) // 4)


def _cut_inside(text: str, length: int, tail: int) -> str:
    """A text without its middle: so many characters of its end, and of its beginning what there is room for."""
    if len(text) <= length:
        return text
    head = length - 1 - tail
    return f"{text[:head].rstrip()}…{text[len(text) - tail :].lstrip()}"


def _from(text: str, shared: int, length: int) -> str:
    """A text from a little before what it does not share with others."""
    if len(text) <= length:
        return text
    return f"…{shorten(text[max(shared - 3, 0) :], length - 1)}"


def _numbered(text: str, number: int, length: int) -> str:
    return text if len(text) <= length else f"{shorten(text, length - len(str(number)) - 1)} {number}"


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


def count(value: float | str | None) -> str:
    """A whole number with thousands apart; a count that was withheld as it is given."""
    if is_number(value):
        return f"{value:,.0f}"
    return str(value) if isinstance(value, str) else ABSENT


def counted(value: float | str | None, noun: str) -> str:
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


def ratio_finding(
    status: str,
    irr: float | None,
    low: float | None,
    high: float | None,
    note: str = "",
    on: float | str | None = None,
    off: float | str | None = None,
) -> str:
    """What a rate ratio on IVIG against off it says; a direction only where the interval excludes 1.

    `on`, `off`: infections there; without any infection on one side the sentence says so instead of giving a ratio.
    """
    text = estimate(status, irr, low, high)
    if not text:
        return f"No rate ratio: {NO_ESTIMATE.get(status) or note or 'it cannot be estimated'}"
    if is_number(high) and high < 1:
        head = "Fewer infections on IVIG"
    elif is_number(low) and low > 1:
        head = "More infections on IVIG"
    else:
        head = "No clear difference"
    if status == NO_EXPOSED and is_number(on) and on == 0:
        head += ", no infection on IVIG at all"
    if status == NO_REFERENCE and is_number(off) and off == 0:
        head += ", no infection off IVIG at all"
    return f"{head}: rate ratio {text}"


def months(days: float | None) -> str:
    """Days as months with one decimal."""
    return f"{days / DAYS_PER_MONTH:.1f}" if is_number(days) else ABSENT


def length(days: float) -> str:
    """Days as months with one decimal, as days where that would say little: `14.2 months`, `31 days`."""
    return counted(days, "day") if days < SHORT_DAYS else f"{months(days)} months"


def percent(share: float | None) -> str:
    """A share as a whole percent; never 0 or 100 % for one that is neither, by more than rounding."""
    if not is_number(share):
        return ABSENT
    if ROUNDING < share < 0.005:
        return "<1 %"
    if 0.995 < share < 1 - ROUNDING:
        return ">99 %"
    return f"{100 * share:.0f} %"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *rest, last = words or [""]
    return f"{', '.join(rest)} and {last}" if rest else last


def lower(name: str) -> str:
    """A name inside a sentence: small first letter, unless the second one is large too, as in IgG."""
    return name if len(name) < 2 or any(letter.isupper() for letter in name[1:4]) else name[0].lower() + name[1:]
