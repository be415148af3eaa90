"""Part e: reading and checking a whole cohort file against pandas reading the same file without any check."""

from __future__ import annotations

import warnings
from functools import partial
from pathlib import Path

import pandas as pd

from bench.clock import medians
from bench.core import cohort_file, read
from bench.line import Line, Target, longer

PATIENTS = 100_000
RUNS = 5
TARGET = Target(3)


def measure(folder: Path) -> list[Line]:
    """`read_cohort` with every check, against `pandas.read_csv` with default arguments."""
    path = cohort_file(folder, PATIENTS)
    passed = medians({"ours": partial(read, path), "pandas": partial(read_with_pandas, path)}, RUNS)
    what = f"read and check a file of {PATIENTS:,} patients"
    return [longer("e", what, passed["ours"], passed["pandas"], "pandas.read_csv", TARGET)]


def read_with_pandas(path: Path) -> pd.DataFrame:
    """The table of a file, as a user without this project reads it."""
    with warnings.catch_warnings():
        # Columns that are empty over thousands of rows make it warn of mixed types.
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        return pd.read_csv(path)
