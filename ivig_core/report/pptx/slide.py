"""One slide: its title in the type that fits, what stands beneath it, the foot, the number, the notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.util import Pt

from ivig_core.report.pptx.look import Box, Look, kind_of
from ivig_core.report.pptx.measure import LINE, fitting, height
from ivig_core.report.pptx.tables import INSET_X, INSET_Y, Part
from ivig_core.report.pptx.xml import clean, colour, face, number_field, plain_table, ruled, unmarked

SMALLEST_TITLE, SMALLEST, FOOT = 20, 12, (11, 9)
_INSET_X, _INSET_Y = 7.2, 3.6


class Heading(NamedTuple):
    """The title of a slide: its size of type in pt, its place, and the room that it leaves."""

    size: int
    box: Box
    area: Box


def heading(look: Look, text: str) -> Heading:
    """The largest type in which a title fits its place; one that does not in the smallest gets a higher place."""
    shown = text.upper() if look.capitals else text
    # Measured bold, whatever the template has: a title may be shorter than its place, never longer.
    room = (look.title.width - 2 * _INSET_X) / look.wide[0], look.title.height - 2 * _INSET_Y
    size = fitting(shown, room, (look.title_size, SMALLEST_TITLE), bold=True)
    if size is not None:
        return Heading(size, look.title, look.area)
    high = height(shown, SMALLEST_TITLE, room[0], bold=True) + 2 * _INSET_Y
    box = look.title._replace(height=high)
    return Heading(SMALLEST_TITLE, box, look.area.below(box.bottom + 4))


class Slide:
    """A slide of a look, with its title and foot; `area` is what is still free of it.

    `keep`: the kind of placeholder ("body", "subTitle") that will take text, where the layout has it.
    """

    def __init__(self, presentation: Any, look: Look, title: str, foot: str, keep: str = "") -> None:
        self.look = look
        self.slide = presentation.slides.add_slide(look.layout)
        self.holder: Any = None
        for shape in list(self.slide.placeholders):
            kind = kind_of(shape)
            if kind == keep and kind in look.has and self.holder is None:
                self.holder = shape
            elif kind != "title" or "title" not in look.has:
                shape._element.getparent().remove(shape._element)
        self.area = self._title(clean(title))
        self._foot(clean(foot))

    def _title(self, text: str) -> Box:
        said = heading(self.look, text)
        title = self.slide.shapes.title
        if title is None:
            title = self.box(said.box, "Title")
        elif said.box is not self.look.title:
            title.left, title.top, title.width, title.height = map(Pt, said.box)
        frame = title.text_frame
        _fixed(frame)
        frame.text = text
        for run in (run for paragraph in frame.paragraphs for run in paragraph.runs):
            run.font.size = Pt(said.size)
            if "title" not in self.look.has:
                run.font.bold = True
                colour(run, self.look.ink)
                face(run, "+mj-lt")
        return said.area

    def _foot(self, text: str) -> None:
        look = self.look
        foot = self._placed("ftr", PP_PLACEHOLDER.FOOTER, look.foot, "Foot")
        room = (look.foot.width - 2 * _INSET_X) / look.wide[1], look.foot.height
        size = fitting(text, room, FOOT) or FOOT[1]
        _fixed(foot.text_frame)
        foot.text_frame.text = text
        for run in foot.text_frame.paragraphs[0].runs:
            run.font.size = Pt(size)
            if "ftr" not in look.has:
                colour(run, look.ink)
        number = self._placed("sldNum", PP_PLACEHOLDER.SLIDE_NUMBER, look.number, "Number")
        number_field(number.text_frame.paragraphs[0])

    def _placed(self, kind: str, holder: Any, box: Box, name: str) -> Any:
        """A placeholder of the foot, which slides do not have by themselves; a text box where the layout has none."""
        if kind not in self.look.has:
            return self.box(box, name)
        model = next(shape for shape in self.look.layout.placeholders if kind_of(shape) == kind)
        index = model._element.find(".//" + qn("p:ph")).get("idx", "0")
        tree = self.slide.shapes._spTree
        tree.add_placeholder(tree.max_shape_id + 1, name, holder, "horz", "quarter", int(index))
        shape = self.slide.shapes[-1]
        if kind == "ftr":
            shape.left, shape.top, shape.width, shape.height = map(Pt, box)
        return shape

    def box(self, box: Box, name: str) -> Any:
        """An empty text box in the theme's type."""
        shape = self.slide.shapes.add_textbox(*map(Pt, box))
        shape.name = name
        _fixed(shape.text_frame)
        return shape

    def write(self, texts: Sequence[str], box: Box, size: float, name: str, space: float = 0.0) -> None:
        """Paragraphs with `space` lines between them, in the placeholder that was kept or in a text box."""
        shape = self.holder or self.box(box, name)
        shape.left, shape.top, shape.width, shape.height = map(Pt, box)
        frame = shape.text_frame
        _fixed(frame)
        frame.margin_left = frame.margin_right = Pt(INSET_X)
        frame.margin_top = frame.margin_bottom = 0
        for number, text in enumerate(texts):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.space_before, paragraph.space_after = Pt(space * size * LINE if number else 0), Pt(0)
            paragraph.line_spacing = 1.0
            run = paragraph.add_run()
            run.text = clean(text)
            run.font.size = Pt(size)
            if self.holder is not None:
                unmarked(paragraph)
            else:
                colour(run, self.look.ink)
                face(run, "+mn-lt")

    def table(self, part: Part, box: Box, title: str, alt: str) -> None:
        """A table of PowerPoint, with a line beneath its header and beneath its rows."""
        frame = self.slide.shapes.add_table(
            len(part.cells) + 1, len(part.header), *map(Pt, (*box[:2], sum(part.widths), sum(part.heights)))
        )
        table = plain_table(frame, title, alt)
        for column, wide in zip(table.columns, part.widths, strict=True):
            column.width = Pt(wide)
        for row, high in zip(table.rows, part.heights, strict=True):
            row.height = Pt(high)
        for number, row in enumerate((part.header, *part.cells)):
            for column, text in enumerate(row):
                self._cell(table.cell(number, column), text, part.size, number == 0)

    def _cell(self, cell: Any, text: str, size: int, head: bool) -> None:
        cell.margin_left = cell.margin_right = Pt(INSET_X)
        cell.margin_top = cell.margin_bottom = Pt(INSET_Y)
        cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
        cell.text_frame.text = clean(text)
        ruled(cell, self.look.ink, 1.5 if head else 0.5)
        for paragraph in cell.text_frame.paragraphs:
            paragraph.font.size = Pt(size)
            for run in paragraph.runs:
                run.font.size = Pt(size)
                run.font.bold = head
                colour(run, self.look.ink)

    def notes(self, paragraphs: Sequence[str]) -> None:
        """What the speaker reads."""
        self.slide.notes_slide.notes_text_frame.text = clean("\n\n".join(text for text in paragraphs if text))


def _fixed(frame: Any) -> None:
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
