"""One long CSV → the cells of every record as text. Other formats give the same `RawTable` and share all checks."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from ivig_core.cohort.reading.encoding import TextTable
from ivig_core.cohort.reading.gate import RefusedError
from ivig_core.cohort.reading.raw import RawColumn

# Each distinct text once: a cohort repeats its dates, ids and categories, so this is small and quick to check.
_TEXTS = pa.dictionary(pa.int32(), pa.string())
_BLOCK = 1 << 22
PIECE = 1 << 29
"""Bytes that are parsed at once: of a large file only the codes of its cells stay, not Arrow's table of them."""
# Arrow's own allocator gives large buffers back to the system at once: each column would be paged in again.
_POOL = pa.system_memory_pool()


@dataclass(frozen=True)
class Records:
    """The records below a header: one `RawColumn` per header cell, spreadsheet rows, and rows of another width.

    `too_long` has place and number of cells of records that are wider than the header; the cells beyond it are lost.
    `short` counts records that end early and were filled up with blanks.
    """

    columns: list[RawColumn]
    rows: np.ndarray
    too_long: dict[int, int] = field(default_factory=dict)
    short: int = 0


@dataclass(frozen=True)
class _Ragged:
    """A record of another width than the header: its number (the first is 1), number of cells, and text."""

    number: int
    cells: int
    text: str


def read_records(text: TextTable) -> Records:
    """All records of `text`, in file order, blank lines included so that row numbers are those of a spreadsheet."""
    first = text.header_row + 1
    parts: list[list[RawColumn]] = []
    for piece in _pieces(text):
        table, ragged = _parse(piece, text, threads=True)
        if ragged:
            parts.clear()
            return _with_ragged(text, *_parse(memoryview(text.data)[text.body :], text, threads=False))
        held = [table]
        del table
        parts.append(_columns(held))
    columns = [_joined([part.pop(0) for part in parts]) for _ in text.header]
    return Records(columns, np.arange(first, first + len(columns[0].codes)))


def _pieces(text: TextTable) -> Iterator[memoryview]:
    """The records in pieces that end with a line; one piece where a cell could hold a line end."""
    body, end = memoryview(text.data), len(text.data)
    step = end if b'"' in text.data else PIECE
    at = text.body
    while at < end:
        stop = text.data.find(b"\n", at + step) + 1 or end
        yield body[at:stop]
        at = stop


def _joined(parts: list[RawColumn]) -> RawColumn:
    """Parts of a column one below the other, every distinct text once."""
    if len(parts) == 1:
        return parts[0]
    empty = sum(part.empty for part in parts)
    texts, code_of = _distinct([part.arrow_texts for part in parts], bool(empty))
    codes = np.empty(sum(len(part.codes) for part in parts), code_of.dtype)
    at = used = 0
    for part in parts:
        size = len(part.arrow_texts)
        codes[at : at + len(part.codes)] = code_of[used : used + size][part.codes]
        at, used = at + len(part.codes), used + size
    return RawColumn(codes, texts, empty)


def _parse(body: memoryview, text: TextTable, *, threads: bool) -> tuple[pa.Table, list[_Ragged]]:
    ragged: list[_Ragged] = []

    def on_ragged(row: pacsv.InvalidRow) -> str:
        ragged.append(_Ragged(row.number or 0, row.actual_columns, row.text))
        # Arrow numbers rows only when it reads in one thread: leave the quick way at the first such row.
        return "error" if threads else "skip"

    names = [str(i) for i in range(len(text.header))]
    try:
        table = pacsv.read_csv(
            pa.py_buffer(body),
            read_options=pacsv.ReadOptions(use_threads=threads, block_size=_BLOCK, column_names=names),
            parse_options=pacsv.ParseOptions(
                delimiter=text.separator,
                newlines_in_values=b'"' in text.data,
                ignore_empty_lines=False,
                invalid_row_handler=on_ragged,
            ),
            convert_options=pacsv.ConvertOptions(
                # Most cells of a long table are blank: as nulls they need not be looked up, which halves the time.
                column_types=dict.fromkeys(names, _TEXTS),
                strings_can_be_null=True,
                null_values=[""],
                # `open_text` has made sure of it.
                check_utf8=False,
            ),
            memory_pool=_POOL,
        )
    except pa.ArrowInvalid:
        # Arrow's own words may quote a row, so they are not repeated.
        if threads and ragged:
            return pa.table({}), ragged
        raise RefusedError(
            "damaged", "The file cannot be read as a table.", "Look for a quotation mark that is never closed."
        ) from None
    return table, ragged


