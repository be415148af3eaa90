"""The likelihood of the case series from cells in memory, a group of patients after another, with nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ivig_core.estimate.likelihood import ConditionalPoisson, Derivatives, summed
from ivig_core.registry.engine import Engine
from ivig_core.registry.fit.by_query import Place, QueryLikelihood
from ivig_core.registry.table import Table

MORE = 8
"""So many times the cells that a fit of `analyze` has room for have room here: 8 + 8 + 4 + p bytes each for p terms."""


@dataclass(frozen=True)
class BlocksLikelihood:
    """What `QueryLikelihood` is of the same cells, which are read once instead of at every step.

    `blocks`: the likelihood of a group of patients each; they add up. `query`: whose cells they are.
    """

    blocks: tuple[ConditionalPoisson, ...]
    query: QueryLikelihood

    def at(self, beta: np.ndarray) -> Derivatives:
        """Value, score (p,) and information (p, p) at β."""
        return summed(self.blocks, beta)

    def meat(self, beta: np.ndarray) -> np.ndarray:
        """Σ over patients of the products of their scores (p, p), for the sandwich by patient."""
        found = np.zeros((len(beta), len(beta)))
        for block in self.blocks:
            if len(block.stratum):
                score = np.add.reduceat(block.scores(beta), block.starts, axis=0)
                found += score.T @ score
        return found

    def reach(self, step: np.ndarray) -> float:
        """How far apart a step of β moves the linear predictors of two cells at most."""
        return self.query.reach(step)

    def fix(self, column: int, value: float) -> BlocksLikelihood:
        """The likelihood of the other coefficients with one held at `value`."""
        blocks = tuple(block.fix(column, value) for block in self.blocks)
        return BlocksLikelihood(blocks, self.query.fix(column, value))


def in_blocks(query: QueryLikelihood) -> BlocksLikelihood:
    """The same likelihood with its cells in memory."""
    return BlocksLikelihood(tuple(_block(query.engine, part, query.places) for part in query.parts), query)


def _block(engine: Engine, part: Table, places: Sequence[Place]) -> ConditionalPoisson:
    names = list(dict.fromkeys(name for name, _ in places))
    rows = engine.rows(part.select("id", "days", "infections", *names))
    patient = rows.column("id").combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    order = np.argsort(patient, kind="stable")
    X = np.empty((len(order), len(places)), np.int8)
    for at, (name, code) in enumerate(places):
        X[:, at] = (rows.column(name).to_numpy() == code)[order]
    days, infections = (rows.column(name).to_numpy().astype(float)[order] for name in ("days", "infections"))
    return ConditionalPoisson(patient[order].astype(np.int32), np.log(days), infections, X)
