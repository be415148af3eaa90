"""What one setting is: its kind decides how it is read from text, what is allowed, and how it is written back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

from ivig_core.errors import SpecError

LONGEST_TEXT = 5_000
"""Characters of a setting: an address and a settings file are a stranger's text too."""
YES = frozenset({"yes", "true", "1", "on"})
NO = frozenset({"no", "false", "0", "off"})


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`; None too where `optional`."""

    low: int
    high: int
    optional: bool = False

    @property
    def allowed(self) -> str:
        blank = ", or blank for none" if self.optional else ""
        return f"a whole number from {self.low} to {self.high}{blank}"

    def read(self, name: str, value: Any) -> int | None:
        if self.optional and (value is None or str(value).strip().lower() in {"", "none"}):
            return None
        number = _whole(value)
        if number is None or not self.low <= number <= self.high:
            raise SpecError(name, value, self.allowed)
        return number


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    allowed: str = "yes or no"

    def read(self, name: str, value: Any) -> bool:
        text = str(value).strip().lower()
        if text not in YES | NO:
            raise SpecError(name, value, self.allowed)
        return text in YES


@dataclass(frozen=True)
class Choice:
    """One of `options`; None too where `optional`."""

    options: tuple[str, ...]
    optional: bool = False

    @property
    def allowed(self) -> str:
        blank = ", or blank for any" if self.optional else ""
        return f"one of {', '.join(self.options)}{blank}"

    def read(self, name: str, value: Any) -> str | None:
        if self.optional and (value is None or str(value).strip() == ""):
            return None
        text = str(value).strip()
        if text not in self.options:
            raise SpecError(name, value, self.allowed)
        return text


@dataclass(frozen=True)
class Choices:
    """Any of `options`, kept in their canonical order so that equal choices are equal specs."""

    options: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return f"any of {', '.join(self.options)}, separated by commas"

    def read(self, name: str, value: Any) -> tuple[str, ...]:
        chosen = [str(item).strip() for item in _items(value)]
        if unknown := [item for item in chosen if item not in self.options]:
            raise SpecError(name, unknown[0], self.allowed)
        return tuple(option for option in self.options if option in chosen)


@dataclass(frozen=True)
class RisingWholes:
    """Whole numbers in rising order, `low` the least, at most `most` of them: each is a level of a model."""

    low: int
    high: int
    optional: bool = True
    most: int = 20

    @property
    def allowed(self) -> str:
        return f"at most {self.most} whole numbers from {self.low} to {self.high} in rising order, separated by commas"

    def read(self, name: str, value: Any) -> tuple[int, ...]:
        items = _items(value)
        if len(items) > self.most:
            raise SpecError(name, value, self.allowed)
        wholes = [number for item in items if (number := _whole(item)) is not None]
        inside = len(wholes) == len(items) and all(self.low <= number <= self.high for number in wholes)
        rising = inside and all(a < b for a, b in pairwise(wholes))
        if not rising or not (wholes or self.optional):
            raise SpecError(name, value, self.allowed)
        return tuple(wholes)


@dataclass(frozen=True)
class Text:
    """A non-empty text."""

    allowed: str

    def read(self, name: str, value: Any) -> str:
        text = str(value or "").strip()
        if not text or len(text) > LONGEST_TEXT:
            raise SpecError(name, value, self.allowed)
        return text


def setting(default: Any, kind: Any, papers: str = "") -> Any:
    """A dataclass field that is read and checked by `kind`; `papers` is what the published studies used."""
    return field(default=default, metadata={"kind": kind, "papers": papers})


@dataclass(frozen=True)
class CheckedPart:
    """Base of the five parts: every field is normalised and checked when the object is created."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = item.metadata["kind"].read(item.name, getattr(self, item.name))
            object.__setattr__(self, item.name, value)
        self.check()

    def check(self) -> None:
        """Rules that join several fields; raises `SpecError`."""


def pieces_of(name: str, value: Any, allowed: str, most: int) -> list[str]:
    """The texts of a setting that joins them by ";", given as one text or as a list; blank ones are left out."""
    if value is None:
        return []
    if not isinstance(value, str | list | tuple) or len(value) > LONGEST_TEXT:
        raise SpecError(name, value, f"{allowed}, {LONGEST_TEXT:,} characters at most")
    pieces = value.split(";") if isinstance(value, str) else [str(item) for item in value]
    pieces = [piece for piece in pieces if piece.strip()]
    if len(pieces) > most:
        raise SpecError(name, value, f"at most {most} of them")
    return pieces


def _whole(value: Any) -> int | None:
    try:
        number = float(str(value).strip())
    except (ValueError, RecursionError):
        return None
    return int(number) if number.is_integer() else None


def _items(value: Any) -> Sequence[Any]:
    if value is None:
        return []
    if isinstance(value, str):
        return [item for item in value.split(",") if item.strip()]
    return list(value) if isinstance(value, Iterable) else [value]
