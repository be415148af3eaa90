"""`registry`: rates and the case series of tables that do not fit in memory, on DuckDB, Spark or another engine."""

from __future__ import annotations

import argparse
import json
import sys

from ivig_core.commands.options.settings import add_settings_options, read_asked
from ivig_core.errors import SpecError
from ivig_core.export import written
from ivig_core.registry.analysis import TABLES, RegistryAnalysis, analyse_registry
from ivig_core.registry.engine import DUCKDB, ENGINES, MissingEngineError, opened
from ivig_core.registry.intake.source import find
from ivig_core.registry.registry_json import to_json
from ivig_core.study.describe import sentence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "source", metavar="SOURCE", help="folder of Parquet or CSV tables, DuckDB file, or address of a connection"
    )
    parser.add_argument(
        "--engine", default=DUCKDB, metavar="ENGINE", help=f"{' or '.join(ENGINES)} for a folder (default {DUCKDB})"
    )
    add_settings_options(parser)
    parser.add_argument("--only", default="", metavar="rates,sccs", help=f"tables to make: {', '.join(TABLES)}")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 done, 2 where the tables or the settings are at fault, 3 where the machine lacks the engine."""
    spec = read_asked(args.spec, args.set).spec
    tables = read_tables(args.only)
    try:
        with opened(args.engine, args.source) as engine:
            analysis = analyse_registry(engine, find(engine, args.source), spec, tables)
    except MissingEngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    print(json.dumps(to_json(analysis), allow_nan=False) if args.json else text(analysis))
    return 0


def read_tables(only: str) -> tuple[str, ...]:
    """Names of tables; all of them where none is named."""
    names = tuple(dict.fromkeys(name.strip() for name in only.split(",") if name.strip()))
    if unknown := [name for name in names if name not in TABLES]:
        raise SpecError("--only", unknown[0], f"any of {', '.join(TABLES)}; `analyze` makes the other tables")
    return names or TABLES


def text(analysis: RegistryAnalysis) -> str:
    """The analysis as plain text for a terminal."""
    parts = [sentence(analysis.spec), ""]
    for title, table in (("Rates", analysis.rates), ("Rate ratios", analysis.irr)):
        if table is not None:
            shown = written(table).to_string(index=False, float_format=lambda value: f"{value:.4g}", na_rep="")
            parts.append(f"{title}\n{shown}\n")
    parts += [f"Note: {note}" for note in analysis.notes]
    return "\n".join(parts)
