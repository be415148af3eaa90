"""A report as one page for a browser: interactive, complete in itself, and unable to ask anybody for anything."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from plotly.offline import get_plotlyjs

from ivig_core.report.content import Exhibit, Report
from ivig_core.report.html.body import body, title_of
from ivig_core.report.html.document import document, ours, sheets
from ivig_core.report.html.figures import finished, least_width, script_json
from ivig_core.report.html.markup import Markup, element, lines, text

SCRIPTS_ARE_OFF = "This figure is drawn by a script inside this file, and scripts are switched off here."
HEIGHT = 450
"""Of a figure that does not say its own, in px, as plotly draws it."""


def to_html(report: Report) -> bytes:
    """The page. Its scripts are plotly.js of the installed package and a few lines of ours, both inside; a policy in
    its head allows these two and no request of any kind, so that it is the same with and without a network.

    Everything from the report is shown as text; a figure carries what it shows and no more (`figures.values`).
    """
    drawn = any(item.figure is not None for item in report.exhibits)
    return document(
        title_of(report),
        body(report, lambda key, item: _plot(key, item, report.synthetic)),
        (_plotly(), ours("draw.js")) if drawn else (),
        sheets(report.foot),
    )


def _plot(key: str, item: Exhibit, synthetic: bool) -> Markup:
    """The place of a figure, which says what it shows, and its values for the script."""
    figure = finished(item.figure, synthetic)
    alt = replace(item, figure=figure).alt
    room = f"min-height: {figure.layout.height or HEIGHT:g}px; min-width: {least_width(figure)}px"
    place = element("div", text(SCRIPTS_ARE_OFF), id=key, class_="plot", role="group", aria_label=alt, style=room)
    return lines(place, element("script", script_json(figure), type="application/json", data_place=key))


@cache
def _plotly() -> Markup:
    return Markup(get_plotlyjs())
