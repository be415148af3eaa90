"""`map FILE -o M.json`: what the columns of a file probably mean, with why and how sure, to be read and kept."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ivig_core.cohort.mapping.mapping_json import as_json
from ivig_core.cohort.problems import printable
from ivig_core.commands.options.load import add_reading_options, read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("cohort", metavar="FILE", help="a file of any format that is read")
    parser.add_argument("-o", "--output", required=True, metavar="M.json", help="where the mapping is written")
    add_reading_options(parser)


def run(args: argparse.Namespace) -> int:
    """Write the mapping and say what is open; 2 where the file is refused or names people."""
    intake = read(args, args.cohort)
    if intake.mapping is None:
        for problem in intake.problems:
            print(problem, file=sys.stderr)
        if not intake.errors:
            print("The file is in the shape of this program: it needs no mapping.")
        return 2 if intake.errors else 0
    try:
        Path(args.output).write_text(as_json(intake.mapping), encoding="utf-8")
    except OSError as error:
        print(f"error: {args.output} cannot be written: {error.strerror}.", file=sys.stderr)
        return 2
    for guess in intake.mapping.guesses:
        place = f"{guess.sheet}: " if len(intake.mapping.headers) > 1 else ""
        print(printable(f"{place}{guess.column} → {guess.means} ({guess.sure}: {guess.why})"))
    for sheet in intake.mapping.sheets:
        if sheet.ignored:
            print(printable(f"Not used: {', '.join(sheet.ignored)}"))
    for question in intake.mapping.questions:
        print(printable(f"Open: {question.column or 'the file'}: {question.message} {question.remedy}"))
    print(f"Wrote {args.output}")
    return 0
