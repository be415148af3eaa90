"""The files that a report can become, by what the button says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ivig_core.report.content import Report
from ivig_core.report.files import archive
from ivig_core.report.handout import handout
from ivig_core.report.html.page import to_html
from ivig_core.report.pdf import to_pdf
from ivig_core.report.pptx import write_pptx

TICK = Callable[[int, int], None]
MAKE = Callable[[Report, "bytes | None", TICK], bytes]


@dataclass(frozen=True)
class Kind:
    """What can be downloaded: what its button and its file are called, how it is made of a report and a template.
    `browser`: whether it is made by the browser of the server."""

    label: str
    called: str
    ending: str
    mime: str
    make: MAKE
    help: str
    browser: bool = True


KINDS: Mapping[str, Kind] = {
    "pptx": Kind(
        "PowerPoint", "slides", "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        lambda report, template, tick: write_pptx(report, template, progress=tick),
        "Slides with figures that stay sharp and tables that can be edited.",
    ),
    "html": Kind(
        "Web page", "report", "html", "text/html", lambda report, _, __: to_html(report),
        "One file with figures that answer to the mouse; it needs no network.", browser=False,
    ),
    "pdf": Kind(
        "PDF", "report", "pdf", "application/pdf", lambda report, _, tick: to_pdf(report, tick),
        "Everything on pages, to be sent or printed.",
    ),
    "handout": Kind(
        "Handout", "handout", "pdf", "application/pdf", lambda report, _, __: handout(report),
        "One page to take to the meeting.",
    ),
    "figures": Kind(
        "Figures", "figures", "zip", "application/zip", lambda report, _, tick: archive(report, progress=tick),
        "Every figure as SVG, PNG and PDF, and the tables.",
    ),
    "tables": Kind(
        "Tables", "tables", "zip", "application/zip", lambda report, _, __: archive(report, pictures=False),
        "Every table as CSV, with its numbers in full, and the settings.", browser=False,
    ),
}  # fmt: skip
"""In the order of the buttons."""
