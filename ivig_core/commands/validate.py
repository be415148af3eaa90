"""`validate COHORT`: every problem of a cohort file, with its mend."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from ivig_core.cohort.changes.changes import Changes, changes
from ivig_core.cohort.changes.text import change_lines, changes_json
from ivig_core.cohort.intake import Intake
from ivig_core.cohort.problems import PROBLEM_COLUMNS, printable
from ivig_core.commands.options.load import add_reading_options, read
from ivig_core.commands.options.problem_lines import problem_lines

SHAPE_NAMES = ("kind", "what", "why", "remedy", "row")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("cohort", metavar="COHORT", help="cohort file (CSV)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--all", action="store_true", help="list every problem, not one line per kind and column")
    parser.add_argument("--against", metavar="OLD", help="an earlier version of the file: say what changed since")
    add_reading_options(parser)


def run(args: argparse.Namespace) -> int:
    """Check the file; 0 without errors (warnings allowed), 2 with errors, problems on standard error.

    What changed against an earlier version is said besides and leaves the status as it is.
    """
    intake = read(args, args.cohort)
    for line in problem_lines(intake, every=args.all):
        print(line, file=sys.stderr)
    found = _changes(args, intake) if args.against else None
    if args.json:
        more = {} if found is None else {"changes": changes_json(found)}
        print(json.dumps(as_json(intake) | more, allow_nan=False))
    else:
        print(summary(args.cohort, intake))
        for line in [] if found is None else change_lines(found, args.against, every=args.all):
            print(line)
    return 2 if intake.errors else 0


def _changes(args: argparse.Namespace, intake: Intake) -> Changes | None:
    """What changed since `--against`; None, with the reason on standard error, where one of them has no cohort."""
    old = read(args, args.against)
    for name, read_one in ((args.against, old), (args.cohort, intake)):
        if read_one.cohort is None:
            print(printable(f"Not compared: {name} has errors."), file=sys.stderr)
            return None
    return changes(old.cohort, intake.cohort) if old.cohort is not None and intake.cohort is not None else None


def summary(name: str, intake: Intake) -> str:
    """What the file is and how many problems it has, and what was done while reading it."""
    counts = f"{_count(intake.errors, 'error')}, {_count(intake.warnings, 'warning')}"
    told = [f"{name}: {counts}.", *filter(None, [intake.accounted])]
    if intake.cohort is not None:
        cohort = intake.cohort
        facts = f"{_count(len(cohort.infection), 'infection')}, {_count(len(cohort.ivig), 'IVIG row')}"
        told.append(f"{_count(len(cohort), 'patient')}, {facts}. The file can be analysed.")
    told += [f"Note: {note}" for note in intake.notes]
    return "\n".join(printable(line) for line in told)


def as_json(intake: Intake) -> dict[str, object]:
    """The outcome as plain values; `errors` and `warnings` count also what is not listed in `problems`."""
    return {
        "ok": intake.errors == 0,
        "patients": None if intake.cohort is None else len(intake.cohort),
        "errors": intake.errors,
        "warnings": intake.warnings,
        "lines": None if intake.lines is None else asdict(intake.lines),
        "facts": dict(intake.facts),
        "ledger": None if intake.ledger is None else intake.ledger.as_json(),
        "shapes": [{name: getattr(shape, name) for name in SHAPE_NAMES} for shape in intake.shapes],
        "problems": [{name: getattr(problem, name) for name in PROBLEM_COLUMNS} for problem in intake.problems],
        "notes": list(intake.notes),
    }


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
