"""Colours, type, sizes and the frame that all figures share."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import plotly.graph_objects as go

from ivig_core.terms import OBSERVATION, ON, PRE, REFERENCE, WASHOUT

IVIG_BLUE, OBSERVATION_ORANGE, REFERENCE_GREY = "#0072B2", "#D86F00", "#767C82"
PRE_TINT, WASHOUT_TINT = "#F0B879", "#8CC0E2"
INK, MUTED, FAINT, PAPER = "#1F2A33", "#56616B", "#D5DADF", "#FFFFFF"

STATE_COLOURS = {
    ON: IVIG_BLUE,
    OBSERVATION: OBSERVATION_ORANGE,
    REFERENCE: REFERENCE_GREY,
    PRE: PRE_TINT,
    WASHOUT: WASHOUT_TINT,
}
WINDOW_BLUES = ("#00456E", "#0072B2", "#3F97CB", "#79B6DC", "#A9D0EA")
"""Shades for parts of the window, the days just after a dose darkest."""

GROUP_COLOURS = ("#007A5A", "#8E3B87", "#8A6D00", "#B5392B", "#3B3F98", "#4D4D4D")
"""For groups that are no IVIG state: none of them is the blue, orange or grey that mean something elsewhere."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")

FONT = 'Arial, Helvetica, "Liberation Sans", "Source Sans", sans-serif'
"""Fonts of the system before that of the page: a saved picture is drawn without the page's fonts, but its texts are
placed by them."""


SYNTHETIC = "SYNTHETIC"
NARROWEST = 800
"""Width in px down to which nothing may overlap; in less room the page makes the words of a figure smaller."""
LEGEND_WIDTH = 560
"""Width in px down to which legends keep clear: their entries keep the room of their full size."""

LANE, LANES_HEIGHT = 14, 640
FOREST_ROW, FOREST_REST = 28, 90
SURVIVAL_HEIGHT, AT_RISK_ROW = 420, 28
FEW_AT_RISK = 10
"""Below this number of patients at risk a curve is faded."""

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "responsive": True,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
    "toImageButtonOptions": {"format": "png", "filename": "ivig-figure", "scale": 2},
}
"""For `st.plotly_chart(figure, config=…, theme=None)` and `write_html`; `config` names the file after the figure."""


class Type(NamedTuple):
    """Sizes of text in px, how many characters of each fit a line of the narrowest figure, and its width in px."""

    text: int
    title: int
    title_chars: int
    text_chars: int
    width: int = NARROWEST

    @property
    def scale(self) -> float:
        """How much more room text takes than on the page."""
        return self.text / PAGE.text


PAGE = Type(text=14, title=18, title_chars=70, text_chars=108)
PRESENTATION = Type(text=19, title=25, title_chars=60, text_chars=90)
COMPACT = Type(text=13, title=16, title_chars=38, text_chars=56, width=330)
"""For two figures side by side."""
COMPACT_PRESENTATION = Type(text=18, title=22, title_chars=44, text_chars=58, width=520)


def type_of(presentation: bool, compact: bool = False) -> Type:
    if compact:
        return COMPACT_PRESENTATION if presentation else COMPACT
    return PRESENTATION if presentation else PAGE


def state_colour(state: str, position: int = 0) -> str:
    """Colour of a state of `terms.exposure_states`; `position` of a part of the window among the parts."""
    if state in STATE_COLOURS:
        return STATE_COLOURS[state]
    return WINDOW_BLUES[min(position, len(WINDOW_BLUES) - 1)]


def pale(colour: str, alpha: float) -> str:
    """A `#RRGGBB` colour with transparency."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


@cache
def template(sizes: Type = PAGE) -> go.layout.Template:
    """White, one sans, no grid, no zero line; axes as thin lines. Made once: a figure that is given it has a copy."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": MUTED,
        "linewidth": 1,
        "ticks": "outside",
        "tickcolor": MUTED,
        "ticklen": 4,
        "title": {"standoff": 8, "font": {"size": sizes.text}},
        "tickfont": {"size": sizes.text, "color": INK},
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": sizes.text, "color": INK},
            "paper_bgcolor": PAPER,
            "plot_bgcolor": PAPER,
            "colorway": list(GROUP_COLOURS),
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {"bgcolor": PAPER, "bordercolor": MUTED, "font": {"size": sizes.text, "color": INK}},
            "legend": {"font": {"size": sizes.text}, "bgcolor": "rgba(0,0,0,0)"},
            "hovermode": "closest",
        }
    )


def stamp(figure: go.Figure) -> go.Figure:
    """Marks a figure of a synthetic cohort, once, at the head of the line under its title; returns the figure.

    One that says in its `meta` that nothing of the cohort is in it (`of_cohort` False) is left as it is.
    """
    meta = dict(figure.layout.meta or {})
    if meta.get("synthetic") or not meta.get("of_cohort", True):
        return figure
    text = figure.layout.title.subtitle.text
    figure.layout.title.subtitle.text = f"<b>{SYNTHETIC}</b>{f' · {text}' if text else ''}"
    alt = meta.get("alt", "")
    return figure.update_layout(meta={**meta, "synthetic": True, "alt": f"Synthetic data. {alt}".strip()})


def alt_text(figure: go.Figure) -> str:
    """What the figure shows, in a sentence or two, for readers who cannot see it."""
    return (figure.layout.meta or {}).get("alt", "")


def finding(figure: go.Figure) -> str:
    """The finding that is the figure's title, as plain text."""
    return (figure.layout.meta or {}).get("finding", "")


def config(figure: go.Figure, image: str = "png") -> dict[str, Any]:
    """`CONFIG` with the download named after the figure; `image` "png" or "svg" is what the camera button saves."""
    name = re.sub(r"[^a-z0-9]+", "-", str((figure.layout.meta or {}).get("name", "figure")).lower()).strip("-")
    options = {**CONFIG["toImageButtonOptions"], "format": image, "filename": f"ivig-{name}"}
    return {**CONFIG, "toImageButtonOptions": options}
