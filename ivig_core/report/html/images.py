"""Figures of a document on paper: drawn before, and inside the page as pictures that stay sharp."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace

from ivig_core.figures.theme import NARROWEST
from ivig_core.report.content import Exhibit
from ivig_core.report.html.figures import finished
from ivig_core.report.html.markup import Markup, element
from ivig_core.report.pictures import Picture, draw

Progress = Callable[[int, int], None]
"""Told how many of how many figures are drawn."""


def drawn(
    exhibits: Sequence[Exhibit], synthetic: bool, progress: Progress | None = None
) -> list[tuple[Exhibit, Picture]]:
    """The exhibits that have a figure, stamped where `synthetic`, each with its picture as wide as the narrowest page
    for which figures are made; `PicturesError` where there is no browser or it does not answer."""
    finished_ones = [replace(one, figure=finished(one.figure, synthetic)) for one in exhibits if one.figure is not None]
    pictures = draw([one.figure for one in finished_ones], NARROWEST, progress=progress)
    return list(zip(finished_ones, pictures, strict=True))


def image(picture: Picture, alt: str, **attributes: str) -> Markup:
    """A picture with what it shows in words."""
    data = base64.b64encode(picture.svg).decode()
    return element("img", src=f"data:image/svg+xml;base64,{data}", alt=alt, **attributes)
