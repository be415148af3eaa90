"""`share`: what a hospital tells of its cohort, for a study of several hospitals."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ivig_core.commands.options.load import add_reading_options, load
from ivig_core.commands.options.settings import add_settings_options, read_spec
from ivig_core.disclosure.rule import LARGEST_THRESHOLD, Rule
from ivig_core.errors import SpecError
from ivig_core.hospitals.site_json import site_json
from ivig_core.hospitals.summarise import summarise
from ivig_core.study.study import Study

THRESHOLD = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cohort", metavar="COHORT", help="cohort file")
    parser.add_argument("-o", "--output", required=True, metavar="SITE.json", help="the file to write")
    parser.add_argument("--name", metavar="TEXT", help="what the hospital is called in the study (the output's name)")
    parser.add_argument("--threshold", type=int, default=THRESHOLD, metavar="N",
                        help=f"the smallest count that is told (default {THRESHOLD})")  # fmt: skip
    add_settings_options(parser)
    add_reading_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 done, 2 where the file or the settings are at fault; every problem goes to standard error."""
    spec, rule = read_spec(args.spec, args.set), rule_of(args.threshold)
    name = site_name(args.name if args.name is not None else Path(args.output).stem)
    intake = load(args, args.cohort)
    if intake.cohort is None:
        return 2
    site = summarise(Study(intake.cohort), spec, rule, name)
    text = json.dumps(site_json(site), allow_nan=False, ensure_ascii=False, indent=1)
    Path(args.output).write_text(text, encoding="utf-8")
    print(f"{args.output}: what {name} shares", file=sys.stderr)
    return 0


def rule_of(threshold: int) -> Rule:
    """The rule of which `threshold` is the smallest count that is told."""
    if not 2 <= threshold <= LARGEST_THRESHOLD + 1:
        raise SpecError("--threshold", threshold, f"a whole number from 2 to {LARGEST_THRESHOLD + 1}")
    return Rule(threshold - 1)


def site_name(name: str) -> str:
    """The name as it stands in the file."""
    name = name.strip()
    if not 0 < len(name) <= 80 or not name.isprintable():
        raise SpecError("--name", name, "1 to 80 printable characters")
    return name
