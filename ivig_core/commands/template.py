"""`template -o FILE`: an empty cohort file with its data dictionary."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ivig_core.cohort.template import write_template


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="FILE.csv or FILE.xlsx")


def run(args: argparse.Namespace) -> int:
    """Write the template; 0 done, 2 if the file cannot be written."""
    path = Path(args.output)
    if path.suffix.lower() not in (".csv", ".xlsx"):
        print(f"error: “{path.name}” ends neither in .csv nor in .xlsx. Give one of these endings.", file=sys.stderr)
        return 2
    try:
        written = write_template(path)
    except OSError as error:
        print(f"error: {path} cannot be written: {error.strerror}. Choose another folder.", file=sys.stderr)
        return 2
    for file in written:
        print(f"Wrote {file}")
    return 0
