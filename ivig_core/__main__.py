"""The command line: `ivig <command>`, or `python -m ivig_core <command>`. A command imports only what it needs."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence

import ivig_core.one_thread  # noqa: F401 - before numpy
from ivig_core import __version__
from ivig_core.errors import CohortError, HospitalError, SpecError, SpecListError

COMMANDS = {
    "validate": "every problem of a cohort file",
    "map": "what the columns of any file mean, to be read and kept",
    "convert": "any file to the cohort file of this program",
    "deidentify": "a copy with new ids and study days",
    "analyze": "all tables of an analysis",
    "curve": "the rate ratio under every reasonable combination of definitions",
    "report": "slides, a page or a document of an analysis",
    "power": "patients and infections that a study needs",
    "strategy": "expected infections and IVIG under ways to give IVIG",
    "share": "what a hospital tells of its cohort, for a study of several hospitals",
    "pool": "one ratio from the files of several hospitals",
    "null": "where cohorts like this one land if IVIG does nothing",
    "template": "an empty cohort file with its data dictionary",
    "simulate": "a synthetic cohort with known truth",
    "published": "a cohort beside the published numbers of a study",
    "app": "the dashboard in the browser",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status: 0 done, 2 the input or the settings are at fault."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="ivig", description=__doc__)
    parser.add_argument("--version", action="version", version=f"ivig-infections {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    chosen = next((word for word in arguments if word in COMMANDS), None)
    for name, help_line in COMMANDS.items():
        command = commands.add_parser(name, help=help_line, description=help_line)
        if name == chosen:
            module = importlib.import_module(f"ivig_core.commands.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    args = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show ≥ or – gets an escape, not a defect.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return args.run(args)
    except (CohortError, HospitalError, SpecError, SpecListError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of a pipe (head, less) went away: not an error, and nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
