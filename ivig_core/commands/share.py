"""`share`: what a hospital tells of its cohort, for a study of several hospitals."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ivig_core.commands.options.hospital_files import bytes_of, write
from ivig_core.commands.options.load import add_reading_options, load
from ivig_core.commands.options.settings import add_settings_options, read_spec
from ivig_core.disclosure.rule import LARGEST_THRESHOLD, Rule
from ivig_core.errors import SpecError
from ivig_core.hospitals.agree import check_asked
from ivig_core.hospitals.answer import answered
from ivig_core.hospitals.request_read import read_request
from ivig_core.hospitals.round_json import round_json
from ivig_core.hospitals.site_json import site_json
from ivig_core.hospitals.summarise import summarise
from ivig_core.study.study import Study

THRESHOLD = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cohort", metavar="COHORT", help="cohort file")
    parser.add_argument("-o", "--output", required=True, metavar="SITE.json", help="the file to write")
    parser.add_argument("--name", metavar="TEXT", help="what the hospital is called in the study (default: the name "
                        "of the output)")  # fmt: skip
    parser.add_argument("--at", metavar="POOL.json", help="answer a round of a model with adjusters, as `pool -o` "
                        "asks; its settings hold")  # fmt: skip
    parser.add_argument("--threshold", type=int, default=THRESHOLD, metavar="N",
                        help=f"the smallest count that is told (default {THRESHOLD})")  # fmt: skip
    add_settings_options(parser)
    add_reading_options(parser)


def run(args: argparse.Namespace) -> int:
    """0 done, 2 where the file or the settings are at fault; every problem goes to standard error."""
    spec, rule = read_spec(args.spec, args.set), rule_of(args.threshold)
    request = read_request(bytes_of(args.at), args.at) if args.at else None
    if request is not None and (args.spec or args.set):
        check_asked(spec, request)
    name = site_name(args.name if args.name is not None else Path(args.output).stem)
    intake = load(args, args.cohort)
    if intake.cohort is None:
        return 2
    study = Study(intake.cohort)
    if request is None:
        site = summarise(study, spec, rule, name)
        told, remarks = site_json(site), site.remarks
    else:
        answer = answered(study, request, rule, name)
        told, remarks = round_json(answer), answer.remarks
    write(told, args.output)
    for remark in (f"{args.output}: what {name} shares; read it before you send it", *remarks):
        print(remark, file=sys.stderr)
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
