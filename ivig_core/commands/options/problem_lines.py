"""The problems of a file as lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivig_core.cohort.intake import Intake
from ivig_core.cohort.problems import group_of, printable


def problem_lines(intake: Intake, *, every: bool) -> list[str]:
    """The problems, one line per kind and column, or one per problem; errors first."""
    if every:
        return [str(problem) for problem in intake.problems]
    # A problem of no column has none, whatever a frame makes of that.
    groups = intake.groups().astype({"column": object}).replace({float("nan"): None}).to_dict("records")
    alone = {group_of(problem): problem for problem in intake.problems}
    return [
        str(alone[group["severity"], group["kind"], group["column"]]) if group["count"] == 1 else _grouped(group)
        for group in groups
    ]


def _grouped(group: Mapping[str, Any]) -> str:
    places = [group["rows"], f"column {group['column']}" if group["column"] else ""]
    places += [f"values {group['values']}" if group["values"] else ""]
    where = ", ".join(filter(None, places))
    number = f"{group['count']:,} {group['severity']}s"
    return printable(f"{number}{f' ({where})' if where else ''}: {group['message']} {group['remedy']}".rstrip())
