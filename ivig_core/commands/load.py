"""Read a cohort file for a command: problems to standard error, what was done about warnings as remarks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.intake import Intake
from ivig_core.cohort.read import COMMAND_LIMITS, read_cohort


class Loaded(NamedTuple):
    """The cohort (None if the file has errors) and one sentence per kind of warning."""

    cohort: Cohort | None
    remarks: tuple[str, ...]


def load(path: str, drop: Sequence[str] = ()) -> Loaded:
    """Read `path` without the columns in `drop`; every error is printed to standard error."""
    intake = read_cohort(path, COMMAND_LIMITS, drop=drop)
    if intake.cohort is None:
        for problem in intake.problems:
            print(problem, file=sys.stderr)
    return Loaded(intake.cohort, remarks(intake))


def remarks(intake: Intake) -> tuple[str, ...]:
    """Notes on the reading, then one sentence per kind of warning with its number and first row."""
    groups = intake.groups()
    warnings = groups[groups["severity"] == "warning"]
    said = [
        f"{row.count} × {row.message} {row.remedy}" if row.count > 1 else f"{row.message} {row.remedy}"
        for row in warnings.itertuples(index=False)
    ]
    return (*intake.notes, *said)
