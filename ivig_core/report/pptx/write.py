"""A report as a PowerPoint file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ivig_core.figures.theme import SYNTHETIC, alt_text, stamp
from ivig_core.report import pictures
from ivig_core.report.content import Exhibit, Report
from ivig_core.report.pptx.figure import least_height, sized, without_small_print, without_title
from ivig_core.report.pptx.flow import BETWEEN, flowed, kept
from ivig_core.report.pptx.look import Box, Look, looks
from ivig_core.report.pptx.slide import SMALLEST, Slide, heading
from ivig_core.report.pptx.tables import INSET_X, Part, Row, parts, texts
from ivig_core.report.pptx.template import opened, reading
from ivig_core.report.pptx.xml import add_picture, clean, packed

Draw = Callable[..., list[pictures.Picture]]
_DPI = 216
_REMARKS = 0.3
"""Part of the room that remarks may take; what is more is in the notes."""
_MORE = "More is in the notes of this slide."
_CARD, _GAP, _PT, _EMU = 6.0, 6.0, 72, 12_700
_TABLE = "the table"
_NOTHING = "There is nothing to show under these settings."


def write_pptx(
    report: Report,
    template: bytes | None = None,
    *,
    draw: Draw | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> bytes:
    """The report as slides in the user's `template` (.pptx or .potx), or in ours.

    `progress`: told after each exhibit how many of how many are done. The same report gives the same bytes. Raises
    `TemplateError` where the template cannot be used and `PicturesError` where figures cannot be drawn.
    """
    return packed(_Deck(report, template, draw or pictures.draw).made(progress))


class _Deck:
    def __init__(self, report: Report, template: bytes | None, draw: Draw) -> None:
        self.report, self.draw = report, draw
        self.presentation: Any = opened(template)
        with reading():
            self.first, self.inside = looks(self.presentation)

    def made(self, progress: Callable[[int, int], None] | None) -> Any:
        self._title()
        for number, exhibit in enumerate(self.report.exhibits, 1):
            self._exhibit(exhibit)
            if progress is not None:
                progress(number, len(self.report.exhibits))
        words = self.report.words
        self._text("Methods", words.methods.split("\n\n"))
        self._text("Results", words.results.split("\n\n"))
        self._text("References", [f"{number}. {text}" for number, text in enumerate(words.references, 1)])
        self._properties()
        return self.presentation

    def _slide(self, title: str, look: Look | None = None, keep: str = "") -> Slide:
        return Slide(self.presentation, look or self.inside, title, self.report.foot, keep)

    def _title(self) -> None:
        report = self.report
        slide = self._slide(report.title, self.first, "subTitle")
        said = [report.cohort, report.hospital, f"{report.day:%Y-%m-%d}", report.settings, report.shared]
        if report.synthetic:
            said.insert(0, f"{SYNTHETIC} data: not of real patients")
        box = self._beneath(slide)
        size, pages = flowed(
            [clean(text) for text in said if text], ((box.width - 2 * INSET_X) / self.first.wide[1], box.height)
        )
        slide.write(pages[0], box, size, "Subtitle", BETWEEN)
        slide.notes([report.notes, *self._methods()])
        for page in pages[1:]:
            self._text_slide(report.title, page, size, [])

    def _beneath(self, slide: Slide) -> Box:
        """Where the lines beneath the title of the first slide stand."""
        holder, foot, box = slide.holder, self.first.foot, slide.area
        title = slide.slide.shapes.title
        if holder is not None:
            top = max(holder.top, title.top + title.height if title is not None else 0)
            box = Box(holder.left / _EMU, top / _EMU, holder.width / _EMU, 0)
        end = foot.top if foot.top > self.first.size[1] / 2 else self.first.size[1]
        return box._replace(height=max(end - 8 - box.top, 20.0))

    def _methods(self) -> list[str]:
        report = self.report
        said = [f"Cohort: {report.cohort}", f"Settings: {report.settings}", report.shared]
        return [*said, f"Methods: {report.words.methods}"]

    def _notes(self, exhibit: Exhibit) -> list[str]:
        return [exhibit.section, exhibit.title, *exhibit.remarks, *self._methods()]

    def _exhibit(self, exhibit: Exhibit) -> None:
        if exhibit.figure is not None and not exhibit.figure.data:
            # A figure that only says why there is nothing to draw says it in its title, which the slide has.
            exhibit = replace(exhibit, figure=None)
        if exhibit.figure is not None:
            exhibit = self._figure(exhibit)
        if exhibit.table is not None and len(exhibit.table.columns):
            self._table(exhibit, exhibit.table)
        elif exhibit.figure is None:
            self._text(exhibit.title, exhibit.remarks or (_NOTHING,), self._notes(exhibit))

    def _figure(self, exhibit: Exhibit) -> Exhibit:
        """The slide of a figure; returns the exhibit with what the figure had no room to say."""
        slide = self._slide(exhibit.title)
        given = stamp(go.Figure(exhibit.figure)) if self.report.synthetic else exhibit.figure
        alt = (alt_text(given) if self.report.synthetic else "") or exhibit.alt
        figure = without_title(given)
        card = _CARD if self.inside.dark else 0.0
        wide, spare = slide.area.width - 2 * card, slide.area.height - 2 * card - _GAP
        if least_height(figure, wide) > spare:
            # What the figure says in small print stands in the notes rather than make its text small.
            figure, small_print = without_small_print(figure)
            exhibit = replace(exhibit, remarks=(*small_print, *exhibit.remarks))
        need = least_height(figure, wide)
        area = self._remarks(slide, exhibit.remarks, room=spare - need if exhibit.table is not None else 1e9)
        area = Box(area.left + card, area.top + card, area.width - 2 * card, area.height - 2 * card)
        drawn, wide, high, scale = sized(figure, (area.width, area.height))
        picture = self.draw([drawn], wide, high, points=_DPI / _PT * scale)[0]
        spare = max(area.height - high * scale, 0.0) / 2
        box = Box(area.left, area.top + spare, wide * scale, high * scale)
        add_picture(slide.slide, picture, box, exhibit.key, alt, self.inside.dark)
        slide.notes(self._notes(exhibit))
        return exhibit

    def _wide(self, area: Box) -> float:
        """Width of a line of text in pt of Arial."""
        return (area.width - 2 * INSET_X) / self.inside.wide[1]

    def _fitting(self, remarks: Sequence[str], area: Box, room: float = 1e9) -> tuple[list[str], float]:
        room = min(_REMARKS * area.height, room)
        return kept([clean(text) for text in remarks], (self._wide(area), room), SMALLEST, _MORE)

    def _remarks(self, slide: Slide, remarks: Sequence[str], top: float | None = None, room: float = 1e9) -> Box:
        """Writes remarks at the foot of the area, or at `top`, in at most `room` pt; returns the area above them."""
        area = slide.area
        texts, used = self._fitting(remarks, area, room)
        if not texts:
            return area
        slide.write(texts, Box(area.left, top or area.bottom - used, area.width, used), SMALLEST, "Remarks")
        return area._replace(height=area.height - used - _GAP)

    def _table(self, exhibit: Exhibit, table: pd.DataFrame) -> None:
        header, rows = texts(table)
        title = exhibit.title if exhibit.figure is None else f"{exhibit.title} – {_TABLE}"
        # Room is what the longest title leaves.
        area = heading(self.inside, clean(title + " (99 of 99)")).area
        pages, last = self._pages(header, rows, exhibit.remarks, area)
        for number, part in enumerate(pages, 1):
            slide = self._slide(f"{title} ({number} of {len(pages)})" if len(pages) > 1 else title)
            place = Box(area.left, slide.area.top, sum(part.widths), sum(part.heights))
            slide.table(part, place, exhibit.key, f"Table, {len(part.cells)} rows: {exhibit.title}")
            if number == len(pages) or not last:
                self._remarks(slide, exhibit.remarks, place.bottom + _GAP)
            slide.notes(self._notes(exhibit))

    def _pages(self, header: Row, rows: Sequence[Row], remarks: Sequence[str], area: Box) -> tuple[list[Part], bool]:
        """The parts of a table, and whether remarks stand beneath the last alone, where that saves a slide."""
        used = self._fitting(remarks, area)[1] + _GAP
        head, cells = tuple(map(clean, header)), [tuple(map(clean, row)) for row in rows]
        times = self.inside.wide[1]
        under_each = parts(head, cells, (area.width / times, area.height - used))
        under_last = parts(head, cells, (area.width / times, area.height))
        last = len(under_last) < len(under_each) and sum(under_last[-1].heights) + used <= area.height
        return [page.wider(times) for page in (under_last if last else under_each)], last

    def _text(self, title: str, paragraphs: Sequence[str], notes: Sequence[str] = ()) -> None:
        """Slides of text; none where there is none."""
        said = [clean(text) for text in paragraphs if text.strip()]
        if not said:
            return
        area = heading(self.inside, clean(title + " (99 of 99)")).area
        size, pages = flowed(said, (self._wide(area), area.height))
        for number, page in enumerate(pages, 1):
            self._text_slide(f"{title} ({number} of {len(pages)})" if len(pages) > 1 else title, page, size, notes)

    def _text_slide(self, title: str, page: Sequence[str], size: int, notes: Sequence[str]) -> None:
        slide = self._slide(title, keep="body")
        slide.write(page, slide.area, size, "Text", BETWEEN)
        slide.notes(notes or self._methods())

    def _properties(self) -> None:
        report, said = self.report, self.presentation.core_properties
        said.title, said.subject, said.keywords = clean(report.title)[:255], clean(report.foot)[:255], ""
        said.author = said.last_modified_by = clean(report.hospital)[:255]
        said.comments = said.category = ""
        said.created = said.modified = datetime.combine(report.day, time())
        said.revision = 1
