"""`pool`: one ratio from the files of several hospitals."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ivig_core.errors import HospitalError
from ivig_core.export import written
from ivig_core.hospitals.fields import MOST_BYTES
from ivig_core.hospitals.pool import Pooled, pool
from ivig_core.hospitals.pool_json import pool_json
from ivig_core.hospitals.read import read_site
from ivig_core.study.describe import sentence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sites", nargs="+", metavar="SITE.json", help="files of hospitals, as `share` writes them")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 done, 2 where a file cannot be used or files cannot be put together."""
    pooled = pool([read_site(bytes_of(path), path) for path in args.sites])
    print(json.dumps(pool_json(pooled), allow_nan=False) if args.json else text(pooled))
    return 0


def bytes_of(path: str) -> bytes:
    """The bytes of a file, no more than can be one of ours."""
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise HospitalError(f"{path}: cannot be read ({error.strerror})") from None


def text(pooled: Pooled) -> str:
    """The pooled ratios as plain text for a terminal."""
    columns = ["adjust_for", "term", "model", "status", "irr", "ci_low", "ci_high", "p_value", "weight", "note"]
    tables = [pooled.irr[columns], pooled.heterogeneity]
    shown = [
        written(table).to_string(index=False, float_format=lambda value: f"{value:.4g}", na_rep="") for table in tables
    ]
    return "\n".join([sentence(pooled.spec), "", *(f"{table}\n" for table in shown),
                      *(f"Note: {note}" for note in pooled.notes)])  # fmt: skip
