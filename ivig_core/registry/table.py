"""Small parts of expressions that every engine compiles alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from ivig_core.lazy import library

ibis = library("ibis")

Table = Any
"""A table expression of ibis, which is loaded only when a registry is asked for."""
Value = Any
"""An expression of one column."""


def whole(value: Value) -> Value:
    """A sum of whole numbers of one patient in 8 bytes: engines give sums types of their own, which files keep."""
    return value.cast("int32").cast("int64")


def flag(condition: Value) -> Value:
    """1 where a condition holds, else 0, also where it is not known."""
    return ibis.ifelse(condition, 1, 0).cast("int32")


def stacked(tables: Sequence[Table]) -> Table:
    """All rows of tables with the same columns."""
    return reduce(lambda one, other: one.union(other), tables)
