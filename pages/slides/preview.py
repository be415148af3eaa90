"""A slide as it will look, small."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from ivig_core.figures.theme import SYNTHETIC, config, stamp
from ivig_core.report.content import NOT_ADVICE, Exhibit
from ivig_core.report.pptx.figure import sized, without_title
from pages.shell import say, session

SLIDE, FIGURE = "slide_preview", "slide_preview_figure"
ROOM = (860.0, 385.0)
"""Width and height in pt of the room for a figure on a slide of ours."""
WIDTHS = (900, 1000, 1150, 1300, 1500, 1800, 2200, 2700)
"""Px in which a figure is laid out before it is made small: for each the style sheet has a scale."""
ROWS = 7
"""Rows of a table that are seen at once."""
FOLLOWS = "Its table follows on the next slide."


def preview(exhibit: Exhibit) -> None:
    """Title, figure or table, remarks and foot."""
    held = session.current()
    synthetic = held is not None and held.cohort.synthetic
    with st.container(border=True, key=SLIDE, gap="small"):
        say.strong(exhibit.title)
        if exhibit.figure is not None:
            _figure(exhibit.figure, exhibit.alt, synthetic)
        elif exhibit.table is not None:
            st.dataframe(
                exhibit.table, hide_index=True, key="slide_preview_table",
                height="content" if len(exhibit.table) <= ROWS else 35 * (ROWS + 1),
            )  # fmt: skip
        follows = [FOLLOWS] if exhibit.figure is not None and exhibit.table is not None else []
        if exhibit.remarks or follows:
            say.small(" ".join([*exhibit.remarks, *follows]))
        say.small(f"{f'{SYNTHETIC} data · ' if synthetic else ''}{NOT_ADVICE}")


def _figure(figure: go.Figure, alt: str, synthetic: bool) -> None:
    """The figure as the presentation lays it out; the style sheet makes it small."""
    given = stamp(go.Figure(figure)) if synthetic else figure
    laid_out = sized(without_title(given), ROOM)
    width = next((step for step in WIDTHS if step >= laid_out.width), WIDTHS[-1])
    shown = go.Figure(laid_out.figure).update_layout(width=width, height=laid_out.height, autosize=False)
    with st.container(key=f"{FIGURE}_{width}"):
        st.plotly_chart(
            shown, key="slide_preview_chart", theme=None, config={**config(given), "staticPlot": True}, alt=alt or None,
            width=width, height=laid_out.height,
        )  # fmt: skip
