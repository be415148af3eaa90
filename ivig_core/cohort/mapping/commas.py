"""Whether numbers of a sheet are written with decimal commas: what the numbers themselves tell."""

from __future__ import annotations

import re

import numpy as np

from ivig_core.cohort.formats.grid import Grid
from ivig_core.cohort.reading.raw import RawColumn

_COMMA_DECIMALS = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})")
_POINT_DECIMALS = re.compile(r"[+-]?\d*\.(\d{1,2}|\d{4,})")


def decimal_comma(grid: Grid, data: np.ndarray) -> bool | None:
    """Whether numbers of a sheet are written with decimal commas; None where no number tells."""
    comma = point = False
    for column in grid.columns:
        used = np.zeros(len(column.texts), bool)
        used[column.codes[data]] = True
        for code in np.flatnonzero(used).tolist():
            text = column.texts[code].strip().lstrip("<>≤≥ ")
            comma = comma or bool(_COMMA_DECIMALS.fullmatch(text))
            point = point or bool(_POINT_DECIMALS.fullmatch(text))
    if comma == point:
        return None
    return comma


def column_comma(column: RawColumn, sheet: bool | None) -> bool | None:
    """Whether one column has decimal commas: its own numbers tell, else those of the sheet."""
    texts = [text.lstrip("<>≤≥ ") for text in column.stripped]
    comma, point = (any(map(pattern.fullmatch, texts)) for pattern in (_COMMA_DECIMALS, _POINT_DECIMALS))
    return sheet if comma == point else comma
