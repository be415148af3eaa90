"""Tables on paper: on the screen they are drawn on a canvas, of which a printer gets only what is in sight."""

from __future__ import annotations

from collections import deque
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from ivig_core.figures.words import ABSENT
from pages.shell import say, session

NO_WIDTH = "\u2060"
MOST, KEPT = 60, 4
"""Rows that are printed (whoever needs more has the file), and tables of one place whose texts are kept."""


class Printed:
    """A table as texts, for the latest rows that it had: it is drawn again far more often than it changes, and to make
    texts of it took a sixth of a page."""

    def __init__(self) -> None:
        self._known: deque[tuple[pd.DataFrame, say.Texts]] = deque(maxlen=KEPT)

    def of(self, rows: pd.DataFrame) -> say.Texts:
        """What is printed of these rows."""
        for before, texts in self._known:
            if rows.equals(before):
                return texts
        texts = say.texts(_plain(rows), pa.table)
        self._known.appendleft((rows, texts))
        return texts


def grid(shown: pd.DataFrame, key: str, **options: Any) -> None:
    """`st.dataframe` with its `options`, and beside it, for a printer alone, the same rows as a plain table."""
    st.dataframe(shown, hide_index=True, key=key, **options)
    with st.container(key=f"on_paper_{key}"):
        printed = shown.head(MOST)
        say.table(session.once("printed", key, make=Printed).of(printed))
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
