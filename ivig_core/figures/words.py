"""Numbers and findings in words. A finding is computed from the table drawn, and claims no more than it shows."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape as _escape

from ivig_core.numbers import (
    ABSENT,
    CLEAR,
    NO_EXPOSED,
    NO_REFERENCE,
    OK,
    WITHHELD,
    Withheld,
    compact,
    count,
    counted,
    estimate,
    interval,
    is_number,
    p_phrase,
    p_value,
    percent,
    rate,
    ratio,
    total,
)

__all__ = [
    "ABSENT", "CLEAR", "DAYS_PER_MONTH", "NO_ESTIMATE", "NO_EXPOSED", "NO_REFERENCE", "OK", "WITHHELD", "Withheld",
    "compact",
    "count", "counted", "escape", "estimate", "interval", "is_number", "length", "listed", "lower", "months",
    "p_phrase", "p_value", "percent", "rate", "ratio", "ratio_finding", "shorten", "shorten_apart",
    "total", "unreached",
]  # fmt: skip

DAYS_PER_MONTH = 365.25 / 12
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
    "no_patients": "no patient at this level",
    WITHHELD: "small numbers, not shared",
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


def unreached(value: object) -> str:
    """What stands for a time that does not exist: a share not reached, or what was withheld."""
    return str(value) if isinstance(value, Withheld) else "not reached"


def length(days: float) -> str:
    """Days as months with one decimal, as days where that would say little: `14.2 months`, `31 days`."""
    return counted(days, "day") if days < SHORT_DAYS else f"{months(days)} months"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *rest, last = words or [""]
    return f"{', '.join(rest)} and {last}" if rest else last


def lower(name: str) -> str:
    """A name inside a sentence: small first letter, unless the second one is large too, as in IgG."""
    return name if len(name) < 2 or any(letter.isupper() for letter in name[1:4]) else name[0].lower() + name[1:]
