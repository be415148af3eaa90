"""A table in parts that each fit a slide: nothing is cut, nothing is smaller than 12 pt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ivig_core.report.pptx.measure import LINE, lines, width

SIZES = (14, 13, 12)
"""Sizes of type in pt, the first that needs fewest slides is taken."""
INSET_X, INSET_Y = 5.0, 3.0
"""Room in pt beside and above the text of a cell, on each side."""
_FIRST, _COLUMN, _LINES, _STRETCH = 0.4, 0.45, 4, 1.5
"""A first column takes at most this part of the width, another this; a cell is made so wide that a text has about
this many lines; and a narrow table is stretched at most so much."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """What stands on one slide: the header, rows, widths of columns and heights of rows (the header's first) in pt.

    `columns`: numbers of the table's columns. `rows`: number of the table's row for each row here; one that is taller
    than a slide stands in several rows.
    """

    header: Row
    cells: tuple[Row, ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    size: int
    columns: tuple[int, ...]
    rows: tuple[int, ...]

    def wider(self, times: float) -> Part:
        """The same for type that is so many times as wide."""
        return replace(self, widths=tuple(width * times for width in self.widths))


def texts(table: pd.DataFrame) -> tuple[Row, list[Row]]:
    """Header and rows of a table as text; what is missing is empty."""
    header = tuple(str(name) for name in table.columns)
    rows = [
        tuple("" if not isinstance(cell, str) and pd.isna(cell) else str(cell) for cell in row)
        for row in table.itertuples(index=False, name=None)
    ]
    return header, rows


def parts(header: Row, rows: Sequence[Row], room: tuple[float, float]) -> list[Part]:
    """The table in parts of at most `room` (width, height in pt), in the order in which they are read.

    Type is as large as it can be without one more slide. Columns that do not fit beside each other go on over further
    slides, each with the first column.
    """
    if not header:
        return []
    made = [_parts(header, rows, room, size) for size in SIZES]
    fewest = min(map(len, made))
    return next(parts for parts in made if len(parts) == fewest)


def _parts(header: Row, rows: Sequence[Row], room: tuple[float, float], size: int) -> list[Part]:
    found = []
    for columns, widths in _groups(header, rows, room[0], size):
        head = tuple(header[column] for column in columns)
        cells = [tuple(row[column] for column in columns) for row in rows]
        found += _pages(head, cells, columns, widths, room[1], size)
    return found


def _groups(
    header: Row, rows: Sequence[Row], room: float, size: int
) -> list[tuple[tuple[int, ...], tuple[float, ...]]]:
    """Columns that stand beside each other, with their widths."""
    spans = [
        _span(column, [header[column], *(row[column] for row in rows)], room, size) for column in range(len(header))
    ]
    groups, group, used = [], [0], spans[0][0]
    for column in range(1, len(header)):
        narrow = spans[column][0]
        if used + narrow > room and len(group) > 1:
            groups.append(group)
            group, used = [0], spans[0][0]
        group, used = [*group, column], used + narrow
    groups.append(group)
    return [(tuple(group), _widths([spans[column] for column in group], room)) for group in groups]


def _span(column: int, cells: list[str], room: float, size: int) -> tuple[float, float]:
    """The narrowest and the natural width of a column in pt."""
    most = room * (_COLUMN if column else _FIRST)
    natural, word = 0.0, 0.0
    for number, cell in enumerate(cells):
        bold = number == 0
        natural = max(natural, max(width(line, size, bold) for line in cell.split("\n")))
        word = max(word, max(width(part, size, bold) for part in cell.split()) if cell.split() else 0.0)
    narrow = min(max(word, natural / _LINES), most) + 2 * INSET_X
    return min(narrow, most), max(natural + 2 * INSET_X, min(narrow, most))


def _widths(spans: list[tuple[float, float]], room: float) -> tuple[float, ...]:
    natural = sum(span[1] for span in spans)
    if natural <= room:
        stretch = min(room / natural, _STRETCH)
        return tuple(span[1] * stretch for span in spans)
    narrow = sum(span[0] for span in spans)
    share = max(room - narrow, 0.0) / (natural - narrow)
    return tuple(low + (high - low) * share for low, high in spans)


def _pages(
    head: Row, cells: list[Row], columns: tuple[int, ...], widths: tuple[float, ...], room: float, size: int
) -> list[Part]:
    top = _height(head, widths, size, bold=True)
    pieces = [
        (number, piece, _height(piece, widths, size))
        for number, row in enumerate(cells)
        for piece in _pieces(row, widths, max(room - top, 3 * size * LINE), size)
    ]
    pages = _even([height for *_, height in pieces], room - top)
    return [
        Part(
            head, tuple(piece for _, piece, _ in pieces[start:end]), widths,
            (top, *(height for *_, height in pieces[start:end])), size, columns,
            tuple(number for number, *_ in pieces[start:end]),
        )
        for start, end in pages
    ]  # fmt: skip


def _height(row: Row, widths: tuple[float, ...], size: int, bold: bool = False) -> float:
    most = max(len(lines(cell, size, wide - 2 * INSET_X, bold)) for cell, wide in zip(row, widths, strict=True))
    return most * size * LINE + 2 * INSET_Y


def _pieces(row: Row, widths: tuple[float, ...], room: float, size: int) -> list[Row]:
    """A row as it is, or, where it is taller than a slide, as several of which each has some of its lines."""
    if _height(row, widths, size) <= room:
        return [row]
    broken = [lines(cell, size, wide - 2 * INSET_X) for cell, wide in zip(row, widths, strict=True)]
    step = max(int((room - 2 * INSET_Y) // (size * LINE)), 1)
    return [
        tuple(" ".join(cell[start : start + step]) for cell in broken)
        for start in range(0, max(map(len, broken)), step)
    ]


def _even(heights: list[float], room: float) -> list[tuple[int, int]]:
    """Where pages begin and end: as few as there can be, filled as evenly as they can be."""
    fewest = len(_filled(heights, room))
    low, high = 0.0, room
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(heights, middle)) <= fewest else (middle, high)
    return _filled(heights, high)


def _filled(heights: list[float], room: float) -> list[tuple[int, int]]:
    pages, start, used = [], 0, 0.0
    for number, height in enumerate(heights):
        if used + height > room and number > start:
            pages.append((start, number))
            start, used = number, 0.0
        used += height
    return [*pages, (start, len(heights))]
