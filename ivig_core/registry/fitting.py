"""The case series of a registry: in memory where its cells are few, else by queries."""

from __future__ import annotations

from collections.abc import Sequence

from ivig_core.estimate.fit import ratio_rows
from ivig_core.estimate.result import RatioRow
from ivig_core.registry.engine import Engine
from ivig_core.registry.series import Model, in_memory, size_of
from ivig_core.registry.table import Table


def fitted_rows(engine: Engine, parts: Sequence[Table], model: Model, ci_method: str, budget: int) -> list[RatioRow]:
    """One row per term of the model from its cells (`series.of_model`), one table a group of patients."""
    size = size_of(engine, parts, model)
    rows = ratio_rows(in_memory(engine, parts, model, size.alone), "sccs", ci_method)
    return [size.counted(row) for row in rows]
