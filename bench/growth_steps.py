"""The steps of part c, each run in an interpreter of its own, with the time and the memory that it took."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.core import CRUDE, SMALLER_PRESET, person_time_and_sccs, read, simulate_file
from bench.fresh import peak_bytes

LEAST = 1_000_000
"""Bytes below which memory cannot be told from chance."""
SAMPLE = Path(__file__).resolve().parents[1] / "sample_data" / "known_truth.csv"


class Cost(NamedTuple):
    """Wall time, and peak memory above what the interpreter held with everything imported."""

    seconds: float
    bytes: int


def simulate(path: Path, patients: int) -> Cost:
    """Simulate to a file."""
    return _cost(lambda: simulate_file(path, patients, SMALLER_PRESET))


def read_and_check(path: Path, kept: Path) -> Cost:
    """Read and check the file; the cohort is kept for the next step, which is not part of the cost."""
    read(SAMPLE)
    result = []
    cost = _cost(lambda: result.append(read(path)))
    with kept.open("wb") as file:
        pickle.dump(result[0], file, protocol=5)
    return cost


def analyse(kept: Path) -> Cost:
    """Person-time and crude rate ratios. The memory includes the cohort itself, the time not that of loading it."""
    person_time_and_sccs(read(SAMPLE), CRUDE)
    before = peak_bytes()
    with kept.open("rb") as file:
        cohort = pickle.load(file)
    passed = _cost(lambda: person_time_and_sccs(cohort, CRUDE)).seconds
    return Cost(passed, max(peak_bytes() - before, LEAST))


def _cost(work: Callable[[], object]) -> Cost:
    before, start = peak_bytes(), time.perf_counter()
    work()
    passed = time.perf_counter() - start
    return Cost(passed, max(peak_bytes() - before, LEAST))
