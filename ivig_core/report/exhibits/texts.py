"""A table as it is read: every cell is text."""

from __future__ import annotations

from numbers import Real
from typing import cast

import pandas as pd

from ivig_core.figures.words import ABSENT, count, is_number

ONE_DECIMAL = "years"
"""What the name of a column has in it whose numbers are no counts."""


def as_texts(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with its counts written out, thousands apart; a cell without a value has the sign for none."""
    return pd.DataFrame({name: [_cell(value, str(name)) for value in table[name].tolist()] for name in table})


def _cell(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    if ONE_DECIMAL in name.lower():
        return f"{value:,.1f}" if is_number(value) else ABSENT
    # A withheld count has words of its own.
    return count(cast(float, value)) if isinstance(value, Real) else ABSENT
