"""A figure ready to be shown: drawn, stamped and put into plain values once, however often its page is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from ivig_core.figures.theme import alt_text, config, stamp


class Kept(go.Figure):  # type: ignore[misc]  # plotly comes without types
    """A figure that nobody changes any more. Streamlit asks for its values on every run; they are made once."""

    def __init__(self, drawn: go.Figure) -> None:
        super().__init__()
        self._plain = drawn.to_dict()

    def to_dict(self) -> dict[str, Any]:
        return self._plain


@dataclass(frozen=True, eq=False)
class Picture:
    """What `st.plotly_chart` is given."""

    figure: Kept
    config: dict[str, Any]
    alt: str | None


def picture(draw: Callable[[], go.Figure], synthetic: bool) -> Picture:
    """The figure that `draw` makes, stamped where the cohort is synthetic."""
    drawn = stamp(draw()) if synthetic else draw()
    return Picture(Kept(drawn), config(drawn), alt_text(drawn) or None)
