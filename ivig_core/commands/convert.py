"""`convert FILE -o OUT.csv|FOLDER`: any format to the long file, or to a folder of Parquet tables per record kind."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.problems import printable
from ivig_core.cohort.writing import cohort_csv, write_tables
from ivig_core.commands.options.load import add_reading_options, read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("cohort", metavar="FILE", help="a file of any format that is read")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="OUT.csv, or a folder for Parquet tables")
    parser.add_argument("--left-out", metavar="LIST.csv", help="also write every row that became no fact, with why")
    add_reading_options(parser)


def run(args: argparse.Namespace) -> int:
    """Convert the file and print the account of its rows; 2 with every problem where it cannot be done."""
    intake = read(args, args.cohort)
    for problem in intake.problems:
        print(problem, file=sys.stderr)
    if intake.accounted:
        print(printable(intake.accounted))
    try:
        if args.left_out and intake.ledger is not None:
            intake.ledger.left_out.to_csv(args.left_out, index=False)
        if intake.cohort is None:
            return 2
        for path in _write(Path(args.output), intake.cohort):
            print(f"Wrote {path}")
    except OSError as error:
        print(f"error: {error.filename or args.output} cannot be written: {error.strerror}.", file=sys.stderr)
        return 2
    return 0


def _write(path: Path, cohort: Cohort) -> tuple[Path, ...]:
    if path.suffix.lower() == ".csv":
        path.write_bytes(cohort_csv(cohort))
        return (path,)
    return write_tables(cohort, path)
