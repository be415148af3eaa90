"""Fields of a file that a stranger may have written, each taken with a check and a message of its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from ivig_core.errors import HospitalError, shortened

MOST_BYTES = 5_000_000
LARGEST = 1e12
"""No number of a site file is larger: a likelihood of a hundred million infections is below it."""
LARGEST_RATIO = 1e300
"""A limit of a ratio that hardly anything is known of can be larger."""
LONGEST = 500
MOST_LISTED = 1000


def object_of(data: bytes, name: str) -> dict[str, Any]:
    """The JSON object of a file; `HospitalError` for anything else, and for NaN and Infinity, which are no JSON."""
    if len(data) > MOST_BYTES:
        raise HospitalError(f"{name}: {len(data):,} bytes are more than a file of a hospital has ({MOST_BYTES:,})")
    try:
        told = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
        # A half of a letter is text to JSON and can be written nowhere.
        json.dumps(told, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise HospitalError(f"{name}: this is no JSON; take the file as `share` wrote it") from None
    if not isinstance(told, dict):
        raise HospitalError(f"{name}: not a JSON object; take the file as `share` wrote it")
    return told


def _no_constant(text: str) -> float:
    raise ValueError(text)


class Fields:
    """The fields of one JSON object, at `place` of a file; every method raises `HospitalError` with that place."""

    def __init__(self, told: object, place: str) -> None:
        self.place = place
        if not isinstance(told, Mapping):
            raise self.wrong("", told, "an object")
        self.told = told

    def wrong(self, name: str, value: object, wanted: str) -> HospitalError:
        where = f"{self.place}, {name}" if name else self.place
        return HospitalError(f"{where}: {shortened(value)!r} is not {wanted}; take the file as `share` wrote it")

    def get(self, name: str) -> Any:
        if name not in self.told:
            raise HospitalError(f"{self.place}: {name} is missing; take the file as `share` wrote it")
        return self.told[name]

    def inside(self, name: str) -> Fields:
        return Fields(self.get(name), f"{self.place}, {name}")

    def objects(self, name: str, most: int) -> list[Fields]:
        """A list of objects, not empty and of at most `most`."""
        told = self.get(name)
        if not isinstance(told, list) or len(told) > most:
            raise self.wrong(name, told, f"a list of at most {most:,} objects")
        return [Fields(one, f"{self.place}, {name} {number}") for number, one in enumerate(told, start=1)]

    def listed(self, name: str, length: int | None = None) -> list[Any]:
        """A list, of this length where it is given."""
        told = self.get(name)
        if not isinstance(told, list) or (len(told) != length if length is not None else len(told) > MOST_LISTED):
            raise self.wrong(name, told, "a list" if length is None else f"a list of {length:,}")
        return told

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if not isinstance(value, bool):
            raise self.wrong(name, value, "true or false")
        return value

    def text(self, name: str, longest: int = LONGEST) -> str:
        value = self.get(name)
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            raise self.wrong(name, value, f"a text of at most {longest} characters in one line")
        return value

    def texts(self, name: str, most: int) -> tuple[str, ...]:
        """A list of different names."""
        told = self.get(name)
        short = isinstance(told, list) and len(told) <= most
        if not short or any(not isinstance(one, str) or len(one) > LONGEST or not one.isprintable() for one in told):
            raise self.wrong(name, told, f"a list of at most {most} names")
        if len(set(told)) < len(told):
            raise self.wrong(name, told, "a list of different names")
        return tuple(told)

    def whole(self, name: str, low: int, high: int) -> int:
        value = self.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(name, value, f"a whole number from {low:,} to {high:,}")
        return value

    def count(self, name: str) -> int | None:
        """A count; None where it is withheld."""
        return None if self.get(name) is None else self.whole(name, 0, int(LARGEST))

    def number(self, name: str) -> float | None:
        """A finite number, or None."""
        value = self.get(name)
        if value is None:
            return None
        if not _is_number(value, LARGEST_RATIO):
            raise self.wrong(name, value, "a finite number")
        return float(value)

    def vector(self, name: str, length: int) -> np.ndarray:
        """Numbers (length,)."""
        told = self.get(name)
        if not isinstance(told, list) or len(told) != length:
            raise self.wrong(name, told, f"a list of {length:,} numbers")
        for number, value in enumerate(told, start=1):
            if not _is_number(value):
                raise self.wrong(f"{name} {number}", value, f"a number between −{LARGEST:g} and {LARGEST:g}")
        return np.array(told, float)


def _is_number(value: object, largest: float = LARGEST) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= largest
