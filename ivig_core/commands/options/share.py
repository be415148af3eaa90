"""The options of share mode: the same for every command that prints or writes results."""

from __future__ import annotations

import argparse

from ivig_core.disclosure.rule import Rule
from ivig_core.errors import SpecError

DEFAULT = Rule()


def add_share_options(parser: argparse.ArgumentParser) -> None:
    """`--share` with its threshold and rounding."""
    parser.add_argument("--share", action="store_true", help="hide small numbers, for what leaves the hospital")
    parser.add_argument("--share-threshold", type=int, metavar="N", help=f"counts up to N are withheld (default "
                        f"{DEFAULT.threshold})")  # fmt: skip
    parser.add_argument("--share-rounding", type=int, metavar="N", help=f"other counts are rounded to N (default "
                        f"{DEFAULT.rounding})")  # fmt: skip


def share_rule(args: argparse.Namespace) -> Rule | None:
    """The rule asked for, None without `--share`; `SpecError` for one that is not allowed, or given without it."""
    given = {"threshold": args.share_threshold, "rounding": args.share_rounding}
    chosen = {name: value for name, value in given.items() if value is not None}
    if chosen and not args.share:
        name, value = next(iter(chosen.items()))
        raise SpecError(f"--share-{name}", value, "only together with --share")
    return Rule(**chosen) if args.share else None
