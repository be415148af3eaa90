"""How low a figure can be in a width, and how it is made so: fewer lines of small print, rows and curves nearer."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ivig_core.figures.frame import legend_height
from ivig_core.figures.theme import PAGE
from ivig_core.report.pptx.measure import lines

PAD = 8
"""Room in px above the first line of a figure."""
_ROW, _AT_RISK, _CURVE, _OTHER = 1.25, 1.2, 8, 0.85
"""Least height of a row, of one of numbers at risk and of a plot of curves in sizes of type; of anything else, part of
the height it has."""
_SIDES, _LINE = 24, 1.35
"""Room in px beside small print; height of its lines in sizes of type."""


class Lower:
    """What a figure needs when it is `width` px wide: its `natural` height and the `least` one in px.

    `figure`: as plotly.js is given it. It is margins and a plot. Small print and legends in the lower margin are broken
    anew for the width; a plot of rows becomes as low as its rows allow, curves over a table of numbers at risk leave
    that table its rows.
    """

    def __init__(self, figure: dict[str, Any], width: float) -> None:
        self.figure = figure
        self.layout: dict[str, Any] = figure["layout"]
        margin = self.layout.get("margin", {})
        self.size = text_size(self.layout)
        self.old = float(self.layout.get("height", 450))
        self.below = float(margin.get("b", 80))
        self.plot = max(self.old - float(margin.get("t", 100)) - self.below, 1.0)
        self.detail, saved = self._detail(width)
        self.top = float(margin.get("t", 100)) - saved
        annotations = enumerate(self.layout.get("annotations", ()))
        self.notes = {at: (one, *self._broken(one, width)) for at, one in annotations if one.get("name") == "note"}
        self.print_saved = sum(saved for *_, saved in self.notes.values())
        self.legend_saved = self._legend_saved(width - margin.get("l", 0) - margin.get("r", 0))
        self.foot = self.below - self.print_saved - sum(self.legend_saved.values())
        self.natural = self.top + self.plot + self.foot
        self.least = self.top + min(self._least_plot(), self.plot) + self.foot

    def _detail(self, width: float) -> tuple[str, float]:
        """The line at the top in as few lines as the width has, and the px that this saves."""
        title = self.layout.get("title") or {}
        if not title.get("text") or (title.get("subtitle") or {}).get("text"):
            return str(title.get("text") or ""), 0.0
        return _again(title["text"], float(title.get("font", {}).get("size", self.size)), width - _SIDES)

    def _broken(self, one: dict[str, Any], width: float) -> tuple[str, float]:
        return _again(one["text"], self._size(one), width - _SIDES)

    def _size(self, one: dict[str, Any]) -> float:
        return float(one.get("font", {}).get("size", self.size))

    def _legend_saved(self, width: float) -> dict[str, float]:
        """Px by which each legend becomes lower; rooms are read from where the legends stand above each other."""
        names: dict[str, list[str]] = {}
        for trace in self.figure["data"]:
            if trace.get("name") and trace.get("showlegend") is not False:
                names.setdefault(trace.get("legend", "legend"), []).append(trace["name"])
        stand = {name: self.layout[name]["y"] * self.old for name in sorted(names) if stands(self.layout.get(name, {}))}
        small_print = sum(small_print_height(one, self.size) for one, *_ in self.notes.values())
        saved: dict[str, float] = {}
        for (name, top), end in zip(stand.items(), [*stand.values(), small_print][1:], strict=True):
            room = legend_height(names[name], self.size, width, int(self.layout[name].get("entrywidth") or 0))
            saved[name] = max(top - end - room, 0.0)
        return saved

    def _least_plot(self) -> float:
        axes = {name for name in self.layout if name.startswith("yaxis")}
        rows = _rows(self.layout.get("yaxis", {}))
        if axes <= {"yaxis"}:
            return rows * _ROW * self.size if rows else _CURVE * self.size + 0.05 * self.plot
        if self._over_table():
            return min(self._table_rows(), self._table()) + self._gap() + _CURVE * self.size
        return _OTHER * self.plot

    def _over_table(self) -> bool:
        """Whether this is a plot above a table that shares its horizontal axis."""
        if {name for name in self.layout if name.startswith("yaxis")} != {"yaxis", "yaxis2"}:
            return False
        table, curve = self.layout["yaxis2"], self.layout["yaxis"].get("domain") or (0, 1)
        low = table.get("domain") or (0, 1)
        return bool(low[0] == 0 and low[1] < curve[0] and curve[1] == 1 and _rows(table))

    def _table_rows(self) -> float:
        return _rows(self.layout["yaxis2"]) * _AT_RISK * self.size

    def _table(self) -> float:
        return float(self.layout["yaxis2"]["domain"][1]) * self.plot

    def _gap(self) -> float:
        return float(self.layout["yaxis"]["domain"][0]) * self.plot - self._table()

    def made(self, height: float) -> dict[str, Any]:
        """The figure, `height` px high."""
        made = {**self.figure, "layout": deepcopy(self.layout)}
        layout = made["layout"]
        for at, (_, text, _) in self.notes.items():
            note = layout["annotations"][at]
            note["text"], note["yshift"] = text, note.get("yshift", 0) + self.below - self.foot
        saved = self.print_saved
        for name in reversed(list(self.legend_saved)):
            saved += self.legend_saved[name]
            layout[name]["y"] = min((self.layout[name]["y"] * self.old - saved) / height, 3)
        plot = height - self.top - self.foot
        if self._over_table() and plot < self.plot:
            table = min(max(self._table_rows(), self._table() * plot / self.plot), self._table())
            layout["yaxis2"]["domain"] = (0, table / plot)
            layout["yaxis"]["domain"] = ((table + self._gap()) / plot, 1)
        if self.detail and self.detail != layout["title"]["text"]:
            layout["title"]["text"] = self.detail
            layout["title"]["pad"] = {
                **layout["title"].get("pad", {}),
                "t": PAD + (round(0.7 * self.size) if "<br>" in self.detail else 0),
            }
        layout["height"] = round(height)
        layout["margin"] = {**layout.get("margin", {}), "t": self.top, "b": self.foot}
        return made


def text_size(layout: dict[str, Any]) -> float:
    """The size of a figure's text in px, where nothing else is said."""
    template = layout.get("template") or {}
    said = template.get("layout", {}).get("font", {}).get("size") or layout.get("font", {}).get("size")
    return float(said or PAGE.text)


def small_print_height(note: dict[str, Any], size: float) -> float:
    """Room in px that a figure keeps for lines at its foot."""
    return float((note["text"].count("<br>") + 1) * note.get("font", {}).get("size", size) * _LINE + 16)


def stands(legend: dict[str, Any]) -> bool:
    """Whether a legend stands in the lower margin."""
    return legend.get("yref") == "container" and legend.get("y") is not None


def _again(text: str, size: float, width: float) -> tuple[str, float]:
    """A text of several lines in those that it needs, and the px that this saves."""
    old = text.split("<br>")
    new = lines(" ".join(old), size, width)
    saved = (len(old) - len(new)) * size * _LINE
    return ("<br>".join(new), saved) if saved > 0 else (text, 0.0)


def _rows(axis: dict[str, Any]) -> float:
    """How many rows a vertical axis has that counts them downwards; 0 where it is a scale."""
    span = axis.get("range") or (0, 1)
    return float(span[0] - span[1]) if span[0] > span[1] else 0.0
