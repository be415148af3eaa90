"""A figure with its table beside it, a table alone, and the download of either."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ivig_core.export import safe_csv
from ivig_core.figures.theme import alt_text, config, stamp
from pages.components import say, session
from pages.components.escape import escape_markdown


def figure(drawn: go.Figure, key: str) -> None:
    """A figure as its author drew it, with its text alternative."""
    held = session.current()
    if held is not None and held.cohort.synthetic:
        drawn = stamp(drawn)
    st.plotly_chart(drawn, key=key, theme=None, config=config(drawn), alt=alt_text(drawn) or None)


def figure_and_table(key: str, draw: Callable[[], go.Figure], shown: pd.DataFrame, full: pd.DataFrame) -> None:
    """Figure and table in two tabs; `shown` is the table in words, `full` what is downloaded."""
    one, two = st.tabs(["Figure", "Table"])
    with one:
        figure(draw(), key)
    with two:
        table(key, shown, full)


def table(key: str, shown: pd.DataFrame, full: pd.DataFrame | None = None, height: int | str = "content") -> None:
    """A table in words, with the numbers in full as a download."""
    if shown.empty:
        say.small("There is nothing to list.")
        return
    st.dataframe(shown, hide_index=True, height=height, key=f"table_{key}")
    download(key, shown if full is None else full)


def download(key: str, frame: pd.DataFrame, label: str = "Download CSV", file_name: str | None = None) -> None:
    """A CSV in which no cell runs as a formula."""
    st.download_button(
        escape_markdown(label),
        data=lambda: safe_csv(frame),
        file_name=file_name or f"{key}.csv",
        mime="text/csv",
        key=f"download_{key}",
        on_click="ignore",
        icon=":material/download:",
    )


def remarks(names: Sequence[str], notes: Sequence[str]) -> None:
    """Remarks on rows of a table, each said once with the rows that it is about."""
    for text in dict.fromkeys(note for note in notes if note):
        about = [name for name, note in zip(names, notes, strict=True) if note == text]
        say.small(say.as_sentence(f"{', '.join(about)}: {text}"))


def sentences(notes: tuple[str, ...] | list[str]) -> None:
    """Remarks in small print; what biases a comparison stands out."""
    for text in notes:
        if text.startswith("Immortal time"):
            say.warning(text)
        else:
            say.small(text)
