"""`deidentify FILE -o OUT.csv`: a copy with new ids and study days, and the key apart."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ivig_core.cohort.deidentify import deidentify, write_key
from ivig_core.cohort.writing import cohort_csv
from ivig_core.commands.options.load import add_reading_options, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("cohort", metavar="FILE", help="a file of any format that is read")
    parser.add_argument("-o", "--output", required=True, metavar="OUT.csv", help="where the copy is written")
    parser.add_argument(
        "--key", metavar="KEY.csv", help="where the key is written (only you can read it); else none is kept"
    )
    parser.add_argument("--shift", action="store_true", help="keep dates, moved by a random number of days per patient")
    add_reading_options(parser)


def run(args: argparse.Namespace) -> int:
    """Write the copy and the key; 2 with every problem where the file cannot be read or a file not be written."""
    loaded = load(args, args.cohort)
    if loaded.cohort is None:
        return 2
    made = deidentify(loaded.cohort, shift=args.shift)
    try:
        # The key first: a copy without it cannot be led back.
        if args.key:
            write_key(made.key, Path(args.key))
        Path(args.output).write_bytes(cohort_csv(made.cohort))
    except FileExistsError:
        print(f"error: {args.key} exists and is not written over. Choose another name.", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"error: {error.filename or args.output} cannot be written: {error.strerror}.", file=sys.stderr)
        return 2
    for note in made.notes:
        print(note)
    print(f"Wrote {args.output}" + (f" and {args.key} (keep it apart)" if args.key else "; no key was kept"))
    return 0
