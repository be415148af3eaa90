"""A function in an interpreter of its own: nothing that ran before is in its memory or its caches."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class KilledError(Exception):
    """The interpreter was ended from outside, as an operating system without memory does."""


def fresh(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
    """The result of `work`, a function of a module, run in a new interpreter. `KilledError` where that was killed."""
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(work, *arguments, **options).result()
    except BrokenProcessPool as broken:
        raise KilledError(f"{work.__name__} was killed") from broken


def peak_bytes() -> int:
    """The most memory that this process ever held.

    A process inherits the peak of the one that starts it, so that one has to be small.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
