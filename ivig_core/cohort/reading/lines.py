"""Every line of a file is accounted for: no row may vanish in a cell without a word.

A quotation mark that is never closed, or is closed in another row, makes everything between one cell. Such a file is
a correct table to any reader, only with fewer rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.formats.csv_long import Records
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.encoding import TextTable
from ivig_core.cohort.reading.gate import LONGEST_LINE, RefusedError
from ivig_core.cohort.reading.raw import RawColumn, filled_rows

LINE_END = r"\r\n|\n|\r"
FEW_LINES = 4
"""A cell of more lines than this is asked about."""


@dataclass(frozen=True)
class Lines:
    """What the lines of a file are: `total` = `header` + `records` + `blank` + `inside`.

    `header`: the header and what stands above it. `inside`: further lines of cells in quotation marks.
    """

    total: int
    header: int
    records: int
    blank: int
    inside: int


def account(text: TextTable, records: Records, findings: Findings) -> Lines:
    """Count the lines of `text` and find those that went into cells of other rows.

    A cell that holds what looks like rows is an error, one of more than `FEW_LINES` lines a warning. `RefusedError`
    where lines are missing for another reason.
    """
    data, rows = text.data, len(records.rows)
    if b'"' in data:
        _check_lengths(records)
    of_cells = [_line_ends(column) for column in records.columns] if b'"' in data else []
    inner = np.zeros(rows, np.int64)
    for column, line_ends in zip(records.columns, of_cells, strict=False):
        if line_ends.any():
            inner += line_ends[column.codes]
    if inner.any():
        is_row, first_line = _row_of(text, records), records.rows + np.cumsum(inner) - inner
        for column, line_ends, name in zip(records.columns, of_cells, text.header, strict=True):
            if line_ends.any():
                _look_into(column, line_ends, name, is_row, records.rows, first_line, findings)

    closed = data.endswith((b"\n", b"\r"))
    # Where the last quotation mark is never closed, the last line end of the file is inside its cell.
    swallowed = closed and any(_ends_with_line_end(column) for column in records.columns)
    header, ends = _count_line_ends(data, 0, text.body), _count_line_ends(data, text.body, len(data))
    inside = int(inner.sum()) - swallowed
    total = header + ends + (not closed)
    if header + rows + inside != total and not findings.total("error"):
        raise RefusedError(
            "lost_lines",
            f"The file has {total:,} lines, but only {header + rows + inside:,} could be told apart.",
            "Look for a stray quotation mark, and save the table again as CSV.",
        )
    filled = int(filled_rows(records.columns, rows).sum())
    return Lines(total, header, filled, rows - filled, inside)


def _check_lengths(records: Records) -> None:
    """Refuse a cell that is longer than any line may be, before anybody looks for rows in it."""
    for column in records.columns:
        longest = pc.max(pc.binary_length(column.arrow_texts)).as_py() or 0
        if longest > LONGEST_LINE:
            code = pc.index(pc.binary_length(column.arrow_texts), longest).as_py()
            row = int(records.rows[np.flatnonzero(column.codes == code)[0]])
            raise RefusedError(
                "open_quote",
                f"A quotation mark is opened in row {row} and not closed where it should be: {longest:,} characters "
                "after it are one cell.",
                "Close it or delete it.",
                row=row,
            )


def _count_line_ends(data: bytes, start: int, stop: int) -> int:
    return data.count(b"\n", start, stop) + data.count(b"\r", start, stop) - data.count(b"\r\n", start, stop)


def _line_ends(column: RawColumn) -> np.ndarray:
    """Line ends in each distinct text of a column (int64)."""
    return pc.count_substring_regex(column.arrow_texts, LINE_END).to_numpy(zero_copy_only=False).astype(np.int64)


def _ends_with_line_end(column: RawColumn) -> bool:
    return column.arrow_texts[int(column.codes[-1])].as_py().endswith(("\n", "\r"))


def _look_into(
    column: RawColumn,
    line_ends: np.ndarray,
    name: str,
    is_row: Callable[[str], bool],
    rows: np.ndarray,
    first_line: np.ndarray,
    findings: Findings,
) -> None:
    """Say of each cell of a column that holds line ends whether it may hold rows.

    `line_ends` in each distinct text; `rows` and `first_line`: spreadsheet row of each record, and line it begins on.
    """
    like = np.zeros(len(line_ends), bool)
    for code in np.flatnonzero(line_ends).tolist():
        like[code] = any(map(is_row, re.split(LINE_END, column.arrow_texts[code].as_py())[1:]))
    # What an id or a column that we do not know holds could identify somebody: it is not repeated.
    known = name.strip().lower() in BY_NAME.keys() - {"patient_id"}
    for position in np.flatnonzero((like | (line_ends >= FEW_LINES))[column.codes]).tolist():
        code = int(column.codes[position])
        cell = column.arrow_texts[code].as_py()
        row, line = int(rows[position]), int(first_line[position])
        further = int(line_ends[code]) - cell.endswith(("\n", "\r"))
        value = next(iter(cell.lstrip().splitlines()), "") if known else None
        if like[code]:
            findings.whole(
                "error", "rows_in_a_cell",
                f"A quotation mark opens here and takes the {counted(further)} after line {line:,} of the file into "
                "this cell, among them what looks like rows of the table.",
                "Delete the quotation mark, or close it in the same cell; a text must not go over several lines here.",
                row=row, column=name, value=value,
            )  # fmt: skip
        else:
            findings.whole(
                "warning", "long_cell",
                f"This cell goes over {counted(further + 1)}, from line {line:,} of the file on; it was read as one "
                "text.",
                "If it is not one text, look for a quotation mark that is not closed.",
                row=row, column=name, value=value,
            )  # fmt: skip


def counted(lines: int) -> str:
    """A number of lines in words."""
    return f"{lines:,} line{'' if lines == 1 else 's'}"


def _row_of(text: TextTable, records: Records) -> Callable[[str], bool]:
    """Whether a line has the cells of a row: as many as the header, or a kind of record or a study id in its place."""
    names = [name.strip().lower() for name in text.header]
    kind, patient = (names.index(name) if name in names else -1 for name in ("record", "patient_id"))
    ids = frozenset(records.columns[patient].stripped) - {""} if patient >= 0 else frozenset()

    def is_row(line: str) -> bool:
        cells = [part.strip().strip('"').strip() for part in line.split(text.separator)]
        return len(cells) == len(names) or (
            len(cells) > max(kind, patient, 1)
            and ((kind >= 0 and cells[kind].lower() in KINDS) or (patient >= 0 and cells[patient] in ids))
        )

    return is_row
