"""Tables on paper: on the screen they are drawn on a canvas, of which a printer gets only what is in sight."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from ivig_core.figures.words import ABSENT
from pages.shell import say

NO_WIDTH = "\u2060"
MOST = 60
"""Rows that are printed; whoever needs more of them has the file."""


def grid(shown: pd.DataFrame, key: str, **options: Any) -> None:
    """`st.dataframe` with its `options`, and beside it, for a printer alone, the same rows as a plain table."""
    st.dataframe(shown, hide_index=True, key=key, **options)
    with st.container(key=f"on_paper_{key}"):
        say.table(_plain(shown.head(MOST)))
        if len(shown) > MOST:
            say.small(f"The first {MOST} of {len(shown):,} rows; the CSV file has all of them.")


def _plain(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Every cell as text, by column."""
    return {head: [*map(_text, rows.iloc[:, at].tolist())] for at, head in enumerate(_heads(rows))}


def _heads(rows: pd.DataFrame) -> list[str]:
    """Names of columns, still apart where they were told from each other by white space alone."""
    heads: list[str] = []
    for name in rows.columns:
        head = " ".join(str(name).split())
        heads.append(head if head not in heads else head + NO_WIDTH * len(heads))
    return heads


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if pd.isna(value):
        return ABSENT
    if isinstance(value, float):
        return f"{value:g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
