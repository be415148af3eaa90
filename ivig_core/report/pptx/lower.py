"""How low a figure can be in a width, and how it is made so: fewer lines of small print, rows and curves nearer."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from ivig_core.figures.frame import legend_height, legend_names
from ivig_core.figures.theme import PAGE
from ivig_core.report.pptx import measure

_ROW, _CURVE, _OTHER = 1.25, 9, 0.85
"""Least height of a row and of a plot of curves in sizes of type; of anything else, part of the height it has."""
_SIDES = 24
"""Room in px beside small print."""


class Lower:
    """What a figure needs when it is `width` px wide: its `natural` height and the `least` one in px.

    A figure is margins and a plot. Small print and legends in the lower margin are broken anew for the width; a plot of
    rows becomes as low as its rows allow, curves over a table of numbers at risk leave that table its rows.
    """

    def __init__(self, figure: go.Figure, width: float) -> None:
        self.figure = figure
        layout = figure.layout
        self.size = float(layout.template.layout.font.size or layout.font.size or PAGE.text)
        self.old = float(layout.height or 450)
        self.top, self.below = float(layout.margin.t or 80), float(layout.margin.b or 80)
        self.plot = max(self.old - self.top - self.below, 1.0)
        self.notes = {at: self._broken(one, width) for at, one in enumerate(layout.annotations) if one.name == "note"}
        self.print_saved = sum(saved for _, saved in self.notes.values())
        self.legend_saved = self._legend_saved(width)
        self.foot = self.below - self.print_saved - sum(self.legend_saved.values())
        self.natural = self.top + self.plot + self.foot
        self.least = self.top + min(self._least_plot(), self.plot) + self.foot

    def _broken(self, one: Any, width: float) -> tuple[str, float]:
        lines = one.text.split("<br>")
        size = float(one.font.size or self.size)
        new = measure.lines(" ".join(lines), size, width - _SIDES)
        saved = (len(lines) - len(new)) * size * 1.35
        return ("<br>".join(new), saved) if saved > 0 else (one.text, 0.0)

    def _legend_saved(self, width: float) -> dict[str, float]:
        """Px by which each legend becomes lower; rooms are read from where the legends stand above each other."""
        layout = self.figure.layout
        names = legend_names(self.figure)
        stand = {name: layout[name].y * self.old for name in names if _stands(layout[name])}
        print_room = sum(
            len(one.text.split("<br>")) * float(one.font.size or self.size) * 1.35 + 16
            for one in layout.annotations
            if one.name == "note"
        )
        saved: dict[str, float] = {}
        ends = [*stand.values(), print_room][1:]
        for (name, top), end in zip(stand.items(), ends, strict=True):
            room = legend_height(
                names[name], self.size, width - (layout.margin.l or 0) - (layout.margin.r or 0),
                int(layout[name].entrywidth or 0),
            )  # fmt: skip
            saved[name] = max(top - end - room, 0.0)
        return saved

    def _least_plot(self) -> float:
        parts = self.figure.layout.to_plotly_json()
        axes = [name for name in parts if name.startswith("yaxis")]
        rows = _rows(parts.get("yaxis", {}))
        if axes in (["yaxis"], []) and rows:
            return rows * _ROW * self.size
        if axes in (["yaxis"], []):
            return _CURVE * self.size + 0.05 * self.plot
        if self._over_table():
            table, gap = self._table(), self._gap()
            return min(_rows(parts["yaxis2"]) * _ROW * self.size, table) + gap + _CURVE * self.size
        return _OTHER * self.plot

    def _over_table(self) -> bool:
        """Whether this is a plot above a table that shares its horizontal axis."""
        parts = self.figure.layout.to_plotly_json()
        axes = sorted(name for name in parts if name.startswith("yaxis"))
        low, high = parts.get("yaxis2", {}).get("domain") or (0, 1), parts.get("yaxis", {}).get("domain") or (0, 1)
        return axes == ["yaxis", "yaxis2"] and low[0] == 0 and low[1] < high[0] and high[1] == 1 and bool(
            _rows(parts["yaxis2"])
        )  # fmt: skip

    def _table(self) -> float:
        return float(self.figure.layout.yaxis2.domain[1]) * self.plot

    def _gap(self) -> float:
        return float(self.figure.layout.yaxis.domain[0]) * self.plot - self._table()

    def made(self, height: float) -> go.Figure:
        """The figure, `height` px high."""
        made = go.Figure(self.figure)
        self._notes_made(made)
        self._legends_made(made, height)
        plot = height - self.top - self.foot
        if self._over_table() and plot < self.plot:
            rows = _rows(self.figure.layout.yaxis2.to_plotly_json())
            table = min(max(rows * _ROW * self.size, self._table() * plot / self.plot), self._table())
            made.layout.yaxis2.domain = (0, table / plot)
            made.layout.yaxis.domain = ((table + self._gap()) / plot, 1)
        made.layout.height = round(height)
        made.layout.margin.b = self.foot
        return made

    def _notes_made(self, made: go.Figure) -> None:
        for at, (text, _) in self.notes.items():
            made.layout.annotations[at].text = text
            made.layout.annotations[at].yshift = (made.layout.annotations[at].yshift or 0) + self.below - self.foot

    def _legends_made(self, made: go.Figure, height: float) -> None:
        saved = self.print_saved
        for name in reversed(list(self.legend_saved)):
            saved += self.legend_saved[name]
            made.layout[name].y = min((self.figure.layout[name].y * self.old - saved) / height, 3)


def _stands(legend: Any) -> bool:
    return legend.yref == "container" and legend.y is not None


def _rows(axis: dict[str, Any]) -> float:
    """How many rows a vertical axis has that counts them downwards; 0 where it is a scale."""
    span = axis.get("range") or (0, 1)
    return float(span[0] - span[1]) if span[0] > span[1] else 0.0
