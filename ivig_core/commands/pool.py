"""`pool`: one ratio from the files of several hospitals."""

from __future__ import annotations

import argparse
import json

import pandas as pd

from ivig_core.commands.options.hospital_files import bytes_of, write
from ivig_core.errors import HospitalError
from ivig_core.export import written
from ivig_core.hospitals.fields import object_of
from ivig_core.hospitals.pool import Pooled, pool
from ivig_core.hospitals.pool_json import pool_json, pool_round_json
from ivig_core.hospitals.read import read_site
from ivig_core.hospitals.request import first_request, request_json
from ivig_core.hospitals.round_json import KIND as ROUND
from ivig_core.hospitals.round_json import read_round
from ivig_core.hospitals.rounds import PooledRound, pool_rounds
from ivig_core.study.describe import sentence

COLUMNS = ["adjust_for", "term", "model", "status", "irr", "ci_low", "ci_high", "p_value", "weight", "note"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sites", nargs="+", metavar="SITE.json", help="files of hospitals, as `share` writes them: all "
                        "of them without --at, or all with it")  # fmt: skip
    parser.add_argument("-o", "--output", metavar="POOL.json", help="what hospitals are asked in the next round of a "
                        "model with adjusters (`share --at`)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 done, 2 where a file cannot be used or files cannot be put together."""
    files = {path: bytes_of(path) for path in args.sites}
    if len(files) < len(args.sites):
        raise HospitalError("a file is given twice: give each file once")
    kinds = {path: object_of(data, path).get("format") == ROUND for path, data in files.items()}
    if len(set(kinds.values())) > 1:
        first, other = (next(path for path, kind in kinds.items() if kind is is_round) for is_round in (True, False))
        raise HospitalError(f"{first} answers a round and {other} does not: pool one kind of file at a time")
    if all(kinds.values()):
        rounds = pool_rounds([read_round(data, path) for path, data in files.items()])
        asked, told, shown = rounds.request, pool_round_json(rounds), text_of_rounds(rounds)
    else:
        pooled = pool([read_site(data, path) for path, data in files.items()])
        asked, told, shown = first_request(pooled.sites), pool_json(pooled), text(pooled)
    if args.output:
        write(request_json(asked), args.output)
    print(json.dumps(told, allow_nan=False) if args.json else shown)
    return 0


def text(pooled: Pooled) -> str:
    """The pooled ratios as plain text for a terminal."""
    tables = [table(pooled.irr[COLUMNS]), table(pooled.heterogeneity)]
    return "\n".join([sentence(pooled.spec), "", *tables, *(f"Note: {note}" for note in pooled.notes)])


def text_of_rounds(pooled: PooledRound) -> str:
    """Where the rounds are, as plain text for a terminal."""
    where = f"Round {pooled.round}: {'done' if pooled.converged else 'not done'}.\n"
    parts = [sentence(pooled.spec), "", table(pooled.irr[COLUMNS]), where]
    return "\n".join([*parts, *(f"Note: {note}" for note in pooled.notes)])


def table(frame: pd.DataFrame) -> str:
    shown = written(frame).to_string(index=False, float_format=lambda value: f"{value:.4g}", na_rep="")
    return f"{shown}\n"
