"""`curve`: the rate ratio on IVIG under every reasonable combination of definitions, as a table or as a JSON list."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from ivig_core.commands.options.load import add_reading_options, load
from ivig_core.commands.options.settings import add_settings_options, read_spec
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis_json import records
from ivig_core.study.study import Study
from ivig_core.study.whatif.curve.choices import Choices
from ivig_core.study.whatif.curve.curve import NUMBERS, Curve, curve
from ivig_core.study.whatif.curve.sentences import left_out

RESULT = ("status", *NUMBERS, "note")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("cohort", metavar="COHORT", help="cohort file")
    add_settings_options(parser)
    parser.add_argument("--every-set", action="store_true", help="every set of adjusters, not only none, each and all")
    add_reading_options(parser)
    parser.add_argument("--json", action="store_true", help="a JSON list on standard output, one row a combination")


def run(args: argparse.Namespace) -> int:
    """0 done, 2 where the file or the settings are at fault; remarks go to standard error."""
    spec = read_spec(args.spec, args.set)
    intake = load(args, args.cohort)
    if intake.cohort is None:
        return 2
    made = curve(Study(intake.cohort), spec, Choices(every_set=args.every_set))
    if args.json:
        print(json.dumps(as_json(made, spec), allow_nan=False))
    else:
        print(made.table.to_string(index=False, float_format=lambda value: f"{value:.4g}", na_rep=""))
    for remark in (*intake.remarks, *left_out(made, spec)):
        print(f"Note: {remark}", file=sys.stderr)
    return 0


def as_json(made: Curve, spec: AnalysisSpec) -> list[dict[str, Any]]:
    """Strict JSON types, one row a combination: its complete `spec`, then status, ratio, limits, p and note."""
    shared = spec.change(window_cuts=()).to_dict()
    rows = records(made.table[list(RESULT)])
    return [{"spec": {**shared, **_listed(made.settings(number))}, **row} for number, row in enumerate(rows)]


def _listed(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
