"""“Add to slides”, beside every figure and table: a button that runs alone, and what it puts on the shelf."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ivig_core.errors import IvigError
from ivig_core.figures.theme import finding
from ivig_core.figures.words import counted
from ivig_core.report.content import Exhibit
from ivig_core.study.describe import sentence
from ivig_core.study.patients.without_ids import ONE
from pages.share import mode
from pages.shell import say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard, log_defect
from pages.shell.presentation import as_presented
from pages.slides import shelf
from pages.slides.titles import title_of

TOLD = "slides_told"
ADD, THERE = "Add to slides", "On slides"
ADD_HELP = "Puts it on the page Slides, from where it goes to PowerPoint, PDF or a web page."
ID_COLUMNS, ROW_COLUMNS = ("Patient", "patient_id"), ("patient",)
THERE_HELP = "It is on the page Slides. Press to take it off again."


@dataclass(frozen=True, eq=False)
class Offer:
    """A figure or a table that can be put on the shelf. Nothing is drawn before it is.

    `parts`: what it depends on besides the cohort; without them it is told by its content. `nameless`: draws a figure
    about single patients without their ids. `remarks`: what the page says around it, also what it says afterwards.
    `settings`: what it was made under, where that is not what is in force.
    """

    key: str
    parts: tuple[Hashable, ...] | None = None
    draw: Callable[[], go.Figure] | None = None
    nameless: Callable[[], go.Figure] | None = None
    table: pd.DataFrame | None = None
    full: pd.DataFrame | None = None
    about_patients: bool = False
    remarks: list[str] = field(default_factory=list)
    settings: str = ""

    @property
    def kind(self) -> str:
        return "table" if self.draw is None else "figure"

    def begins_like(self, item: shelf.Item) -> bool:
        return isinstance(item.mark, tuple) and item.mark[:3] == (section(), self.kind, self.key)

    @property
    def mark(self) -> Hashable:
        """What is shown, told from everything else that this exhibit can show."""
        return (section(), self.kind, self.key, self._content() if self.parts is None else self.parts)

    def _content(self) -> str:
        if self.table is not None:
            text = self.table.to_csv(index=False)
        else:
            text = self.draw().to_json() if self.draw is not None else ""
        return blake2b(text.encode(), digest_size=16).hexdigest()


def section() -> str:
    """The title of the page that is shown."""
    return str(st.session_state.get(session.SECTION, ""))


def offer(of: Offer) -> None:
    """The button. A room that is presented to has none."""
    if session.current() is not None and not session.presenting():
        _button(of)


def _button(of: Offer) -> None:
    # No fragment of its own: each costs every redraw of its page about a twentieth, and is pressed now and then.
    with guard("the button for slides"):
        # What a thing shows is looked at only where something of it is on the shelf: most redraws look at nothing.
        there = shelf.found(of.mark) if any(map(of.begins_like, shelf.here())) else None
        st.button(
            escape_markdown(THERE if there else ADD),
            key=f"to_slides_{of.kind}_{of.key}",
            icon=":material/check:" if there else ":material/add_to_queue:",
            type="tertiary",
            help=escape_markdown(THERE_HELP if there else ADD_HELP),
            on_click=_press,
            args=(of,),
        )
        told = st.session_state.get(TOLD)
        if told is not None and told[0] == (of.kind, of.key):
            del st.session_state[TOLD]
            (say.warning if told[2] else say.toast)(told[1])


def _press(of: Offer) -> None:
    """Put it on the shelf, or take it off where it is already there."""
    text, refused = "", False
    try:
        there = shelf.found(of.mark) if any(map(of.begins_like, shelf.here())) else None
        if there is None:
            shelf.put(item_of(of))
            text = f"Added to slides: {counted(len(shelf.here()), 'item')}."
        else:
            shelf.take_off(there.number)
            text = "Taken off the slides."
    except IvigError as reason:
        text, refused = say.as_sentence(str(reason)), True
    except Exception as defect:
        number = log_defect("adding to slides", defect)
        text, refused = f"Sorry, it could not be added. This is a defect of the program. Error id: {number}", True
    st.session_state[TOLD] = ((of.kind, of.key), text, refused)


def item_of(of: Offer) -> shelf.Item:
    """What is put on the shelf: drawn as for a room, without what leads back to patients unless that is chosen."""
    named = of.about_patients and bool(st.session_state.get(shelf.NAMED))
    drawn = None
    if of.draw is not None:
        with as_presented():
            drawn = _freed((of.nameless if of.nameless is not None and not named else of.draw)())
    elif of.about_patients and not named:
        of = replace(of, table=_nameless(of.table), full=_nameless(of.full))
    page = section()
    return shelf.Item(
        number=0,
        cohort=st.session_state[session.CURRENT],
        mark=of.mark,
        key=of.key,
        section=page,
        title=(finding(drawn) if drawn is not None else "") or title_of(of.key, page),
        settings=of.settings or sentence(session.spec()),
        figure="" if drawn is None else drawn.to_json(),
        table=of.table,
        full=of.full,
        remarks=tuple(dict.fromkeys(of.remarks)),
        named=named,
        shared=mode.words(),
    )


def _freed(figure: go.Figure) -> go.Figure:
    """Without what a click on the page looks up, which leads back to rows of the file."""
    for trace in figure.data:
        if isinstance(trace.customdata, (list, tuple)) or trace.type != "heatmap":
            trace.customdata = None
    return figure


def _nameless(frame: pd.DataFrame | None) -> pd.DataFrame | None:
    """A table about single patients, who are only counted."""
    if frame is None:
        return None
    shown = frame.drop(columns=[name for name in ROW_COLUMNS if name in frame])
    for name in (name for name in ID_COLUMNS if name in shown):
        codes = pd.factorize(shown[name])[0]
        shown = shown.assign(**{name: [f"{ONE} {code + 1}" for code in codes]})
    return shown


def kept(exhibit: Exhibit) -> shelf.Item:
    """An exhibit of the default set as an item of the shelf."""
    return shelf.Item(
        number=0,
        cohort=st.session_state[session.CURRENT],
        mark=("default", exhibit.key, session.spec(), mode.rule()),
        key=exhibit.key,
        section=exhibit.section,
        title=exhibit.title,
        settings=sentence(session.spec()),
        figure="" if exhibit.figure is None else exhibit.figure.to_json(),
        table=exhibit.table,
        full=exhibit.full,
        remarks=exhibit.remarks,
        shared=mode.words(),
    )
