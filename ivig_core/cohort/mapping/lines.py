"""Which lines of a sheet are data, and why the others are not: titles, units, comments, totals, repeated headers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow.compute as pc

from ivig_core.cohort.formats.grid import Grid
from ivig_core.cohort.formats.text import letter
from ivig_core.cohort.reading.headers import plain

DATA = ""
ABOVE, HEADER, BLANK, REPEATED, UNITS, TOTALS, COMMENT, LEGEND = (
    "above the header", "header", "blank", "header repeated", "units or formats", "totals", "comment",
    "legend or note",
)  # fmt: skip

QUOTED = (ABOVE, TOTALS, COMMENT, UNITS, LEGEND)
"""Lines that are about the file and not about a patient: how they begin may be repeated."""

_TOTALS = re.compile(
    r"(?i)^\W*(sub|grand\s*)?(total|totals|totale|totaal|totales|totali|sum|sums|summe|gesamt|insgesamt|somme|suma|mittelwert|mean|average|"
    r"median|moyenne|media|durchschnitt|gemiddelde|promedio|anzahl)\b"
)
_UNIT = re.compile(
    r"(?i)^\W*(yyyy|yy|jjjj|dd|tt|mm|aaaa|text|date|datum|number|zahl|study no|type|g|kg|mg|mg/dl|g/l|g/kg|years?|"
    r"days?|weeks?|months?|jahre|tage|wochen|ctcae|1-5|1–5|n|%|0/1|1/0|y/n|m/f)\b[\w\s/.\-–]*\W*$"
)
_FEW_TOTALS = 10
_LEGEND = re.compile(
    r"(?i)^\W*(legend|legende|legenda|leyenda|légende|key|codes?|notes?|notas?|hinweise?|anmerkung(en)?|bemerkung(en)?|"
    r"remarques?|opmerking(en)?|abbreviations?|abkürzungen|abréviations|source|quelle|stand|exported|export|erstellt)\b"
)
_SPARSE = 2
_LONG_NOTE = 20


def header_cells(grid: Grid, header_row: int) -> tuple[str, ...]:
    """The names of the columns of a sheet: the cells of the header in order, each once.

    A blank one is called after its letter (“column F”), the second of two alike “name (2)”.
    """
    at = np.flatnonzero(grid.rows == header_row)
    cells = grid.line(int(at[0])) if len(at) else [""] * grid.width
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(cells):
        name = " ".join(cell.split()) or f"column {letter(place)}"
        number = 2
        unique = name
        while unique in taken:
            unique = f"{name} ({number})"
            number += 1
        names.append(unique)
        taken.add(unique)
    return tuple(names)


def reasons(grid: Grid, header_row: int) -> np.ndarray:
    """Why each line of a sheet is not data (object array of text, `DATA` where it is)."""
    reason = np.full(len(grid), DATA, dtype=object)
    reason[grid.rows < header_row] = ABOVE
    reason[grid.rows == header_row] = HEADER
    filled = grid.filled()
    reason[filled == 0] = BLANK
    open_ = np.flatnonzero(reason == DATA)
    if not len(open_):
        return reason
    header = [plain(cell) for cell in header_cells(grid, header_row)]
    for at in open_[:3].tolist():
        if is_units(grid.line(at)):
            reason[at] = UNITS
    first = grid.columns[0]
    starts = pc.utf8_trim_whitespace(first.arrow_texts)
    reason[_where(reason, first.codes, pc.starts_with(starts, "#").to_numpy(zero_copy_only=False))] = COMMENT
    for place, name in enumerate(header):
        # A line whose cells are the names of their columns; one look at the distinct texts of each column.
        alike = np.array([plain(text) == name for text in grid.columns[place].texts], bool)
        if alike.any():
            candidates = np.flatnonzero(_where(reason, grid.columns[place].codes, alike))
            for at in candidates.tolist():
                if _repeats(grid.line(at), header):
                    reason[at] = REPEATED
            break
    _find_totals(grid, reason)
    _find_notes(grid, reason)
    return reason


def _find_notes(grid: Grid, reason: np.ndarray) -> None:
    """Lines of a wider table with one or two cells that are a sentence or a legend, and what stands below a legend.

    A study id alone on its line is none: it is one word, as the ids of the other lines are.
    """
    filled = grid.filled()
    sparse = np.flatnonzero((reason == DATA) & (filled <= _SPARSE))
    full = np.flatnonzero((reason == DATA) & (filled > _SPARSE))
    if not len(sparse) or not len(full) or grid.width <= 2 * _SPARSE:
        return
    first = grid.columns[0]
    longest = max((len(first.stripped[code]) for code in np.unique(first.codes[full]).tolist()), default=0)
    starts, notes = np.zeros(len(grid), bool), np.zeros(len(grid), bool)
    for place, column in enumerate(grid.columns):
        legend = np.array([bool(_LEGEND.match(text)) for text in column.stripped], bool)
        sentence = np.array([" " in text and len(text) > max(longest, _LONG_NOTE) for text in column.stripped], bool)
        starts |= legend[column.codes] if place == 0 else legend[column.codes] & ~first.filled()
        notes |= sentence[column.codes]
    foot = sparse[sparse > full[-1]]
    begin = foot[starts[foot]]
    reason[sparse[(filled[sparse] == 1) & notes[sparse]]] = LEGEND
    if len(begin):
        reason[foot[foot >= begin[0]]] = LEGEND


def _where(reason: np.ndarray, codes: np.ndarray, texts: np.ndarray) -> np.ndarray:
    return (reason == DATA) & texts[codes]


def _repeats(cells: Sequence[str], header: Sequence[str]) -> bool:
    filled = [(plain(cell), name) for cell, name in zip(cells, header, strict=True) if cell]
    return len(filled) > 1 and sum(cell == name for cell, name in filled) >= 0.8 * len(filled)


def is_units(cells: Sequence[str]) -> bool:
    """Whether a line below the header says how its columns are filled: (yyyy-mm-dd), (kg), 1-5."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and all(_UNIT.match(cell) or re.fullmatch(r"[(\[].*[)\]]", cell) for cell in filled)


def _find_totals(grid: Grid, reason: np.ndarray) -> None:
    """Lines with a word such as “Total” where an id would be, or anywhere if the first cell is blank: only near the
    end or where they are few, because a free text can begin with any word."""
    like = np.zeros(len(grid), bool)
    for place, column in enumerate(grid.columns):
        word = np.array([bool(_TOTALS.match(text.strip())) for text in column.texts], bool)
        if not word.any():
            continue
        here = word[column.codes]
        like |= here if place == 0 else here & ~grid.columns[0].filled()
    like &= reason == DATA
    if like.sum() <= _FEW_TOTALS:
        reason[like] = TOTALS
