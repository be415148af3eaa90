"""A simulated cohort as Parquet tables, one per record kind, typed as `convert` writes them, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import columns_of
from ivig_core.simulate.rows import DAYS, DECIMALS, FILE_COLUMNS, Records

ROWS = 200_000
"""Rows of a record kind that wait in memory until they are written as one row group, which engines read at once."""
_TYPES = {"day": pa.date32(), "integer": pa.float64(), "number": pa.float64()}


def _schema(kind: str) -> pa.Schema:
    own = [column for column in columns_of(kind) if column.name in FILE_COLUMNS and column.name != "record"]
    return pa.schema([(column.name, _TYPES.get(column.type, pa.string())) for column in own])


SCHEMAS = {kind: _schema(kind) for kind in KINDS}
"""Columns of each record kind: days as dates, numbers as numbers, all else text; a missing value is null."""


def write_blocks(blocks: Iterable[list[Records]], folder: Path) -> list[Path]:
    """Write the blocks to `folder/KIND.parquet.part`, rows ordered by patient and day; the files, in order of `KINDS`.

    They are complete when this returns. Raises `OSError` where it cannot write.
    """
    paths = [folder / f"{kind}.parquet.part" for kind in KINDS]
    with ExitStack() as stack:
        writers = [stack.enter_context(_Writer(path, SCHEMAS[kind])) for kind, path in zip(KINDS, paths, strict=True)]
        for parts in blocks:
            for kind, writer in zip(KINDS, writers, strict=True):
                writer.add(_table(parts, kind))
    return paths


class _Writer:
    """A Parquet file that takes tables of any size and writes row groups of about `ROWS` rows."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = pq.ParquetWriter(path, schema, compression="zstd")
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self._write()
        finally:
            self._file.close()

    def add(self, table: pa.Table) -> None:
        """Take the next rows."""
        self._waiting.append(table)
        self._rows += len(table)
        if self._rows >= ROWS:
            self._write()

    def _write(self) -> None:
        if self._rows:
            self._file.write_table(pa.concat_tables(self._waiting), row_group_size=self._rows)
        self._waiting, self._rows = [], 0


def _table(parts: list[Records], kind: str) -> pa.Table:
    """The rows of one kind in a block."""
    tables = [part.tables[kind] for part in parts]
    place = np.concatenate([part.place[table["patient"]] for part, table in zip(parts, tables, strict=True)])
    start = np.concatenate([table["start"] for table in tables])
    day0 = np.concatenate([part.day0[table["patient"]] for part, table in zip(parts, tables, strict=True)])
    order = np.lexsort((start, place))
    columns = {"patient_id": pa.array(parts[0].ids).take(pa.array(place[order]))}
    for name in SCHEMAS[kind].names[1:]:
        values = np.concatenate([table[name] for table in tables])[order]
        columns[name] = _column(name, values, day0[order])
    return pa.table(columns, schema=SCHEMAS[kind])


def _column(name: str, values: np.ndarray, day0: np.ndarray) -> pa.Array:
    """Values as `rows.assemble` would write them, as what reading that text gives."""
    if values.dtype == object:
        return pa.array(values, pa.string(), mask=values == "")
    missing = ~np.isfinite(values)
    known = np.where(missing, 0, values)
    if name in DAYS:
        return pa.array((known + day0).astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())
    scale = 10 ** DECIMALS.get(name, 0)
    return pa.array(np.rint(known * scale) / scale, pa.float64(), mask=missing)
