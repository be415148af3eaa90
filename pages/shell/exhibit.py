"""A figure, a table, and the download of either."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ivig_core.export import safe_csv
from pages.shell import say, session
from pages.shell.escape import escape_markdown
from pages.shell.paper import grid
from pages.shell.picture import picture
from pages.slides import around
from pages.slides.around import BIAS
from pages.slides.offer import Offer, offer


def figure(
    drawn: go.Figure | Callable[[], go.Figure],
    key: str,
    on_select: Callable[[], None] | None = None,
    parts: tuple[Hashable, ...] | None = None,
    *,
    nameless: Callable[[], go.Figure] | None = None,
    to_slides: bool = True,
) -> None:
    """A figure as its author drew it, with its text alternative; `on_select` is called when a point is clicked.

    `parts`: everything of settings and view that the figure depends on besides the cohort. With them, and `drawn` as
    a function, it is drawn once and kept for this session. It can be put on slides unless `to_slides` is False; where
    it shows single patients, as `nameless` draws it, without their ids.
    """
    held = session.current()
    synthetic = held is not None and held.cohort.synthetic
    draw = drawn if callable(drawn) else lambda: drawn
    if parts is None:
        shown = picture(draw, synthetic)
    else:
        shown = session.once("figure", key, session.presenting(), *parts, make=lambda: picture(draw, synthetic))
    if on_select is None:
        st.plotly_chart(shown.figure, key=key, theme=None, config=shown.config, alt=shown.alt)
    else:
        st.plotly_chart(
            shown.figure, key=key, theme=None, config=shown.config, alt=shown.alt, on_select=on_select,
            selection_mode="points",
        )  # fmt: skip
    remarks = around.exhibited()
    if to_slides:
        offer(Offer(key, parts, draw, nameless, about_patients=nameless is not None, remarks=remarks))


def table(
    key: str,
    shown: pd.DataFrame,
    full: pd.DataFrame | None = None,
    height: int | Literal["content"] = "content",
    widths: Mapping[str, int] | None = None,
    helps: Mapping[str, str] | None = None,
    *,
    about_patients: bool = False,
    to_slides: bool = True,
) -> None:
    """A table in words, with the numbers in full as a download; `widths` in px of columns that would be cut, `helps`
    the line that the head of a column shows. It can be put on slides unless `to_slides` is False; without ids where it
    is `about_patients`."""
    if shown.empty:
        say.small("There is nothing to list.")
        return
    widths, helps = widths or {}, helps or {}
    columns = {
        name: st.column_config.Column(
            width=widths.get(name), help=escape_markdown(helps[name]) if name in helps else None
        )
        for name in {**widths, **helps}
    }
    grid(shown, f"table_{key}", height=height, column_config=columns)
    with st.container(horizontal=True, vertical_alignment="center"):
        download(key, shown if full is None else full)
        remarks = around.exhibited()
        if to_slides:
            offer(Offer(key, table=shown, full=full, about_patients=about_patients, remarks=remarks))


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
    """Remarks on rows of a table, each said once with the rows that it is about, unless it is about all of several."""
    for text in dict.fromkeys(note for note in notes if note):
        about = [name for name, note in zip(names, notes, strict=True) if note == text]
        every = len(about) == len(names) > 1
        # A name can hold a comma itself: “IgG < 700 mg/dL, held 60 days”.
        apart = "; " if any(", " in name for name in about) else ", "
        said = say.as_sentence(text if every else f"{apart.join(dict.fromkeys(about))}: {text}")
        say.small(said)
        around.said([said])


def sentences(notes: tuple[str, ...] | list[str]) -> None:
    """Remarks as one paragraph of small print; what biases a comparison stands out above them."""
    around.said(say.as_sentence(text) for text in notes if text)
    for text in (text for text in notes if text.startswith(BIAS)):
        say.warning(text)
    remarks = [say.as_sentence(text) for text in notes if text and not text.startswith(BIAS)]
    if remarks:
        say.small(" ".join(remarks))
