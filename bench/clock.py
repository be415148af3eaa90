"""Times that can be compared: works taken in turn, so that a slow moment of the machine meets all of them."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one run; garbage is collected before it and what it returns is let go after it."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    passed = time.perf_counter() - start
    del result
    return passed


def medians(works: Mapping[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Median wall time of each work over `runs` rounds, in each of which every work runs once, in turn.

    One round before them does not count: it fills caches of the file system and of Python.
    """
    times: dict[str, list[float]] = {name: [] for name in works}
    for number in range(runs + 1):
        say(f"  round {number} of {runs}")
        for name, work in works.items():
            passed = seconds(work)
            if number:
                times[name].append(passed)
    return {name: statistics.median(passed) for name, passed in times.items()}


def say(text: str) -> None:
    """A line of progress."""
    print(text, file=sys.stderr, flush=True)
