"""Random streams and the few draws that several parts of the simulation share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

STAGES = ("baseline", "phase", "ivig", "infection", "lab", "therapy", "igg", "dose")


@dataclass(frozen=True)
class Streams:
    """The random streams of one batch of candidates: one per stage.

    Every stage has its own, so that a change to, say, the labs of a later version leaves the infections as they are,
    and every block, arm and batch has its own, so that a patient does not depend on how many are drawn.
    """

    seed: int
    block: int
    arm: int = 0
    batch: int = 0

    def of(self, stage: str) -> np.random.Generator:
        """A new generator at the beginning of the stream of `stage`."""
        where = (self.arm, self.batch) if self.arm or self.batch else ()
        key = np.random.SeedSequence(entropy=self.seed, spawn_key=(self.block, STAGES.index(stage), *where))
        return np.random.Generator(np.random.PCG64(key))


def choose(rng: np.random.Generator, shares: Mapping[str, float], size: int) -> np.ndarray:
    """`size` labels drawn with the given relative weights (object array of str)."""
    labels = np.array(list(shares), dtype=object)
    edges = np.cumsum(np.array(list(shares.values()), dtype=float))
    return labels[np.searchsorted(edges / edges[-1], rng.random(size), side="right").clip(max=len(labels) - 1)]


def whole_days(rng: np.random.Generator, bounds: tuple[int, int], size: int | tuple[int, int]) -> np.ndarray:
    """Whole numbers from `bounds[0]` to `bounds[1]`, both possible (int64)."""
    return rng.integers(bounds[0], bounds[1], size=size, endpoint=True, dtype=np.int64)


def yes_no(flag: np.ndarray) -> np.ndarray:
    """True as `yes`, False as `no` (object array of str)."""
    return np.where(flag, "yes", "no").astype(object)


def blank(rng: np.random.Generator, values: np.ndarray, share: float) -> np.ndarray:
    """`values` with the proportion `share` missing at random: NaN in numbers, the empty string in text."""
    empty = "" if values.dtype == object else np.nan
    out = values.copy() if values.dtype == object else values.astype(float)
    out[rng.random(len(values)) < share] = empty
    return out
