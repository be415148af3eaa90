"""One long CSV → the cells of every record as text. Other formats give the same `RawTable` and share all checks."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from ivig_core.cohort.reading.encoding import TextTable
from ivig_core.cohort.reading.gate import RefusedError
from ivig_core.cohort.reading.raw import RawColumn
from ivig_core.memory import trim_heap

# Each distinct text once: a cohort repeats its dates, ids and categories, so this is small and quick to check.
_TEXTS = pa.dictionary(pa.int32(), pa.string())
_BLOCK = 1 << 22
PIECE = 1 << 25
"""Bytes that are parsed at once: of a large file only the codes of its cells stay. Arrow's table of them is twice the
size of the text, and that memory serves one piece after the other."""
_MANY = 50_000
"""Rows from which on columns are turned at the same time: below, to begin threads takes longer than they save."""


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
    ragged: list[_Ragged] = []
    try:
        columns = _columns(_tables(text, ragged, threads=True), len(text.header))
    except _RaggedError:
        ragged.clear()
        columns = _columns(_tables(text, ragged, threads=False), len(text.header))
        return _with_ragged(text, columns, ragged)
    first = text.header_row + 1
    return Records(columns, np.arange(first, first + len(columns[0].codes)))


class _RaggedError(Exception):
    """There is a record of another width, of which threads cannot say which one it is."""


def _tables(text: TextTable, ragged: list[_Ragged], *, threads: bool) -> Iterator[pa.Table]:
    """The records of `text` as tables one below the other; those of another width go to `ragged`, or, with `threads`,
    raise `_RaggedError`."""
    body, at = memoryview(text.data), text.body
    quoted = b'"' in text.data
    if not threads or (quoted and len(body) - at > PIECE):
        # Only Arrow itself can tell where a record ends that may hold line ends. It then works in one thread.
        yield from _streamed(body[at:], _options(text, ragged, quoted=quoted, threads=threads), ragged)
        return
    options = _options(text, ragged, quoted=quoted, threads=True)
    while at < len(body):
        stop = text.data.find(b"\n", at + PIECE) + 1 if not quoted else 0
        piece, at = body[at : stop or len(body)], stop or len(body)
        with _explained(ragged, threads=True):
            table = pacsv.read_csv(pa.py_buffer(piece), **options)
        yield table


def _streamed(body: memoryview, options: dict[str, Any], ragged: list[_Ragged]) -> Iterator[pa.Table]:
    threads = options["read_options"].use_threads
    with _explained(ragged, threads=threads):
        reader = pacsv.open_csv(pa.BufferReader(pa.py_buffer(body)), **options)
    while True:
        with _explained(ragged, threads=threads):
            batches = list(islice(reader, max(PIECE // _BLOCK, 1)))
        if not batches:
            return
        yield pa.Table.from_batches(batches)


@contextmanager
def _explained(ragged: list[_Ragged], *, threads: bool) -> Iterator[None]:
    """What Arrow cannot read is refused; its own words may quote a row, so they are not repeated."""
    try:
        yield
    except pa.ArrowInvalid:
        if threads and ragged:
            raise _RaggedError from None
        raise RefusedError(
            "damaged", "The file cannot be read as a table.", "Look for a quotation mark that is never closed."
        ) from None


def _joined(parts: list[RawColumn]) -> RawColumn:
    """Parts of a column one below the other, every distinct text once. `parts` is emptied: not all columns are there
    twice at a time."""
    if len(parts) == 1:
        return parts.pop()
    empty = sum(part.empty for part in parts)
    texts, code_of = _distinct([part.arrow_texts for part in parts], bool(empty))
    codes = np.empty(sum(len(part.codes) for part in parts), code_of.dtype)
    at = used = 0
    for part in parts:
        size = len(part.arrow_texts)
        codes[at : at + len(part.codes)] = code_of[used : used + size][part.codes]
        at, used = at + len(part.codes), used + size
    # Parts are small beside a whole column: without a word their memory would stay with the process, and be of no use.
    parts.clear()
    trim_heap()
    return RawColumn(codes, texts, empty)


def _options(text: TextTable, ragged: list[_Ragged], *, quoted: bool, threads: bool) -> dict[str, Any]:
    def on_ragged(row: pacsv.InvalidRow) -> str:
        ragged.append(_Ragged(row.number or 0, row.actual_columns, row.text))
        # Arrow numbers rows only when it reads in one thread: leave the quick way at the first such row.
        return "error" if threads else "skip"

    names = [str(i) for i in range(len(text.header))]
    return {
        "read_options": pacsv.ReadOptions(use_threads=threads, block_size=_BLOCK, column_names=names),
        "parse_options": pacsv.ParseOptions(
            delimiter=text.separator,
            newlines_in_values=quoted,
            ignore_empty_lines=False,
            invalid_row_handler=on_ragged,
        ),
        "convert_options": pacsv.ConvertOptions(
            # Most cells of a long table are blank: as nulls they need not be looked up, which halves the time.
            column_types=dict.fromkeys(names, _TEXTS),
            strings_can_be_null=True,
            null_values=[""],
            # `open_text` has made sure of it.
            check_utf8=False,
        ),
    }


def _columns(tables: Iterable[pa.Table], width: int) -> list[RawColumn]:
    """The columns of tables one below the other, of each table no more than codes and distinct texts kept."""
    parts: list[list[RawColumn]] = [[] for _ in range(width)]
    with ThreadPoolExecutor(pa.cpu_count()) as threads:
        for table in tables:
            each = threads.map if table.num_rows >= _MANY else map
            for part, column in zip(parts, each(_column, table.columns), strict=True):
                part.append(column)
        each = threads.map if any(len(part) > 1 for part in parts) else map
        return list(each(_joined, parts))


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


def _with_ragged(text: TextTable, columns: list[RawColumn], ragged: list[_Ragged]) -> Records:
    """Put records that are wider or narrower than the header back where they belong."""
    width = len(text.header)
    numbers = np.array([record.number for record in ragged], dtype=np.int64)
    total = len(columns[0].codes) + len(ragged)
    regular = np.setdiff1d(np.arange(1, total + 1), numbers, assume_unique=True)
    too_long: dict[int, int] = {}
    lines = "\n".join(_regular(record, text, too_long) for record in ragged).encode("utf-8")
    mended = _columns(_tables(replace(text, data=lines, body=0), [], threads=False), width)
    order = np.argsort(np.concatenate([regular, numbers]), kind="stable")
    for at, extra in enumerate(mended):
        column = _joined([columns[at], extra])
        columns[at] = RawColumn(column.codes[order], column.arrow_texts, column.empty)
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
