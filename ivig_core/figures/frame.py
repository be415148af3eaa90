"""The frame that all figures share: finding as title, counts beneath it, margins, legend and small print below."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from ivig_core.figures.theme import INK, LEGEND_WIDTH, MUTED, PAGE, SYNTHETIC, Type, template
from ivig_core.figures.words import escape

GLUE = "\N{NO-BREAK SPACE}"


def frame(
    name: str,
    finding: str,
    detail: str,
    alt: str,
    plot_height: float,
    *,
    sizes: Type = PAGE,
    below: int = 50,
    left: int = 10,
    right: int = 10,
) -> go.Figure:
    """An empty figure: finding as title, `detail` beneath it, `plot_height` px of plot between fixed margins.

    `finding`, `detail` and `alt` are plain text: what is markup in them is shown as it stands.
    """
    # The first line leaves room for the mark of synthetic data.
    details = broken(detail, sizes.text_chars, len(SYNTHETIC) + 4)
    lines = even(finding, sizes.title_chars)
    top = round(len(lines) * sizes.title * 1.3 + len(details) * sizes.text * 1.35 + 22 * sizes.scale)
    # Given at once, a layout takes a quarter of the time that updates of an empty one take.
    layout = {
        "template": template(sizes),
        "height": round(plot_height + top + below),
        "margin": {"t": top, "b": below, "l": left, "r": right},
        "title": {
            "text": f"<b>{'<br>'.join(map(escape, lines))}</b>",
            "font": {"size": sizes.title, "color": INK},
            "subtitle": {
                "text": "<br>".join(map(escape, details)),
                "font": {"size": sizes.text, "color": MUTED},
            },
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            # plotly sets the first of several lines 0.7 em too high
            "pad": {"l": 10, "t": 8 + (round(sizes.title * 0.7) if len(lines) > 1 else 0)},
        },
        "meta": {"name": name, "finding": finding, "detail": detail, "alt": alt},
    }
    return go.Figure(layout=layout)


def broken(text: str, width: int, indent: int = 0) -> list[str]:
    """Lines of at most `width` characters, numbers kept beside what they are of; at least one line.

    `indent`: characters that the first line leaves free.
    """
    glued = re.sub(
        r"\b[Ll]og-rank p (=|<)|\bp (=|<)|(?<= )= |\bday (?=\d)|\brate ratio (?=[\d∞])|(?<=[\d∞]) (?=[(%])",
        lambda match: match[0].replace(" ", GLUE),
        text,
    )
    lines = wrap(glued, width, initial_indent=GLUE * indent, break_on_hyphens=False)
    return [line.replace(GLUE, " ").strip() for line in lines] or [""]


def even(text: str, width: int) -> list[str]:
    """The lines of `broken`, no more of them, of nearly one length: a heading has no single word on its last line."""
    number = len(broken(text, width))
    fitting = [narrow for narrow in range(width // 2, width + 1) if len(broken(text, narrow)) == number]
    return broken(text, min(fitting, default=width))


def legend_below(figure: go.Figure, foot: int = 0, width: int = LEGEND_WIDTH, entry: int = 0) -> None:
    """The legends ("legend", "legend2") in rows under the axis; the figure grows by the room they take.

    `foot`: px of the lower margin that stay free beneath them, for a `note`. `width`: px of the narrowest figure
    in which they keep clear.
    `entry`: px of the text of every entry, by default as wide as the text.
    """
    margin, size = figure.layout.margin, figure.layout.template.layout.font.size
    # plotly breaks the rows of a legend at the width of the plot, wherever the legend stands.
    width -= margin.l + margin.r
    rooms = {name: legend_height(names, size, width, entry) for name, names in _legend_names(figure).items()}
    room = sum(rooms.values())
    height, top = figure.layout.height + room, foot + room
    figure.update_layout(height=height, margin={"b": margin.b + room})
    for name, room in rooms.items():
        figure.update_layout({name: _LEGEND | {"y": top / height, "entrywidth": entry or None}})
        top -= room


_LEGEND = {
    "orientation": "h",
    "x": 0,
    "xref": "container",
    "xanchor": "left",
    "yref": "container",
    "yanchor": "top",
    "itemclick": False,
    "itemdoubleclick": False,
    "traceorder": "normal",
}


def _legend_names(figure: go.Figure) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for trace in figure.data:
        if trace.name and trace.showlegend is not False:
            names.setdefault(trace.legend or "legend", []).append(trace.name)
    return dict(sorted(names.items()))


def legend_height(names: list[str], size: float, width: float, entry: int) -> int:
    """Height in px in the narrowest figure: one row where all fit, else columns as wide as the widest entry."""
    widths = [44 + entry if entry else 56 + len(name) * size * 0.62 for name in names]
    columns = len(names) if sum(widths) < width else max(int(width // max(widths)), 1)
    return round(-(-len(names) // columns) * size * 1.5) + 10


def sentence(name: str, text: str, *, sizes: Type = PAGE) -> go.Figure:
    """A figure for which there is nothing to draw: it says so in plain words."""
    figure = frame(name, text, "", text, 60, sizes=sizes, below=10)
    figure.update_xaxes(visible=False, range=[0, 1])
    figure.update_yaxes(visible=False, range=[0, 1])
    return figure


def note(figure: go.Figure, text: str, *, sizes: Type = PAGE) -> None:
    """Lines of small print at the foot of the figure, inside its lower margin."""
    height = figure.layout.margin.b
    figure.add_annotation(
        text="<br>".join(map(escape, broken(text, sizes.text_chars))),
        x=0, xref="paper", xanchor="left", xshift=8 - figure.layout.margin.l,
        y=0, yref="paper", yanchor="bottom", yshift=6 - height,
        showarrow=False, align="left", font={"size": sizes.text, "color": MUTED}, name="note",
    )  # fmt: skip


def narrower(sizes: Type) -> Type:
    """Sizes for a note below a curve that stands beside its controls, which leave it less room than a page does."""
    return sizes._replace(text_chars=round(0.8 * sizes.text_chars))


def note_height(text: str, sizes: Type) -> int:
    """Room in px that `note` takes."""
    return round(len(broken(text, sizes.text_chars)) * sizes.text * 1.35 + 16) if text else 0


def beside(figure: go.Figure, plot: tuple[float, float]) -> None:
    """Axes for columns of text beside a plot that takes the part `plot` of the width: x2 left of it, x3 right of it.

    Places on both are fractions of the whole width. Neither lies over the plot, which would take the mouse from it.
    """
    axes = {
        name: {"domain": span, "range": span, "visible": False, "fixedrange": True, "anchor": "y"}
        for name, span in (("xaxis2", (0.0, plot[0])), ("xaxis3", (plot[1], 1.0)))
    }
    figure.update_layout(axes, overwrite=True)


def column(
    figure: go.Figure,
    name: str,
    places: tuple[list[float], list[float]],
    text: list[str],
    side: str,
    font: dict[str, Any],
    hover: list[str] | None = None,
) -> None:
    """A column of text at `places` (x as fractions of the width, y as rows), on the `side` of them that it names."""
    x, y = places
    figure.add_scatter(
        x=x, y=y, xaxis="x2" if min(x) <= figure.layout.xaxis2.domain[1] else "x3", yaxis="y", mode="text", text=text,
        textposition=f"middle {side}", name=name, showlegend=False, textfont=font, cliponaxis=False, hovertext=hover,
        hoverinfo="text" if hover else "skip",
    )  # fmt: skip
