"""`published STUDY [COHORT]`: a cohort beside the published numbers of a study, as Markdown or as one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ivig_core.commands.options.load import add_reading_options, load
from ivig_core.errors import SpecError
from ivig_core.evidence.compare import as_json, compare
from ivig_core.evidence.comparisons import BY_STUDY
from ivig_core.evidence.text import markdown, replace_block
from ivig_core.samples import sample_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("study", metavar="STUDY", choices=list(BY_STUDY), help=f"one of {', '.join(BY_STUDY)}")
    parser.add_argument("cohort", metavar="COHORT", nargs="?", help="cohort file (default: the sample of that name)")
    add_reading_options(parser)
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="one JSON object on standard output")
    output.add_argument("--write", metavar="FILE.md", help="put the tables between this study's markers in a text file")


def run(args: argparse.Namespace) -> int:
    """0 done, whatever the comparison shows; 2 where a file is at fault."""
    comparison = BY_STUDY[args.study]
    loaded = load(args, args.cohort or str(sample_file(args.study)))
    if loaded.cohort is None:
        return 2
    rows = compare(comparison, loaded.cohort)
    if args.json:
        print(json.dumps(as_json(comparison, loaded.cohort, rows), allow_nan=False))
    elif args.write:
        write(Path(args.write), args.study, markdown(comparison, rows))
        print(f"Wrote {args.write}")
    else:
        print(markdown(comparison, rows))
    for remark in loaded.remarks:
        print(f"Note: {remark}", file=sys.stderr)
    return 0


def write(path: Path, study: str, block: str) -> None:
    """Rewrite the tables of a study in a text; `SpecError` where it cannot be read or written or lacks the markers."""
    try:
        text = path.read_bytes().decode("utf-8")
        path.write_bytes(replace_block(text, study, block).encode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError("--write", str(path), f"a text file that can be read and written ({error})") from error
