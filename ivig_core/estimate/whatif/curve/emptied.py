"""Levels without infections left out of many models at once, where that leaves the comparison on against off IVIG."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ivig_core.estimate.contrast import NULL
from ivig_core.estimate.whatif.curve.problems import Problems

ROUNDS = 50
"""More than there are levels: each round leaves out one at least."""


def without_empty(
    problems: Problems, codes: np.ndarray, infections: np.ndarray, levels: list[tuple[int, int]]
) -> tuple[Problems, np.ndarray]:
    """What `contrast.screen` leaves to fit, with one endpoint a definition, and whether IVIG is compared as before.

    `codes` (u, factors): level of each pattern; `infections` (d, s, u): by cell; `levels`: number of a factor and code,
    the first two being the reference and the days on IVIG. False where one of these two is left out.
    """
    inside = np.stack([codes[:, number] == code for number, code in levels], axis=1)
    has = problems.totals[:, 0] > 0
    kept = (problems.days > 0) & has[..., None]
    factors = np.array([number for number, _ in levels])
    as_before = np.ones(len(kept), bool)
    there = np.einsum("dsu,ul->dsl", infections, inside.astype(float)) > 0
    for _ in range(ROUNDS):
        cells = kept.astype(float) @ inside.astype(float)
        of_all = cells[..., factors == 0].sum(-1, keepdims=True)
        both = (cells > 0) & (cells < of_all)
        empty = both.any(1) & ~(both & there).any(1)
        if not empty.any():
            break
        as_before &= ~empty[:, :2].any(1)
        out = (both & empty[:, None]).astype(float) @ inside.T.astype(float) > 0
        kept &= ~out
    left = replace(problems, days=problems.days * kept)
    return left, as_before


def free_terms(problems: Problems) -> Problems:
    """The same models without the terms that no day is left to tell."""
    information = problems.at(np.zeros(problems.free.shape)).information
    alive = np.diagonal(information, axis1=-2, axis2=-1) > NULL
    return replace(problems, free=problems.free & alive)
