"""`validate COHORT`: every problem of a cohort file, with its mend."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from ivig_core.cohort.intake import Intake
from ivig_core.cohort.problems import PROBLEM_COLUMNS, printable
from ivig_core.commands.load import add_reading_options, read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("cohort", metavar="COHORT", help="cohort file (CSV)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    add_reading_options(parser)


def run(args: argparse.Namespace) -> int:
    """Check the file; 0 without errors (warnings allowed), 2 with errors, every problem on standard error."""
    intake = read(args, args.cohort)
    for problem in intake.problems:
        print(problem, file=sys.stderr)
    if args.json:
        print(json.dumps(as_json(intake), allow_nan=False))
    else:
        print(summary(args.cohort, intake))
    return 2 if intake.errors else 0


def summary(name: str, intake: Intake) -> str:
    """What the file is and how many problems it has, and what was done while reading it."""
    counts = f"{_count(intake.errors, 'error')}, {_count(intake.warnings, 'warning')}"
    lines = [f"{name}: {counts}.", *filter(None, [intake.accounted])]
    if intake.cohort is not None:
        cohort = intake.cohort
        facts = f"{_count(len(cohort.infection), 'infection')}, {_count(len(cohort.ivig), 'IVIG row')}"
        lines.append(f"{_count(len(cohort), 'patient')}, {facts}. The file can be analysed.")
    lines += [f"Note: {note}" for note in intake.notes]
    return "\n".join(printable(line) for line in lines)


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
        "problems": [{name: getattr(problem, name) for name in PROBLEM_COLUMNS} for problem in intake.problems],
        "notes": list(intake.notes),
    }


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
