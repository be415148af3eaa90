"""The settings of an analysis on the command line: a file, changes, and what they are called."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ivig_core.errors import SpecError, SpecListError
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.settings_text import MOST_BYTES, Asked, asked_of


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """The settings of an analysis: the same options for every command that makes one."""
    parser.add_argument(
        "--spec", metavar="SPEC.json", help="settings file, as in the spec block of the JSON output, or a protocol"
    )
    parser.add_argument("--set", nargs="+", action="extend", default=[], metavar="key=value", help="change settings")


def read_spec(path: str | None, changes: list[str]) -> AnalysisSpec:
    """The settings that `read_asked` gives, for commands to which a protocol says nothing more."""
    return read_asked(path, changes).spec


def read_asked(path: str | None, changes: list[str]) -> Asked:
    """The settings of a file, or of its protocol, with `key=value` changes; `SpecListError` with every one that is not
    allowed."""
    settings, changed, errors = dict[str, Any](), dict[str, Any](), list[SpecError]()
    try:
        settings = read_settings(path) if path else {}
    except SpecError as error:
        errors.append(error)
    for change in changes:
        name, equals, value = change.partition("=")
        if equals:
            changed[name.strip()] = value
        else:
            errors.append(SpecError("--set", change, "key=value"))
    try:
        found = asked_of(settings, changed)
    except SpecListError as more:
        raise SpecListError([*errors, *more.errors]) from None
    if errors:
        raise SpecListError(errors)
    return found


def read_settings(path: str) -> dict[str, Any]:
    """The settings in a JSON file, as in the `spec` block of the output; `SpecError` for a file that has none."""
    try:
        size = Path(path).stat().st_size
        settings = json.loads(Path(path).read_text(encoding="utf-8")) if size <= MOST_BYTES else None
    except RecursionError:
        raise SpecError("--spec", path, "a JSON object of settings, not lists in lists") from None
    except (OSError, ValueError) as error:
        raise SpecError("--spec", path, f"a readable JSON file ({error})") from error
    if size > MOST_BYTES:
        raise SpecError("--spec", path, f"a file of at most {MOST_BYTES:,} bytes; this one has {size:,}")
    if not isinstance(settings, dict):
        raise SpecError("--spec", path, "a JSON object of settings")
    return settings
