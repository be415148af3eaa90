"""A cell that has a type in its file (Excel, SAS, Parquet) as the text that a person would have written."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta


def cell_text(value: object) -> str:
    """A cell as text: days as ISO dates, whole numbers without a point, true and false as 1 and 0."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return repr(value / timedelta(days=1))
    return "" if value is None else str(value)
