"""A Parquet file as a sheet of cells. What it means is known from its footer before any row is read."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ivig_core.cohort.formats.grid import Grid, coded
from ivig_core.cohort.formats.typed import cell_text
from ivig_core.cohort.reading.gate import Limits, RefusedError, check_cells
from ivig_core.cohort.reading.raw import RawColumn

MAGIC, ENCRYPTED = b"PAR1", b"PARE"


def read_parquet(data: bytes, name: str, limits: Limits) -> Grid:
    """The table with the names of its columns as line 1; `RefusedError` where it is damaged, nested or too large."""
    if data.startswith(ENCRYPTED):
        raise RefusedError(
            "password", "The Parquet file is encrypted.", "Save it without encryption and load it again."
        )
    source = pa.BufferReader(data)
    try:
        file = pq.ParquetFile(source)
        _check(file, name, limits)
        # Texts stay codes: a file of a few bytes can repeat one long text a million times.
        words = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
        source.seek(0)
        return grid_of_arrow(pq.ParquetFile(source, read_dictionary=words).read(use_threads=False), name)
    except (pa.ArrowException, OSError, ValueError):
        raise RefusedError(
            "damaged", "The file begins like a Parquet file, but is damaged or incomplete.", "Copy or export it again."
        ) from None


def grid_of_arrow(table: pa.Table, name: str) -> Grid:
    """A table of Arrow's as a sheet, the names of its columns as line 1; a column `_row` has the row of each line."""
    rows = np.arange(2, table.num_rows + 2)
    if "_row" in table.column_names:
        rows = table.column("_row").to_numpy().astype(np.int64)
        table = table.drop_columns(["_row"])
    columns = tuple(_column(table.column(at), table.column_names[at]) for at in range(table.num_columns))
    return Grid(name, columns, np.concatenate([[1], rows]), header=1)


def _check(file: pq.ParquetFile, name: str, limits: Limits) -> None:
    about = file.metadata
    check_cells(about.num_rows, about.num_columns, f"The table “{name[:60]}”", limits)
    size = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    if size > limits.max_unzipped:
        raise RefusedError(
            "bomb",
            f"The Parquet file unpacks to {size / 1e6:,.0f} MB; "
            f"at most {limits.max_unzipped / 1e6:,.0f} MB are read here.",
            "Leave out what the analysis does not need, or use the command line (python -m ivig_core).",
        )
    for field in file.schema_arrow:
        if pa.types.is_nested(field.type):
            raise RefusedError(
                "nested",
                f"The column “{field.name[:60]}” holds lists or records, not one value a row.",
                "Leave it out, or give each of its values a column.",
            )


def _column(column: pa.ChunkedArray, header: str) -> RawColumn:
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    together = column.unify_dictionaries().combine_chunks()
    chunk = together if isinstance(together, pa.Array) else together.chunk(0)
    texts = [cell_text(value) for value in chunk.dictionary.to_pylist()]
    codes = chunk.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False).astype(np.int64) + 1
    return coded(np.concatenate([[0], codes]), [header, *texts, ""])
