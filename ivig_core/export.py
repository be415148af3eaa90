"""Tables for other programs: no cell runs as a formula in a spreadsheet."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ivig_core.numbers import Withheld

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def written(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy with the words of what is withheld, which pandas would write as a missing number."""
    return frame.map(_words)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts, with the words of what is withheld, which pandas' own would make plain missing numbers of."""
    columns = [frame[name].tolist() for name in frame.columns]
    return [dict(zip(map(str, frame.columns), row, strict=True)) for row in zip(*columns, strict=True)]


def _words(value: object) -> object:
    return str(value) if isinstance(value, Withheld) else value


def safe_cell(value: object) -> object:
    """A text that a spreadsheet could run gets an apostrophe in front, what is withheld is in words; everything else
    comes back as it is."""
    value = _words(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy whose headers and text cells are safe to open in a spreadsheet; numbers stay numbers."""
    safe = frame.copy()
    for position, dtype in enumerate(frame.dtypes):
        if pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype):
            continue
        column = frame.iloc[:, position].astype(object)
        safe.isetitem(position, column.map(safe_cell))
    safe.columns = [safe_cell(name) for name in frame.columns]
    return safe


def safe_csv(frame: pd.DataFrame) -> bytes:
    """A frame as CSV for download, without its index; the mark in front lets Excel read it as UTF-8."""
    return safe_frame(frame).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
