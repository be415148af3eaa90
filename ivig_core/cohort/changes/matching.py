"""Which rows of two tables are the same, which pair as one that was changed, and which stand alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

DECIMALS = 6
"""Numbers that agree to so many decimals are the same: a value in g/L and the same in mg/dL differ in the last bits."""


class Match(NamedTuple):
    """Rows by number. `removed` of the earlier table, `added` of the later one, `was` and `now` pair by pair."""

    removed: np.ndarray
    added: np.ndarray
    was: np.ndarray
    now: np.ndarray


def match(before: pd.DataFrame, after: pd.DataFrame, place: Sequence[str]) -> Match:
    """Compare two tables with the same columns, in time linear in their rows.

    Rows equal in every column are the same fact, as often as both tables have them. Of the others, those that are
    alone in both tables with their values of `place` are one fact that was changed. Whatever is left was removed or
    added.
    """
    first = len(before)
    late = np.arange(first + len(after)) >= first
    columns = {name: stacked(before[name], after[name]) for name in before.columns}
    at = codes([columns[name] for name in place], len(late))
    content = codes([at, *(columns[name] for name in columns if name not in place)], len(late))
    each = pd.Series(content * 2 + late)
    nth = each.groupby(each, sort=False).cumcount().to_numpy()
    both = np.minimum(_counts(content, ~late), _counts(content, late))
    left = nth >= both[content]
    alone = (_counts(at, left & ~late) == 1) & (_counts(at, left & late) == 1)
    paired = left & alone[at]
    was, now = np.flatnonzero(paired & ~late), np.flatnonzero(paired & late)
    was, now = was[np.argsort(at[was])], now[np.argsort(at[now])]
    rest = left & ~paired
    return Match(np.flatnonzero(rest & ~late), np.flatnonzero(rest & late) - first, was, now - first)


def stacked(before: pd.Series, after: pd.Series) -> np.ndarray:
    """The values of both as whole numbers that are equal where the values are; missing ones equal one another."""
    if pd.api.types.is_numeric_dtype(before) and pd.api.types.is_numeric_dtype(after):
        numbers = np.concatenate([part.to_numpy(float, na_value=np.nan) for part in (before, after)])
        return pd.factorize(np.round(numbers, DECIMALS) + 0.0)[0]
    texts = [part.astype("str").where(part.notna(), None).to_numpy(object) for part in (before, after)]
    return pd.factorize(np.concatenate(texts))[0]


def codes(columns: Sequence[np.ndarray], rows: int) -> np.ndarray:
    """One whole number a row, from 0 on without a gap, equal where all columns are (−1 stands for missing)."""
    code = np.zeros(rows, np.int64)
    for column in columns:
        values = column.astype(np.int64) + 1
        code = pd.factorize(code * (values.max(initial=0) + 1) + values)[0].astype(np.int64)
    return code


def _counts(code: np.ndarray, of: np.ndarray) -> np.ndarray:
    return np.bincount(code[of], minlength=int(code.max(initial=-1)) + 1)
