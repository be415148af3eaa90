"""Figures of a page: the values that are drawn, and nothing that the figure merely carried along."""

from __future__ import annotations

import json
import re
from typing import Any

import plotly.graph_objects as go
from plotly.utils import PlotlyJSONEncoder

from ivig_core.figures.theme import NARROWEST, PAGE, config, stamp
from ivig_core.report.html.markup import Markup

PRESENTED = 1200
"""Width in px of a page before a room, on the smallest projector."""
_CARRIED = ("customdata", "customdatasrc", "ids", "meta", "uid", "selectedpoints")
"""Of a trace: what programs put there for clicks and selections."""
_ASKED = re.compile(r"%\{(customdata|meta)\b")


def finished(figure: go.Figure | None, synthetic: bool) -> go.Figure:
    """The figure that leaves the room, stamped where the cohort is `synthetic`; the one given stays as it is."""
    drawn = go.Figure(figure)
    return stamp(drawn) if synthetic else drawn


def least_width(figure: go.Figure) -> int:
    """Width in px down to which nothing in it overlaps: a figure with the large type of a presentation needs more."""
    own, usual = figure.layout.font.size, figure.layout.template.layout.font.size
    return PRESENTED if (own or usual or PAGE.text) > PAGE.text else NARROWEST


def values(figure: go.Figure) -> dict[str, Any]:
    """`data`, `layout` and `config` for plotly.js: hidden traces, ids of patients behind points and remarks of the
    program are left out; the width is the page's."""
    drawn = figure.to_plotly_json()
    layout = {name: value for name, value in drawn.get("layout", {}).items() if name not in ("meta", "width")}
    layout["template"] = {"layout": layout.get("template", {}).get("layout", {})}
    traces = [_shown(trace) for trace in drawn.get("data", ()) if trace.get("visible", True) is not False]
    return {"data": traces, "layout": layout, "config": config(figure)}


def script_json(figure: go.Figure) -> Markup:
    """The same as strict JSON that can stand inside a script element: no character in it begins or ends markup."""
    written = json.dumps(values(figure), cls=PlotlyJSONEncoder)
    for letter in "<>&":
        written = written.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(written)


def _shown(trace: dict[str, Any]) -> dict[str, Any]:
    asked = set(_ASKED.findall(json.dumps([trace.get(name) for name in ("hovertemplate", "texttemplate")])))
    kept = {name: value for name, value in trace.items() if name not in _CARRIED or name in asked}
    if "text" not in str(kept.get("mode", "text")) and kept.get("hoverinfo") == "skip":
        for name in ("text", "hovertext", "hovertemplate"):
            kept.pop(name, None)
    return kept
