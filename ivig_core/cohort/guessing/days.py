"""Whether a text is a day."""

from __future__ import annotations

from ivig_core.cohort.mapping.cells import day_text, missing_words
from ivig_core.cohort.reading.dates import DateOrder

MISSING = missing_words(())
"""Every text that means “not known” without a mapping that names more."""


def is_iso(text: str) -> bool:
    """Whether a text is a day as we write it, or a study day."""
    return (
        day_text(text, None, MISSING) == text
        and (text[:1].isdigit() or text[:1] in "+-")
        and ((len(text) in (7, 10) and text[4] == "-") or text.lstrip("+-").isdigit())
    )


def is_day(text: str, order: DateOrder | None) -> bool:
    """Whether a text is a day under an order of day and month; “not known” and “ongoing” are."""
    read = day_text(text, order, MISSING)
    return read == "" or is_iso(read)


def is_any_day(text: str) -> bool:
    """Whether a text is a day under one order of day and month or the other."""
    return is_day(text, "dmy") or is_day(text, "mdy")


def is_whole(text: str) -> bool:
    """Whether a text is a whole number of few digits: a study day rather than a date."""
    return text.lstrip("+-").isdigit() and len(text) < 5
