"""Read a cohort file for a command: problems to standard error, what was done about warnings as remarks."""

from __future__ import annotations

import argparse
import sys
from typing import NamedTuple

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.intake import Intake
from ivig_core.cohort.mapping.mapping_json import read_mapping_file
from ivig_core.cohort.read import COMMAND_LIMITS, read_cohort
from ivig_core.commands.options.problem_lines import problem_lines


class Loaded(NamedTuple):
    """The cohort (None if the file has errors) and one sentence per kind of warning."""

    cohort: Cohort | None
    remarks: tuple[str, ...]


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """How a file is to be read: the same options for every command that reads a cohort."""
    parser.add_argument(
        "--drop", nargs="+", action="extend", default=[], metavar="COLUMN", help="leave these columns out"
    )
    parser.add_argument(
        "--date-order", choices=("dmy", "mdy"), default=None, help="how dates such as 03/04/2020 are meant"
    )
    parser.add_argument(
        "--missing", nargs="+", action="extend", default=[], metavar="TEXT", help="texts that mean “not known”"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--mapping", metavar="M.json", help="what the columns of the file mean (from `map`)")
    how.add_argument("--guess", action="store_true", help="apply what is likely where the file is in another shape")


def read(args: argparse.Namespace, path: str) -> Intake:
    """Read the file `path` with the reading options of a command; `CohortError` where the mapping cannot be used."""
    mapping = read_mapping_file(args.mapping) if args.mapping else None
    return read_cohort(
        path,
        COMMAND_LIMITS,
        drop=args.drop,
        date_order=args.date_order,
        mapping=mapping,
        guessing=args.guess,
        missing=args.missing,
    )


def load(args: argparse.Namespace, path: str) -> Loaded:
    """Read `path` with the reading options; its errors are printed to standard error."""
    intake = read(args, path)
    if intake.cohort is None:
        for line in problem_lines(intake, every=False):
            print(line, file=sys.stderr)
    return Loaded(intake.cohort, remarks(intake))


def remarks(intake: Intake) -> tuple[str, ...]:
    """Notes on the reading, then one sentence per kind of warning in a column, with its number."""
    groups = intake.groups()
    warnings = groups[groups["severity"] == "warning"]
    said = [
        f"{row.count} × {row.message} {row.remedy}" if row.count > 1 else f"{row.message} {row.remedy}"
        for row in warnings.itertuples(index=False)
    ]
    return (*intake.notes, *said)
