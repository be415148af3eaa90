"""The engine that a registry is on: tables in, expressions compiled for it, and room for what is between.

One definition of every table is written as `ibis` expressions; ibis compiles it to the SQL of the engine. What differs
between engines is here and nowhere else: how they are opened, how a folder is read and where tables in between are.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from ivig_core.errors import CohortError, IvigError, SpecError
from ivig_core.lazy import library
from ivig_core.registry.table import Table

duckdb, ibis = library("duckdb"), library("ibis")
spark_sql = library("pyspark.sql")
spark_errors = library("pyspark.errors")

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)
MEMORY = "2GB"
"""What DuckDB may take before it writes to its temporary folder: Python and what Arrow hands over come on top."""
PATIENTS_AT_ONCE = 500_000
"""Patients whose days are cut at one time on one machine: memory does not grow with the registry."""


NO_JAVA = (
    "Java did not start. Spark needs Java 17 or newer (Debian: openjdk-17-jre-headless), on the PATH or by JAVA_HOME."
)


class MissingEngineError(IvigError):
    """The machine lacks what an engine needs."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(f"The engine {engine} cannot be started here: {reason}")


@dataclass
class Engine:
    """A connection of ibis with a folder for tables in between, which is gone when it is closed.

    `name`: "duckdb", "spark" or what ibis calls it. `at_once`: patients that go through the engine together, None where
    the engine spreads them itself. `lent`: the connection was there before and stays when the engine is closed.
    """

    name: str
    connection: Any
    folder: Path
    at_once: int | None = None
    lent: bool = False
    _kept: int = field(default=0)
    _views: list[str] = field(default_factory=list)

    def table(self, name: str) -> Table | None:
        """A table of the connection, None where there is none of this name."""
        try:
            return self.connection.table(name)
        except ibis.common.exceptions.TableNotFound:
            return None

    def parquet(self, paths: list[Path]) -> Table:
        """A table of some Parquet files."""
        places = [str(path) for path in paths]
        return self.connection.read_parquet(
            places if self.name == DUCKDB else places[0] if len(places) == 1 else places
        )

    def csv(self, paths: list[Path]) -> Table:
        """A table of some CSV files with every cell as text."""
        places = [str(path) for path in paths]
        if self.name == DUCKDB:
            return self.connection.read_csv(places, all_varchar=True, header=True)
        return self.connection.read_csv(places, header=True, inferSchema=False)

    def rows(self, table: Table) -> pa.Table:
        """The rows of an expression; for what is small."""
        if self.name != SPARK:
            return self.connection.to_pyarrow(table)
        # What ibis does here goes through pandas, which makes numbers with gaps inexact.
        rows = self.connection.raw_sql(self.connection.compile(table)).toArrow()
        return rows.cast(table.schema().to_pyarrow())

    def keep(self, table: Table) -> Table:
        """The rows of an expression, computed once and kept where the engine has room."""
        self._kept += 1
        if self.name == SPARK:
            return self._checkpoint(table, f"{self.folder.name.replace('-', '_')}_{self._kept}")
        if self.name != DUCKDB:
            return table.cache()
        path = self.folder / f"{self._kept}.parquet"
        self.connection.to_parquet(table, path)
        return self.connection.read_parquet(str(path))

    def _checkpoint(self, table: Table, name: str) -> Table:
        """The rows without how they were made: what Spark caches carries its plan, megabytes, to every later task."""
        rows = self.connection.raw_sql(self.connection.compile(table)).localCheckpoint()
        rows.createOrReplaceTempView(name)
        self._views.append(name)
        return self.connection.table(name)

    def close(self) -> None:
        """End the connection; one that was lent keeps nothing of ours."""
        if not self.lent:
            self.connection.disconnect()
            return
        for name in self._views:
            self.connection.raw_sql(f"DROP VIEW IF EXISTS {name}")


@contextmanager
def opened(name: str, source: str) -> Iterator[Engine]:
    """The engine `name` for a SOURCE, closed and its folder removed at the end whatever happens.

    Raises
    ------
    SpecError
        for an engine that is not known.
    MissingEngineError
        where the machine lacks what the engine needs.
    """
    folder = Path(tempfile.mkdtemp(prefix="ivig-registry-"))
    try:
        engine = _open(name, source, folder)
        try:
            yield engine
        finally:
            engine.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open(name: str, source: str, folder: Path) -> Engine:
    try:
        if "://" in source:
            connection = ibis.connect(source)
            return Engine(SPARK if connection.name == "pyspark" else connection.name, connection, folder)
        if name == DUCKDB:
            return _duckdb(source, folder)
        if name == SPARK:
            return _spark(folder)
    except ImportError as error:
        raise MissingEngineError(name, str(error)) from error
    raise SpecError("--engine", name, f"one of {', '.join(ENGINES)}, or SOURCE as the address of a connection")


def _duckdb(source: str, folder: Path) -> Engine:
    file = Path(source) if Path(source).is_file() else None
    settings = {
        "memory_limit": MEMORY,
        "threads": os.cpu_count() or 1,
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": False,
    }
    try:
        connection = ibis.duckdb.connect(str(file) if file else ":memory:", read_only=file is not None, **settings)
    except duckdb.Error as error:
        raise CohortError(f"{source} cannot be opened as a DuckDB file: {error}") from error
    return Engine(DUCKDB, connection, folder, PATIENTS_AT_ONCE)


def _spark(folder: Path) -> Engine:
    """The session that is there, as in a notebook; else a new one as Spark's own configuration has it."""
    # Rows come by Arrow, never as frames of the pandas that Spark is not sure of.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    there = spark_sql.SparkSession.getActiveSession()
    builder = spark_sql.SparkSession.builder.appName("ivig registry").config("spark.ui.showConsoleProgress", "false")
    try:
        session = there or builder.getOrCreate()
    except spark_errors.PySparkRuntimeError as error:
        raise MissingEngineError(SPARK, NO_JAVA) from error
    return Engine(SPARK, ibis.pyspark.connect(session), folder, lent=there is not None)
