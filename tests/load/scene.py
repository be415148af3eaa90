"""Visitors at work at the same time, each a thread, and the servers watched meanwhile."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Thread

from tests.load.server import Server
from tests.load.visitor import Visitor

WINDOWS = range(20, 80)
LIGHT_EVERY = 2.0


@dataclass
class Work:
    """What one visitor does: a new setting every so many seconds, or without pause where that is 0."""

    name: str
    url: str
    every: float
    query: str = ""
    file: bytes | None = None
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    visitor: Visitor | None = None

    def arrive(self) -> None:
        """Open the page, load the file, stand on Overview; what follows is timed, this is not."""
        try:
            self.visitor = Visitor(self.url, self.query)
            if self.file is not None:
                self.visitor.upload("cohort.csv", self.file)
                self.visitor.go("")
        except Exception as problem:
            self.errors.append(f"{type(problem).__name__}: {problem}")

    def go_on(self, until: float, number: int) -> None:
        """Settings never seen before, as long as there are any, until the time is over."""
        if self.visitor is None or self.errors:
            return
        shuffled = random.Random(number)
        windows = shuffled.sample(WINDOWS, len(WINDOWS))
        time.sleep(shuffled.random() * self.every)
        try:
            while (began := time.monotonic()) < until:
                self.times.append(self.visitor.set_window(windows[len(self.times) % len(windows)]))
                time.sleep(max(0.0, min(self.every - (time.monotonic() - began), until - time.monotonic())))
        except Exception as problem:
            self.errors.append(f"{type(problem).__name__}: {problem}")


@dataclass(frozen=True)
class Watched:
    """All servers together at one moment: seconds since the start, processor seconds, memory."""

    seconds: float
    cpu: float
    megabytes: float


def play(works: Sequence[Work], servers: Sequence[Server], seconds: float, look_every: float = 10) -> list[Watched]:
    """Let all arrive one after the other, then all work at once; what the servers took, from the start of the work."""
    for work in works:
        work.arrive()
    start = time.monotonic()
    threads = [
        Thread(target=work.go_on, args=(start + seconds, number), daemon=True) for number, work in enumerate(works)
    ]
    seen = [_watch(servers, start)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        next(thread for thread in threads if thread.is_alive()).join(look_every)
        if time.monotonic() - start - seen[-1].seconds >= look_every:
            seen.append(_watch(servers, start))
    seen.append(_watch(servers, start))
    for work in works:
        if work.visitor is not None:
            work.visitor.close()
    return seen


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed; NaN of none."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else math.nan


def _watch(servers: Sequence[Server], start: float) -> Watched:
    return Watched(
        time.monotonic() - start,
        sum(server.cpu_seconds() for server in servers),
        sum(server.megabytes() for server in servers),
    )
