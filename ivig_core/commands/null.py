"""`null`: where cohorts like this one land if IVIG does nothing, and the calibrated ratio."""

from __future__ import annotations

import argparse
import json
import math
from typing import Any

from ivig_core.commands.options.load import add_reading_options, load
from ivig_core.commands.options.settings import add_settings_options, read_spec
from ivig_core.numbers import OK, interval, ratio
from ivig_core.study.study import Study
from ivig_core.study.whatif.null import IfNothing, if_nothing

FIELDS = (
    "observed", "null_median", "null_low", "null_high", "calibrated_irr", "ci_low", "ci_high", "p_value", "simulations",
    "status", "note",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cohort", metavar="COHORT", help="cohort file")
    add_settings_options(parser)
    add_reading_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 done, also where there is no number but a reason; 2 where the file or the settings are at fault."""
    spec = read_spec(args.spec, args.set)
    intake = load(args, args.cohort)
    if intake.cohort is None:
        return 2
    found = if_nothing(Study(intake.cohort), spec)
    print(json.dumps(to_json(found), allow_nan=False) if args.json else text(found))
    return 0


def to_json(found: IfNothing) -> dict[str, Any]:
    """The fields of `FIELDS`; a number that does not exist is None."""
    return {name: _or_none(getattr(found, name)) for name in FIELDS}


def text(found: IfNothing) -> str:
    """The same for a terminal."""
    if found.status != OK:
        return f"No calibrated ratio ({found.status}): {found.note}"
    return "\n".join(
        [
            f"Rate ratio as analysed   {ratio(found.observed)} {interval(found.observed_low, found.observed_high)}",
            f"If IVIG did nothing      {ratio(found.null_median)} {interval(found.null_low, found.null_high)}, "
            f"{found.simulations} simulated cohorts",
            f"Calibrated rate ratio    {ratio(found.calibrated_irr)} {interval(found.ci_low, found.ci_high)}, "
            f"{found.p_words}",
            f"Note: {found.note}",
        ]
    )


def _or_none(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