def _columns(held: list[pa.Table]) -> list[RawColumn]:
    """The columns of the one table in `held`, which is emptied: each column of Arrow is let go before the next one is
    turned, because all at once would be in memory four times over."""
    table, columns = held.pop(), []
    while table.num_columns:
        columns.append(_column(table.column(0)))
        table = table.remove_column(0)
    return columns


def _column(column: pa.ChunkedArray) -> RawColumn:
    """Codes into the distinct texts of all chunks, chunk by chunk: whole columns of Arrow's are several times the size,
    and memory that is new costs more than work in it."""
    chunks, empty = column.chunks, column.null_count
    # Each chunk has a dictionary of its own; the empty text is no entry of it, but null.
    texts, code_of = _distinct([chunk.dictionary for chunk in chunks], bool(empty))
    codes = np.empty(len(column), code_of.dtype)
    at = used = 0
    for chunk in chunks:
        size = len(chunk.dictionary)
        if not size:
            codes[at : at + len(chunk)] = len(texts) - 1
            at += len(chunk)
            continue
        here = np.append(code_of[used : used + size], code_of.dtype.type(len(texts) - 1))
        codes[at : at + len(chunk)] = here[chunk.indices.fill_null(size).to_numpy(zero_copy_only=False)]
        at, used = at + len(chunk), used + size
    return RawColumn(codes, texts, empty)


def _distinct(texts: list[pa.Array], empty: bool) -> tuple[pa.Array, np.ndarray]:
    """Every distinct text once, the empty one last where there is one, and the code of each of `texts` end to end.

    Codes have as few bytes as their number allows.
    """
    together = pa.chunked_array(texts, pa.string()).combine_chunks()
    if empty:
        together = pa.concat_arrays([together, pa.array([""])])
    encoded = together.dictionary_encode()
    distinct, code = encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False)
    if empty:
        # The first empty text of a part can stand anywhere: its place goes to what was the last.
        order = np.append(np.delete(np.arange(len(distinct)), code[-1]), code[-1])
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        distinct, code = distinct.take(pa.array(order)), place[code[:-1]]
    return distinct, code.astype(np.min_scalar_type(-len(distinct) - 1))


def _with_ragged(text: TextTable, table: pa.Table, ragged: list[_Ragged]) -> Records:
    """Put records that are wider or narrower than the header back where they belong."""
    width = len(text.header)
    numbers = np.array([record.number for record in ragged], dtype=np.int64)
    total = table.num_rows + len(ragged)
    regular = np.setdiff1d(np.arange(1, total + 1), numbers, assume_unique=True)
    too_long: dict[int, int] = {}
    lines = [_regular(record, text, too_long) for record in ragged]
    mended, _ = _parse(memoryview("\n".join(lines).encode("utf-8")), text, threads=False)
    order = np.argsort(np.concatenate([regular, numbers]), kind="stable")
    columns = [
        RawColumn(column.codes[order], column.arrow_texts, column.empty)
        for column in _columns([pa.concat_tables([table, mended])])
    ]
    short = sum(record.cells < width for record in ragged)
    return Records(columns, np.arange(1, total + 1) + text.header_row, too_long, short)


def _regular(record: _Ragged, text: TextTable, too_long: dict[int, int]) -> str:
    """The text of a ragged record with as many cells as the header; cells with content that are lost are noted."""
    line, width = record.text.rstrip("\r\n"), len(text.header)
    row = record.number + text.header_row
    if line.count('"') % 2:
        raise RefusedError(
            "open_quote",
            f"A quotation mark is opened in row {row} and never closed, so everything after it is one cell.",
            "Close it or delete it.",
            row=row,
        )
    if record.cells < width and '"' not in line:
        return line + text.separator * (width - record.cells)
    # Written anew with every cell in quotation marks, so that whatever stands in a cell the record stays one.
    try:
        cells = next(csv.reader([line], delimiter=text.separator))
    except csv.Error:
        raise RefusedError("damaged", f"Row {row} cannot be read.", "Look for a stray quotation mark.", row) from None
    if any(cell.strip() for cell in cells[width:]):
        too_long[record.number - 1] = len(cells)
    cells += [""] * (width - len(cells))
    return text.separator.join('"' + cell.replace('"', '""') + '"' for cell in cells[:width])
