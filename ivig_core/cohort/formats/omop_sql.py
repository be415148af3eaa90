"""The tables of an OMOP common data model in DuckDB: files as views, nothing of the machine within reach but them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from ivig_core.cohort.reading.gate import RefusedError
from ivig_core.lazy import library

duckdb = library("duckdb")

_SMALL = 100_000_000
Rows = list[tuple[object, ...]]


class Tables:
    """CSV or Parquet files by the name of their table; every cell is text, `_row` the row in the file (header: 1)."""

    def __init__(self, folder: Path, files: dict[str, Path]) -> None:
        self.files = files
        self._columns: dict[str, tuple[str, ...]] = {}
        self.connection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": "2GB",
                "threads": "2",
            },
        )
        allowed = sorted({str(path.parent.resolve()) for path in files.values()} | {str(folder)})
        self.connection.execute("SET allowed_directories = [" + ", ".join(map(quoted, allowed)) + "]")
        self.connection.execute(f"SET temp_directory = {quoted(str(folder / 'spill'))}")
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")
        for name, path in files.items():
            self._view(name, path)

    def __enter__(self) -> Tables:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a table in file order, lower case."""
        return self._columns.get(table, ())

    def cell(self, table: str, column: str, alias: str = "t") -> str:
        """A column in SQL, trimmed, NULL where it is blank or the table does not have it."""
        return f"nullif(trim({alias}.\"{column}\"), '')" if column in self.columns(table) else "NULL"

    def rows(self, query: str) -> Rows:
        """What a query gives, row by row; `RefusedError` where a file is damaged."""
        try:
            return self.connection.execute(query).fetchall()
        except duckdb.Error:
            raise _unreadable() from None

    def arrow(self, query: str) -> pa.Table:
        """What a query gives, as columns."""
        try:
            return self.connection.sql(query).to_arrow_table()
        except duckdb.Error:
            raise _unreadable() from None

    def count(self, query: str) -> int:
        """The one number that a query gives."""
        ((number,),) = self.rows(query)
        return int(str(number))

    def write(self, name: str, columns: dict[str, list[object]], types: dict[str, pa.DataType]) -> None:
        """A table of our own, from columns of equal length."""
        table = pa.table({key: pa.array(values, types[key]) for key, values in columns.items()})
        self.connection.register(f"arrow_{name}", table)
        self.connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM "arrow_{name}"')
        self.connection.unregister(f"arrow_{name}")

    def _view(self, name: str, path: Path) -> None:
        if path.suffix.lower() == ".parquet":
            source = f"read_parquet({quoted(str(path))})"
        else:
            source = f"read_csv({quoted(str(path))}, all_varchar = true, header = true, max_line_size = 1000000)"
        try:
            names = [str(row[0]) for row in self.connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
            self._columns[name] = tuple(column.lower() for column in names)
            self.connection.execute(
                f'CREATE {_kept(path)} "{name}" AS SELECT row_number() OVER () + 1 AS _row, * FROM '
                f"(SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {source})"
            )
        except duckdb.Error:
            raise _unreadable(name) from None


def _kept(path: Path) -> str:
    """A small file is read once; a large one is read through whenever it is asked for something."""
    return "TABLE" if path.stat().st_size <= _SMALL else "VIEW"


def quoted(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def _unreadable(table: str = "") -> RefusedError:
    which = f"The table “{table}”" if table else "A table"
    return RefusedError(
        "damaged", f"{which} of this OMOP data set cannot be read.",
        "Export it again as CSV (comma, UTF-8, with a header) or as Parquet.",
    )  # fmt: skip
