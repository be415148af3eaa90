"""How the cells of a column are read as days or numbers, and what in them has to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ivig_core.cohort.column_type import Column
from ivig_core.cohort.guessing.amounts import bare_interval_unit, grouped_thousands, interval_of
from ivig_core.cohort.guessing.texts import MISSING, is_day, is_number, quoted
from ivig_core.cohort.mapping.apply import column_comma
from ivig_core.cohort.mapping.cells import is_endless, is_missing, is_ordered, number_text, order_of
from ivig_core.cohort.mapping.mapping import Field
from ivig_core.cohort.reading.dates import DateOrder

if TYPE_CHECKING:
    from ivig_core.cohort.guessing.draft import Draft

TIMES: Mapping[tuple[str, str], float] = {
    ("interval_days", "weeks"): 7.0,
    ("dose_g", "mg"): 0.001,
    ("dose_g_per_kg", "mg/kg"): 0.001,
}
# Nobody is given less than a gram.
_LEAST = {"dose_g": 1.0}


def read_days(draft: Draft, column: str, target: str, texts: list[str], record: str) -> DateOrder | None:
    """The order in which days are read; what is no day, or has two meanings, is asked."""
    if record == "patient" and target == "end" and (endless := [t for t in texts if is_endless(t)]):
        draft.ask(
            column,
            f"{quoted(endless)}: until which day was this patient observed?",
            "Give the last day of observation (the data cut-off) in the mapping under values of end.",
        )
    bad = [text for text in texts if not is_day(text, draft.order or order_of(text))]
    unordered = [text for text in bad if is_ordered(text)] if draft.order is None else []
    other = [text for text in bad if text not in unordered]
    if unordered:
        draft.ask(
            column,
            f"{quoted(unordered)}: is the day or the month first?",
            "Say it with --date-order dmy or mdy.",
        )
    if other:
        draft.ask(
            column,
            f"{quoted(other)} is no day that can be read as {target}.",
            "Correct it in the file, or give the day in the mapping under values.",
        )
    return draft.order


def read_numbers(draft: Draft, item: Field, column: str, ours: Column, texts: list[str], unit: str) -> Field:
    """How numbers are read; what is not one number is asked."""
    target = ours.name
    texts = [text for text in texts if not is_missing(text, MISSING)]
    values = _intervals(draft, column, texts) if target == "interval_days" else {}
    if target == "interval_days" and unit not in ("weeks", "days"):
        unit = _unit_of_intervals(draft, column, [text for text in texts if text not in values])
    bound = [text for text in texts if text[:1] in "<>≤≥" and text not in values]
    read = replace(item, times=TIMES.get((target, unit)), limits="bound" if bound else None)
    if bound:
        draft.guess(column, target, f"{quoted(bound)} is read as the limit itself: the true value lies beyond it")
    comma = column_comma(draft.head.column(column), draft.comma)
    if comma is None and (grouped := grouped_thousands(texts, read, ours.low, ours.high, _LEAST.get(target, 0.0))):
        draft.guess(
            column, target, f"{quoted(grouped)} is read in thousands: with a decimal comma it would be too small"
        )
        values |= grouped
    open_ = [
        text for text in texts
        if text not in values and not is_number(number_text(text, read, comma))
    ]  # fmt: skip
    if open_:
        draft.ask(
            column,
            f"{quoted(open_)} is not one number: what is it as {target}?",
            f"Say it in the mapping under values of {target}, or leave it blank there.",
        )
    return replace(read, values=values)


def _intervals(draft: Draft, column: str, texts: list[str]) -> dict[str, str]:
    """Texts that say the days between doses with their unit."""
    values = {text: str(days) for text in texts if (days := interval_of(text)) is not None}
    if values:
        first = next(iter(values))
        draft.guess(column, "interval_days", f"{quoted(values)} is read as days: “{first[:40]}” is {values[first]}")
    return values


def _unit_of_intervals(draft: Draft, column: str, texts: list[str]) -> str:
    numbers = [float(text) for text in texts if is_number(text)]
    unit = bare_interval_unit(numbers)
    if unit == "weeks":
        draft.guess(column, "interval_days", f"{quoted(texts)} is read as weeks: as days it would be too often")
    elif not unit and numbers:
        draft.ask(
            column,
            f"{quoted(texts)}: is the interval in days or in weeks?",
            'Say it in the mapping: "times": 7 for weeks, "times": 1 for days, as an entry of interval_days.',
        )
    return unit
