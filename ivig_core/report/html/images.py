"""Figures of a document on paper: drawn before, and inside the page as pictures that stay sharp."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace

from ivig_core.report.content import Exhibit
from ivig_core.report.html.figures import finished, least_width
from ivig_core.report.html.markup import Markup, element
from ivig_core.report.pictures import Picture, draw

Progress = Callable[[int, int], None]
"""Told how many of how many figures are drawn."""


def drawn(
    exhibits: Sequence[Exhibit], synthetic: bool, progress: Progress | None = None
) -> list[tuple[Exhibit, Picture]]:
    """The exhibits that have a figure, stamped where `synthetic`, each with its picture: no wider than its words need,
    so that they stay large on paper. `PicturesError` where there is no browser or it does not answer."""
    pairs = []
    shown = [one for one in exhibits if one.figure is not None]
    for number, one in enumerate(shown, 1):
        figure = finished(one.figure, synthetic)
        pairs += [(replace(one, figure=figure), picture) for picture in draw([figure], least_width(figure))]
        if progress is not None:
            progress(number, len(shown))
    return pairs


def image(picture: Picture, alt: str, **attributes: str) -> Markup:
    """A picture with what it shows in words."""
    data = base64.b64encode(picture.svg).decode()
    return element("img", src=f"data:image/svg+xml;base64,{data}", alt=alt, **attributes)
