"""The published numbers, as transcribed from their sources: one frozen row each, found by what it is about.

`published_results.csv` is what five supplied texts print, `more_results.csv` what public abstracts of further studies
do. Comparisons with a cohort account for every row of the first; both are shown on the page of published evidence.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("published_results.csv")
MORE = Path(__file__).with_name("more_results.csv")
ANY_END = "*"


@dataclass(frozen=True)
class Result:
    """One published number. Every field is the text of the file, blank where the source does not state it.

    `estimate`, `ci_low` and `ci_high` keep the printed decimals; `number` and `interval` are their values.
    """

    study_id: str
    population: str
    n: str
    endpoint: str
    subgroup: str
    exposed: str
    comparator: str
    measure: str
    model: str
    estimate: str
    ci_low: str
    ci_high: str
    p_value: str
    unit: str
    source_location: str
    note: str

    @property
    def number(self) -> float | None:
        """The estimate; None where the source prints words only."""
        return float(self.estimate) if self.estimate else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The printed confidence interval; None without one."""
        return (float(self.ci_low), float(self.ci_high)) if self.ci_low and self.ci_high else None


COLUMNS = tuple(field.name for field in fields(Result))


@dataclass(frozen=True)
class Lookup:
    """What a published number is about.

    A field that is None may be anything, one that is "" has to be blank; a text that ends in `*` gives only the
    beginning.
    """

    study_id: str
    endpoint: str | None = None
    subgroup: str | None = None
    exposed: str | None = None
    comparator: str | None = None
    measure: str | None = None
    model: str | None = None
    unit: str | None = None
    source_location: str | None = None
    note: str | None = None

    @property
    def given(self) -> dict[str, str]:
        """The fields that are not None, by name."""
        wanted = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: text for name, text in wanted if text is not None}

    def __str__(self) -> str:
        return ", ".join(f"{name}={text!r}" for name, text in self.given.items())


def _agrees(wanted: str, text: str) -> bool:
    return text.startswith(wanted.removesuffix(ANY_END)) if wanted.endswith(ANY_END) else text == wanted


@cache
def published(path: Path = FILE) -> tuple[Result, ...]:
    """Every row of the file, in its order; `ValueError` for a file of other columns."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name} has the columns {reader.fieldnames}, not {list(COLUMNS)}")
        return tuple(Result(**row) for row in reader)


def everything() -> tuple[Result, ...]:
    """Every row of both files."""
    return published() + published(MORE)


def matching(lookup: Lookup, rows: Iterable[Result] | None = None) -> Iterator[Result]:
    """The rows that a lookup is about, none to many; of `published()` unless `rows` are given."""
    given = lookup.given.items()
    among = published() if rows is None else rows
    return (row for row in among if all(_agrees(text, getattr(row, name)) for name, text in given))


def find(lookup: Lookup, rows: Iterable[Result] | None = None) -> Result:
    """The one row that a lookup is about, of `published()` unless `rows` are given.

    Raises
    ------
    LookupError
        where no row matches or several do: then it is not known which number is meant.
    """
    found = list(matching(lookup, rows))
    if len(found) != 1:
        raise LookupError(f"{len(found)} published numbers match {lookup}; exactly one has to")
    return found[0]
