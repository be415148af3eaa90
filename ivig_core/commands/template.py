"""`template -o FILE`: an empty cohort file with its data dictionary, as CSV, as a workbook, or for a REDCap project."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ivig_core.cohort.templates.redcap import REPEATING
from ivig_core.cohort.templates.write import write_template


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE",
        help="FILE.csv, FILE.xlsx, or FILE.redcap.csv: a data dictionary to upload to a REDCap project",
    )  # fmt: skip
    parser.add_argument("--redcap", action="store_true", help="write the REDCap data dictionary into any FILE.csv")


def run(args: argparse.Namespace) -> int:
    """Write the template; 0 done, 2 if the file cannot be written."""
    path = Path(args.output)
    ending = path.suffix.lower()
    if ending != ".csv" and (ending != ".xlsx" or args.redcap):
        told = "does not end in .csv, as REDCap wants it" if args.redcap else "ends neither in .csv nor in .xlsx"
        print(f"error: “{path.name}” {told}. Change the ending.", file=sys.stderr)
        return 2
    redcap = args.redcap or path.name.lower().endswith(".redcap.csv")
    try:
        written = write_template(path, redcap=redcap)
    except OSError as error:
        print(f"error: {path} cannot be written: {error.strerror}. Choose another folder.", file=sys.stderr)
        return 2
    for file in written:
        print(f"Wrote {file}")
    if redcap:
        print(
            "Upload it to an empty REDCap project (Project Setup, Data Dictionary), then enable repeating instruments "
            f"there for {', '.join(REPEATING)}: a data dictionary cannot say that. The raw export of the project is "
            "read without a mapping."
        )
    return 0
