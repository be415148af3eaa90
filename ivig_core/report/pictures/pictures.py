"""What is asked of the browser: figures as pictures, pages as documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.io.json import to_json_plotly

from ivig_core.report.pictures.portable import portable
from ivig_core.report.pictures.server import SERVER, PicturesError, find_browser

DPI = 216
"""Points of a PNG to an inch at 96 px to the inch, which is how large a slide shows it: 2.25 to a px."""
_PX, _HEIGHT = 96, 450
_PAGE = (
    "<!doctype html><style>@page{{size:{width}px {height}px;margin:0}}body{{margin:0}}svg{{display:block}}</style>{svg}"
)


@dataclass(frozen=True)
class Picture:
    """A figure of `width` × `height` px (96 to the inch) as lines and text, and as points (216 to the inch)."""

    svg: bytes
    png: bytes
    width: int
    height: int


def available() -> str:
    """Empty where figures can be drawn; else the sentence that says why not and what to do."""
    try:
        find_browser()
    except PicturesError as error:
        return str(error)
    return ""


def draw(
    figures: Sequence[go.Figure | dict[str, Any]],
    width: int,
    height: int | None = None,
    *,
    points: float = DPI / _PX,
    progress: Callable[[int, int], None] | None = None,
) -> list[Picture]:
    """Each figure as a picture `width` px wide and `height` px high, by default as high as the figure says.

    `figures`: of plotly, or as plotly.js is given them. `points`: points of the PNG to a px. `progress`: told after
    each figure how many of how many are drawn. Raises `PicturesError` where there is no browser, it does not answer, or
    it cannot draw what the figure is.
    """
    pictures = []
    for number, figure in enumerate(figures, 1):
        pictures.append(_drawn(figure, width, height, points))
        if progress is not None:
            progress(number, len(figures))
    return pictures


def draw_pdf(figure: go.Figure, width: int, height: int | None = None) -> bytes:
    """One figure as a PDF page of its size; raises as `draw` does."""
    picture = _drawn(figure, width, height, 1.0)
    page = _PAGE.format(width=picture.width, height=picture.height, svg=picture.svg.decode())
    return print_pdf(page.encode())


def print_pdf(html: bytes) -> bytes:
    """A self-contained page (UTF-8) as a PDF with its backgrounds, as its style sheet's `@page` says.

    A page that still draws after it has loaded sets `window.readyToPrint` to a promise. No request of it is answered.
    Raises as `draw` does.
    """
    page = html.decode("utf-8")
    return SERVER.ask(lambda browser: browser.printed(page), 90.0)


def _drawn(figure: go.Figure | dict[str, Any], width: int, height: int | None, points: float) -> Picture:
    given = figure if isinstance(figure, dict) else figure.to_plotly_json()
    height = height or round(given.get("layout", {}).get("height") or _HEIGHT)
    parts = {"layout": given.get("layout", {})}
    # plotly draws lots for what has no name
    parts["data"] = [{**trace, "uid": f"t{number}"} for number, trace in enumerate(given.get("data", ()))]
    # Two characters that may stand in JSON end a line in a script.
    script = str(to_json_plotly(parts)).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    svg, png = SERVER.ask(lambda browser: browser.picture(script, width, height, points))
    return Picture(portable(svg).encode(), png, width, height)
