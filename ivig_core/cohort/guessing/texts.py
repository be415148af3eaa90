"""What a text of a cell looks like, and how a message repeats it."""

from __future__ import annotations

from collections.abc import Iterable

from ivig_core.cohort.mapping.cells import day_text, missing_words
from ivig_core.cohort.reading.dates import DateOrder

MISSING = missing_words(())
_SHOWN = 4
_LONGEST = 60


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


def is_number(text: str) -> bool:
    """Whether a text is a plain number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def quoted(texts: Iterable[str]) -> str:
    """The first few of some texts as a message repeats them."""
    given = list(dict.fromkeys(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…" for text in texts))
    more = f" and {len(given) - _SHOWN:,} more" if len(given) > _SHOWN else ""
    return ", ".join(f"“{text}”" for text in given[:_SHOWN]) + more
