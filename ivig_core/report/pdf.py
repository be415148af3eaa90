"""A report as a document of A4 pages, with everything that its page for a browser has."""

from __future__ import annotations

from ivig_core.report.content import Report
from ivig_core.report.html.body import body, title_of
from ivig_core.report.html.document import document, sheets
from ivig_core.report.html.images import Progress, drawn, image
from ivig_core.report.html.markup import Markup
from ivig_core.report.pictures import print_pdf


def to_pdf(report: Report, progress: Progress | None = None) -> bytes:
    """The document: no figure is cut, a long table has its header on every page, and every page its number and the
    foot of the report. `progress` is told after each figure. `PicturesError` where nothing can be drawn here."""
    pictures = iter(drawn(report.exhibits, report.synthetic, progress))

    def next_one() -> Markup:
        exhibit, picture = next(pictures)
        return image(picture, exhibit.alt)

    inside = body(report, lambda key, item: next_one())
    return print_pdf(document(title_of(report), inside, style=sheets(report.foot)))
