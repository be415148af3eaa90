"""Where a registry's tables are: a folder of files, a DuckDB file or a connection."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ivig_core.cohort.column_type import KINDS
from ivig_core.errors import CohortError
from ivig_core.lazy import library
from ivig_core.registry.engine import Engine
from ivig_core.registry.table import Table

duckdb = library("duckdb")

SUFFIXES = (".parquet", ".csv")
HOW = "The tables are named patient, ivig, infection, phase, therapy, as `convert FILE -o FOLDER` writes them."


class Found(NamedTuple):
    """The tables of a registry by kind, as they are; kinds that are absent have none."""

    tables: dict[str, Table]
    place: str


def find(engine: Engine, source: str) -> Found:
    """The tables of SOURCE; `CohortError` where there is none of patients, or one of a kind is there twice."""
    folder = Path(source)
    if "://" in source or folder.is_file():
        tables = {kind: table for kind in KINDS if (table := engine.table(kind)) is not None}
    elif folder.is_dir():
        tables = {kind: table for kind in KINDS if (table := _of_folder(engine, folder, kind)) is not None}
    else:
        raise CohortError(f"{source}: there is no such folder or file. {HOW}")
    if "patient" not in tables:
        raise CohortError(f"{source} has no table of patients. {HOW}")
    lower = {kind: table.rename({name.lower(): name for name in table.columns}) for kind, table in tables.items()}
    return Found(lower, source)


def _of_folder(engine: Engine, folder: Path, kind: str) -> Table | None:
    """One file `kind.parquet` or `kind.csv`, or a folder `kind` of part files."""
    single = [folder / f"{kind}{suffix}" for suffix in SUFFIXES]
    parts = [sorted((folder / kind).glob(f"*{suffix}")) for suffix in SUFFIXES]
    ways = [(suffix, [path]) for suffix, path in zip(SUFFIXES, single, strict=True) if path.is_file()]
    ways += [(suffix, paths) for suffix, paths in zip(SUFFIXES, parts, strict=True) if paths]
    if len(ways) > 1:
        named = " and ".join(str(paths[0].relative_to(folder)) for _, paths in ways)
        raise CohortError(f"{folder} has more than one table of kind {kind}: {named}. Keep one of them.")
    if not ways:
        return None
    suffix, paths = ways[0]
    try:
        return engine.parquet(paths) if suffix == ".parquet" else engine.csv(paths)
    except duckdb.Error as error:
        raise CohortError(f"{paths[0].relative_to(folder)} cannot be read: {error}") from error
