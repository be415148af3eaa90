"""One sheet of A4 to leave on the table: the answer, what it rests on, and why it could be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ivig_core.errors import IvigError
from ivig_core.figures.theme import NARROWEST
from ivig_core.report.content import Exhibit, Report
from ivig_core.report.html.body import SYNTHETIC_WORDS, title_of
from ivig_core.report.html.document import document, ours, sheets
from ivig_core.report.html.images import drawn, image
from ivig_core.report.html.markup import NOTHING, Markup, element, lines, text
from ivig_core.report.html.table import table
from ivig_core.report.pictures import Picture, print_pdf

FIGURES = ("rates", "subgroups", "survival")
"""Keys of the figures, the one that stays longest first."""
TABLE, DOUBTS = "first_dose_rules", "doubts"
METHOD = "Rate ratios compare days on and off IVIG within the same patients (self-controlled case series)."
IN_NUMBERS = "The rate ratio under each rule about the days before the first dose"
TOO_MUCH = "The handout does not fit on one page even without figures: shorten the title or the name of the hospital."
SCALES, ROOM = (0.88, 0.74, 0.62), 640
"""Of figures as if 800 px wide: as wide as the sheet, down to letters of 6.5 pt; and the height in px for them all."""
SMALLER = (0.9, 0.8, 0.7, 0.6)
"""Of all letters, where the words alone do not fit."""
_PAGE = re.compile(rb"obj\s*<<\s*/Type\s*/Page\b")


class Layout(NamedTuple):
    """How many figures there are, how large, and how large everything is."""

    figures: int
    scale: float
    zoom: float = 1.0


def handout(report: Report) -> bytes:
    """The sheet as a PDF of exactly one page.

    Figures are made smaller together, down to letters of 6.5 pt; then the last one is left out, which the sheet says;
    at last all letters get smaller. `IvigError` where even that is too much, `PicturesError` where nothing is drawn.
    """
    pictures = drawn(_chosen(report.exhibits), report.synthetic)
    for layout in layouts([round(picture.height * NARROWEST / picture.width) for _, picture in pictures]):
        made = print_pdf(_sheet(report, pictures, layout))
        if pages(made) == 1:
            return made
    raise IvigError(TOO_MUCH)


def layouts(heights: Sequence[int]) -> Iterator[Layout]:
    """What is tried, in this order; without what is too high in any case."""
    for number in range(len(heights), 0, -1):
        yield from (Layout(number, scale) for scale in SCALES if sum(heights[:number]) * scale <= ROOM)
    yield Layout(0, 1.0)
    yield from (Layout(0, 1.0, zoom) for zoom in SMALLER)


def pages(pdf: bytes) -> int:
    """How many pages a PDF of our browser has."""
    return len(_PAGE.findall(pdf))


def _chosen(exhibits: Sequence[Exhibit]) -> list[Exhibit]:
    """The figures of the sheet; where the writer has left these out, the first ones of the report."""
    with_figure = [one for one in exhibits if one.figure is not None]
    known = {one.key: one for one in with_figure}
    return [known[key] for key in FIGURES if key in known] or with_figure[: len(FIGURES)]


def _sheet(report: Report, pictures: Sequence[tuple[Exhibit, Picture]], layout: Layout) -> bytes:
    shown, left_out = pictures[: layout.figures], pictures[layout.figures :]
    whose = " · ".join(part for part in (report.hospital, report.cohort, f"{report.day:%Y-%m-%d}") if part)
    inside = lines(
        element("p", text(SYNTHETIC_WORDS), class_="stamp") if report.synthetic else NOTHING,
        element("h1", text(title_of(report))),
        element("p", text(whose)),
        element("p", element("strong", text(_answer(report)))),
        *(_figure(item, picture, layout.scale) for item, picture in shown),
        _table(report),
        _doubts(report),
        element("p", text(f"{report.settings} {METHOD}"), class_="remark"),
        element("p", text(report.shared), class_="remark") if report.shared else NOTHING,
        element("p", text(_said(left_out)), class_="remark") if left_out else NOTHING,
    )
    style = Markup(f"{sheets(report.foot)}{ours('sheet.css')}body {{ zoom: {layout.zoom:g}; }}")
    return document(title_of(report), element("main", inside), style=style)


def _answer(report: Report) -> str:
    """The range of the ratio where the report has it, else what it shows first."""
    ranged = _by_key(report, TABLE)
    first = ranged or next(iter(report.exhibits), None)
    return first.title if first is not None else report.settings


def _figure(item: Exhibit, picture: Picture, scale: float) -> Markup:
    return element("figure", image(picture, item.alt, style=f"width: {NARROWEST * scale:.0f}px"))


def _table(report: Report) -> Markup:
    item = _by_key(report, TABLE)
    return table(item.table, IN_NUMBERS) if item is not None and item.table is not None else NOTHING


def _doubts(report: Report) -> Markup:
    item = _by_key(report, DOUBTS)
    if item is None:
        return NOTHING
    found = [str(row[0]) for row in item.table.itertuples(index=False, name=None)] if item.table is not None else []
    return lines(
        element("h2", text("Why it could be wrong")),
        element("ul", *(element("li", text(sentence)) for sentence in (*found, *item.remarks))),
    )


def _by_key(report: Report, key: str) -> Exhibit | None:
    return next((one for one in report.exhibits if one.key == key), None)


def _said(left_out: Sequence[tuple[Exhibit, Picture]]) -> str:
    names = "; ".join(item.title for item, _ in left_out)
    return f"Left out for lack of room, see the report: {names}."
