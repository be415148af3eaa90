"""Numbers that people write with words: “every 4 weeks”, “q4w”, “30 g”, “1,020”."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.mapping.cells import is_missing, number_text
from ivig_core.cohort.mapping.mapping import Field
from ivig_core.cohort.reading.spellings import plain_unit

_EVERY = r"(?:q|every|each|alle|toutes les|tous les|cada|ogni)?\W*"
_WEEKS = re.compile(
    _EVERY
    + r"(\d{1,2})\W*(?:w|wk|wks|weeks?|weekly|wo|wochen?|wochentlich|woch|sem|semaines?|semanas?|settiman[ae])\W*"
)
_DAYS = re.compile(_EVERY + r"(\d{1,3})\W*(?:d|days?|tage?n?|jours?|dias?|giorni)\W*")
_WEEKLY = {"weekly": 7, "every week": 7, "wochentlich": 7, "biweekly": 0, "fortnightly": 14, "every other week": 14}
_SMALL, _LARGE = range(3, 9), 14
_WITH_UNIT = re.compile(r"([+-]?[\d.,]+)\s*(g/kg|mg/kg|g|mg|gram|grams|gramm)\W*", re.IGNORECASE)
_DOSES = r"(?:times|doses?|cycles?|infusions?|mal|gaben?|zyklen|dosen|infusionen|dosis|cures?|perfusions?|veces)"
_TIMES_AFTER = re.compile(rf"(.+?)[\s,;(]*[x×*]\s*(\d{{1,2}})\s*{_DOSES}?\)?", re.IGNORECASE)
_TIMES_BEFORE = re.compile(rf"(\d{{1,2}})\s*(?:[x×*]|{_DOSES})\s*(.+)", re.IGNORECASE)
_VALUE_WITH_UNIT = re.compile(r"[<>≤≥]?\s*(\d+(?:[.,]\d{1,2})?)\s*([a-zA-Zµμ^0-9]+/[a-zA-Zµμ]+)")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_UNITS = {"gram": "g", "grams": "g", "gramm": "g"}


def interval_of(text: str) -> int | None:
    """The days between doses that a text says with its unit (“q4w”: 28), None where it does not say one number."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())
    if days := _WEEKLY.get(plain):
        return days
    if match := _WEEKS.fullmatch(plain):
        return 7 * int(match[1]) or None
    if match := _DAYS.fullmatch(plain):
        return int(match[1]) or None
    return None


def course_of(text: str) -> tuple[int, int] | None:
    """Days between doses and number of doses of a course told in words (“q4w x 6”, “6 x q4w”, “6 Gaben alle 4 Wochen”),
    None where it does not say both."""
    plain = text.strip().strip(",;. ")
    before, after = _TIMES_BEFORE.fullmatch(plain), _TIMES_AFTER.fullmatch(plain)
    match = before or after
    if match is None:
        return None
    often, times = (match[2], match[1]) if before else (match[1], match[2])
    days = interval_of(often.strip(" ,;("))
    return (days, int(times)) if days and int(times) else None


def bare_interval_unit(numbers: Sequence[float]) -> str:
    """Whether bare numbers between doses are weeks (all 3 to 8) or days (all at least 14); empty where either can be:
    nobody gives immunoglobulin every 4 days or every 28 weeks, but 7 and 12 are given in days and in weeks."""
    if numbers and all(number in _SMALL for number in numbers):
        return "weeks"
    return "days" if numbers and all(number >= _LARGE for number in numbers) else ""


def unit_in_cells(texts: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The one unit of mass that all texts carry, and each text without it; empty where they do not agree."""
    matches = [_WITH_UNIT.fullmatch(text) for text in texts]
    units = {_UNITS.get(match[2].lower(), match[2].lower()) if match else "" for match in matches}
    if len(units) != 1 or "" in units:
        return "", {}
    return units.pop(), {match[0]: match[1] for match in matches if match}


def values_with_units(texts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Number and unit of each text that says both (“4.5 g/L”); three digits after a comma can be thousands and are
    none."""
    found = {}
    for text in texts:
        match = _VALUE_WITH_UNIT.fullmatch(text)
        unit = next(
            (unit for unit in BY_NAME["unit"].allowed if match and plain_unit(unit) == plain_unit(match[2])), ""
        )
        if match and unit:
            found[text] = (match[1].replace(",", "."), unit)
    return found


def grouped_thousands(texts: Sequence[str], item: Field, low: float, high: float, least: float = 0.0) -> dict[str, str]:
    """Texts such as 1,020 with what they are as thousands, where that alone fits; empty where it stays open.

    It fits where the numbers lie between `low` and `high`, and as decimals they would be below `least`, or below
    a tenth of every other number of the column.
    """
    grouped = [text for text in texts if _GROUPED.fullmatch(text)]
    others = [float(text) for text in texts if text not in grouped and re.fullmatch(r"\d+(?:\.\d+)?", text)]
    read = {text: number_text(text, replace(item, values={}), False) for text in grouped}
    decimals = [float(text.replace(",", ".", 1).replace(",", "")) for text in grouped]
    if not grouped or not all(low <= float(number) <= high for number in read.values()):
        return {}
    below = max(decimals) * (item.times or 1) < least
    return read if below or (others and min(others) > 10 * max(decimals)) else {}


def numbers_said(
    said: Mapping[str, str], item: Field, missing: frozenset[str], *, intervals: bool = False
) -> dict[str, str]:
    """The number that the label of each code says (with `intervals` the days between doses: “every 4 weeks” is 28),
    blank where it says “not known”. Codes whose label says no number are not there."""
    values = {}
    for text, label in said.items():
        plain = str(interval_of(label) or "") if intervals else number_text(label, item, None)
        if is_missing(label, missing):
            values[text] = ""
        elif re.fullmatch(r"[+-]?\d+(?:\.\d+)?", plain):
            values[text] = plain
    return values
