"""A file and its mapping → the table of facts that the checks read, with the place in the file of every fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.cohort.columns import BY_NAME, COLUMNS
from ivig_core.cohort.formats.grid import Book, Grid, column_of
from ivig_core.cohort.mapping.between import later, years
from ivig_core.cohort.mapping.budget import Budget, check_columns
from ivig_core.cohort.mapping.cells import cell, missing_words
from ivig_core.cohort.mapping.commas import column_comma, decimal_comma
from ivig_core.cohort.mapping.gather import joined_pieces, one_a_day, one_each
from ivig_core.cohort.mapping.ledger import left_out_table
from ivig_core.cohort.mapping.lines import DATA, QUOTED, header_cells, reasons
from ivig_core.cohort.mapping.mapping import Block, CohortMapping, Field, SheetMapping
from ivig_core.cohort.reading.gate import Limits
from ivig_core.cohort.reading.raw import RawColumn, RawTable

FACTS = 10**12
"""The row of a fact in the table is this + its position: `located.py` makes it sheet, row and column of the file."""
TICKED = frozenset({"1", "checked", "x", "yes", "y", "true", "ja", "j", "oui", "si", "sí", "✓", "☑"})
_GENERATED_ID = "P{:04d}"
# Names that no header can have: it has no white space around it.
_ROW, _SHEET, _BLOCK = " row", " sheet", " block"


@dataclass(frozen=True)
class Made:
    """The facts of a file as the checks read them.

    `sheet`, `row`, `block` (int) say of each row of `table` where it comes from: which sheet of the book, which
    spreadsheet row (of several that make one fact, the first), which block of the mapping of the sheet. `rows` and
    `used` count lines of the file, `left_out` has the others with their reasons.
    """

    table: RawTable
    sheet: np.ndarray
    row: np.ndarray
    block: np.ndarray
    rows: int
    used: int
    left_out: pd.DataFrame


@dataclass(frozen=True)
class _Sheet:
    """A sheet with its header found: what `_texts` looks cells up in."""

    number: int
    grid: Grid
    place: Mapping[str, int]
    data: np.ndarray
    missing: frozenset[str]
    comma: bool | None
    ids: dict[str, str]


def apply(
    book: Book, mapping: CohortMapping, hidden: frozenset[str] = frozenset(), limits: Limits | None = None
) -> Made:
    """Every fact that `mapping` makes of the rows of `book`, in file order.

    Nothing of the columns `hidden` is repeated in the list of what was left out. `RefusedError` where the facts
    would be more than `limits` allow: a mapping can make many of each row.
    """
    check_columns(mapping, limits or Limits())
    budget = Budget(limits or Limits())
    parts: list[pd.DataFrame] = []
    pieces: list[pd.DataFrame] = []
    left_out: list[pd.DataFrame] = []
    rows = used = 0
    mapped = {sheet.sheet: sheet for sheet in mapping.sheets}
    ids: dict[str, str] = {}
    for number, grid in enumerate(book.grids):
        rows += len(grid)
        chosen = mapped.get(grid.name)
        if chosen is None:
            left_out.append(left_out_table(grid.name, grid.rows, "sheet not used", ""))
            continue
        frames, reason = _sheet_facts(number, grid, chosen, mapping, ids, budget)
        for frame in frames:
            (pieces if _tells_of_patients(frame, chosen) else parts).append(frame)
        used += int((reason == DATA).sum())
        left_out.append(_listed(grid, reason, header_cells(grid, chosen.header_row), hidden))
    # What several sheets tell of a patient (who, how long, when died) is one fact.
    parts += [joined_pieces(pd.concat(pieces, ignore_index=True).fillna(""))] if len(pieces) > 1 else pieces
    return Made(*_table(parts), rows, used, pd.concat(left_out, ignore_index=True))


def _tells_of_patients(frame: pd.DataFrame, chosen: SheetMapping) -> bool:
    """Whether the facts of a block are pieces of what is known of each patient."""
    if not len(frame):
        return False
    block = chosen.blocks[int(frame[_BLOCK].iloc[0])]
    return block.once and block.record == "patient"


def _table(parts: list[pd.DataFrame]) -> tuple[RawTable, np.ndarray, np.ndarray, np.ndarray]:
    facts = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[_ROW, _SHEET, _BLOCK, "record"])
    # A row of a wide table gives several facts: they follow each other as its columns do.
    facts = facts.sort_values([_SHEET, _ROW, _BLOCK], kind="stable", ignore_index=True)
    # What a kind must have and no column gives is blank in every row: the checks name it, and make no cohort of it.
    for kind in facts["record"].unique():
        for column in COLUMNS:
            if kind in column.required and column.name not in facts.columns:
                facts[column.name] = ""
    own = [name for name in facts.columns if name not in BY_NAME and name not in (_ROW, _SHEET, _BLOCK)]
    names = [column.name for column in COLUMNS if column.name in facts.columns] + own
    columns: dict[str, RawColumn] = {name: column_of(facts[name].fillna("").to_numpy(object)) for name in names}
    sheet, row, block = (facts[name].to_numpy(np.int64) for name in (_SHEET, _ROW, _BLOCK))
    return RawTable(columns, FACTS + np.arange(len(facts), dtype=np.int64), len(names)), sheet, row, block


def _sheet_facts(
    at: int, grid: Grid, chosen: SheetMapping, mapping: CohortMapping, ids: dict[str, str], budget: Budget
) -> tuple[list[pd.DataFrame], np.ndarray]:
    """The facts of a sheet, a frame per block, and why each line is none (`DATA`: it gave at least one)."""
    reason = reasons(grid, chosen.header_row)
    header = header_cells(grid, chosen.header_row)
    data = np.flatnonzero(reason == DATA)
    missing = missing_words(mapping.missing)
    place = {name: column for column, name in enumerate(header)}
    sheet = _Sheet(at, grid, place, data, missing, decimal_comma(grid, data), ids)
    frames: list[pd.DataFrame] = []
    doses: list[pd.DataFrame] = []
    gave = np.zeros(len(grid), bool)
    for number, block in enumerate(chosen.blocks):
        frame, lines = _block_facts(sheet, block, number)
        budget.spend(frame)
        gave[lines] = True
        (doses if block.same_day else frames).append(frame)
    if doses:
        frames.append(one_a_day(pd.concat(doses, ignore_index=True)))
    silent = data[~gave[data]]
    if len(silent):
        reason[silent] = _why_silent(sheet, chosen.blocks, silent)
    return frames, reason


def _block_facts(sheet: _Sheet, block: Block, number: int) -> tuple[pd.DataFrame, np.ndarray]:
    """The facts of one block, the one of its `number`, and the positions of the lines that gave them."""
    lines = sheet.data
    for name, texts in block.when.items():
        lines = lines[_holds(sheet, name, texts, lines)]
    cells = {target: _texts(sheet, target, item, lines) for target, item in block.fields.items()}
    given = np.zeros(len(lines), bool)
    for target in block.needs:
        if target in cells:
            given |= cells[target] != ""
    lines = lines[given]
    frame = pd.DataFrame({
        "record": np.full(len(lines), block.record, dtype=object),
        **{target: values[given] for target, values in cells.items()},
        _ROW: sheet.grid.rows[lines],
        _BLOCK: number,
        _SHEET: sheet.number,
    })  # fmt: skip
    return (one_each(frame) if block.once else frame), lines


def _holds(sheet: _Sheet, name: str, texts: Sequence[str], lines: np.ndarray) -> np.ndarray:
    column = sheet.grid.columns[sheet.place[name]]
    wanted = {text.casefold() for text in texts}
    fits = np.array([bool(text) if "*" in wanted else text.casefold() in wanted for text in column.stripped], bool)
    return fits[column.codes[lines]]


def _texts(sheet: _Sheet, target: str, item: Field, lines: np.ndarray) -> np.ndarray:
    """The cells of one column of ours for some lines (object array of text)."""
    if item.constant is not None:
        return np.full(len(lines), item.constant, dtype=object)
    if item.boxes:
        return _boxes(sheet, target, item, lines)
    if item.column is None:
        return np.full(len(lines), "", dtype=object)
    column = sheet.grid.columns[sheet.place[item.column]]
    if item.years_until or item.later_by:
        columns = {name: sheet.grid.columns[sheet.place[name]] for name in item.sources}
        return (years if item.years_until else later)(columns, item, lines, sheet.missing)
    if item.new_ids:
        return _new_ids(column, sheet)[_codes(column, item, sheet, lines)]
    ours = BY_NAME.get(target)
    comma = column_comma(column, sheet.comma)
    table = np.array([cell(text, item, ours, sheet.missing, comma) for text in column.stripped] or [""], dtype=object)
    return table[_codes(column, item, sheet, lines)]


def _codes(column: RawColumn, item: Field, sheet: _Sheet, lines: np.ndarray) -> np.ndarray:
    """The codes of some lines; with `fill_down` a blank cell has that of the last filled line of data above it."""
    if not item.fill_down:
        return column.codes[lines]
    filled = column.filled()
    place = np.where(filled[sheet.data], np.arange(len(sheet.data)), -1)
    last = np.maximum.accumulate(place)
    source = np.where(last >= 0, sheet.data[last], sheet.data)
    of_line = np.zeros(len(sheet.grid), np.int64)
    of_line[sheet.data] = source
    return column.codes[of_line[lines]]


def _new_ids(column: RawColumn, sheet: _Sheet) -> np.ndarray:
    """Study ids for the distinct texts of an identifier, in the order in which they come: one person has the same on
    every sheet."""
    numbers = sheet.ids
    ids = np.full(len(column.texts), "", dtype=object)
    used, first = np.unique(column.codes[sheet.data], return_index=True)
    for code in used[np.argsort(first)].tolist():
        text = column.stripped[code]
        if text:
            ids[code] = numbers.setdefault(text, _GENERATED_ID.format(len(numbers) + 1))
    return ids


def _boxes(sheet: _Sheet, target: str, item: Field, lines: np.ndarray) -> np.ndarray:
    """What the ticked boxes mean; two kinds of pathogen are mixed, two sites are handed on for the checks to name.

    What a box means can itself be a code that `values` translates.
    """
    values = np.full(len(lines), "", dtype=object)
    for name, code in item.boxes.items():
        meaning = item.values.get(code, code)
        if not meaning:
            continue
        column = sheet.grid.columns[sheet.place[name]]
        ticked = np.array([text.casefold() in TICKED for text in column.stripped], bool)[column.codes[lines]]
        other = ticked & (values != "") & (values != meaning)
        values[ticked & (values == "")] = meaning
        values[other] = "mixed" if target == "pathogen" else values[other] + f" and {meaning}"
    return values


def _why_silent(sheet: _Sheet, blocks: Sequence[Block], lines: np.ndarray) -> np.ndarray:
    """Why lines of data gave no fact: another kind of row, or nothing in the columns that are used."""
    why = np.full(len(lines), "nothing recorded in the columns that are used", dtype=object)
    accepted: dict[str, set[str]] = {}
    for block in blocks:
        for name, texts in block.when.items():
            accepted.setdefault(name, set()).update(texts)
    if any(not block.when for block in blocks):
        return why
    # A row of a kind that is read has nothing recorded; only the others are of another kind.
    open_ = ~np.any([_fits(sheet, block, lines) for block in blocks], axis=0)
    for name, wanted in accepted.items():
        against = open_ & ~_holds(sheet, name, tuple(wanted), lines)
        if against.any():
            column = sheet.grid.columns[sheet.place[name]]
            said = [f"{name} is {f'“{text}”' if text else 'blank'}" for text in column.stripped]
            why[against] = np.array(said, dtype=object)[column.codes[lines[against]]]
            open_ &= ~against
    return why


def _fits(sheet: _Sheet, block: Block, lines: np.ndarray) -> np.ndarray:
    """Which lines are of the kind of a block, by all that it asks of them (bool)."""
    fits = np.ones(len(lines), bool)
    for name, texts in block.when.items():
        fits &= _holds(sheet, name, texts, lines)
    return fits


def _listed(grid: Grid, reason: np.ndarray, header: tuple[str, ...], hidden: frozenset[str]) -> pd.DataFrame:
    """The lines that became nothing. How one begins is repeated only where it is no patient's."""
    at = np.flatnonzero(reason != DATA)
    begins = np.full(len(at), "", dtype=object)
    for place in np.flatnonzero(np.isin(reason[at], QUOTED)).tolist():
        cells = zip(header, grid.line(int(at[place])), strict=True)
        begins[place] = next((text[:60] for name, text in cells if text and name not in hidden), "")
    return left_out_table(grid.name, grid.rows[at], reason[at], begins)
