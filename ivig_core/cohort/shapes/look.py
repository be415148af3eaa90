"""Look at the first rows of a text: where its header is, which separator fits, and which shape the table has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ivig_core.cohort.columns import REQUIRED_HEADERS
from ivig_core.cohort.reading.encoding import TextTable, first_records
from ivig_core.cohort.reading.headers import plain
from ivig_core.cohort.shapes.glimpse import Glimpse, Numbered, glimpse
from ivig_core.cohort.shapes.shape import Shape, is_ours, shapes_of

_ROWS, _BYTES = 300, 1_000_000
_SEPARATORS = ",;\t"


@dataclass(frozen=True)
class _Try:
    """What is seen under one separator, and where the records below its header begin."""

    separator: str
    seen: Glimpse
    body: int

    @property
    def fit(self) -> tuple[int, int, int]:
        """How well the separator fits: our columns found, then how many rows have one width, then that width."""
        widths = Counter(len(row.cells) for row in (self.seen.header, *self.seen.below) if len(row.cells) > 1)
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return len(set(self.seen.names) & set(REQUIRED_HEADERS)), rows, width


def look(text: TextTable) -> tuple[TextTable, tuple[Shape, ...]]:
    """The text opened where its header is, and what is not ours in it.

    Of a text whose first row is our header no more than the second row is looked at.
    """
    if is_ours([plain(cell) for cell in text.header]):
        first = _try(text, text.separator, 2)
        return text, shapes_of(first.seen) if first is not None else ()
    tries = [found for separator in _SEPARATORS if (found := _try(text, separator, _ROWS)) is not None]
    if not tries:
        return text, ()
    best = max(tries, key=lambda found: found.fit)
    header = best.seen.header
    return text.opened_at(header.cells, best.separator, best.body, header.row), shapes_of(best.seen)


def _try(text: TextTable, separator: str, most: int) -> _Try | None:
    bodies: dict[int, int] = {}
    rows = []
    for cells, row, after in first_records(text.data, separator, most, _BYTES):
        rows.append(Numbered(row, cells))
        bodies[row] = after
    seen = glimpse(rows)
    return None if seen is None else _Try(separator, seen, bodies[seen.header.row])
