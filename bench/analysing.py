"""Part b: person-time and rate ratios of a cohort in memory against pandas reading its file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bench.clock import medians, say
from bench.core import CRUDE, FULL, cohort_file, person_time_and_sccs, read
from bench.line import Line, Target, longer
from bench.reading import read_with_pandas

PATIENTS = 100_000
RUNS = 7
CRUDE_TARGET, FULL_TARGET = Target(1), Target(8)


def measure(folder: Path) -> list[Line]:
    """Crude and fully adjusted analysis, each with its own person-time, against `pandas.read_csv`."""
    path = cohort_file(folder, PATIENTS)
    say("  reading the cohort")
    cohort = read(path)
    passed = medians(
        {
            "pandas": partial(read_with_pandas, path),
            "crude": partial(person_time_and_sccs, cohort, CRUDE),
            "full": partial(person_time_and_sccs, cohort, FULL),
        },
        RUNS,
    )
    head = f"person-time and rate ratios of {PATIENTS:,} patients"
    return [
        longer("b", f"{head}, crude", passed["crude"], passed["pandas"], "pandas.read_csv", CRUDE_TARGET),
        longer("b", f"{head}, full model", passed["full"], passed["pandas"], "pandas.read_csv", FULL_TARGET),
    ]
