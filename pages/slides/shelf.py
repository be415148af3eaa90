"""What a user has put aside for slides: in this session only, each item with the settings that it was made under.

Items belong to the cohort that they show: they leave memory with it. Figures are held as JSON, so that their size is
known and nobody changes them.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass, replace

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ivig_core.errors import IvigError
from ivig_core.report.content import Exhibit
from pages.share import mode
from pages.shell import session
from pages.shell.session import SLIDES

MOST_ITEMS = 40
LARGEST_FIGURE, MOST_BYTES = 4_000_000, 50_000_000
"""Bytes of one figure, and of everything on the shelf."""
MOST_ROWS = 200
"""Rows of a table that goes on slides: eight or nine slides."""
NUMBER = "slides_number"
NAMED = "slides_with_ids"
UNDER = "Made under other settings: {}"


class ShelfError(IvigError):
    """An exhibit is not put on the shelf; the message says why and what else can be done."""


@dataclass(frozen=True, eq=False)
class Item:
    """One figure or table. `cohort`: its key on the shelf of cohorts. `mark` tells what it shows from what else the
    same exhibit can show. `named`: whether it has study ids. `shared`: how small numbers are hidden in it, empty where
    counts are exact."""

    number: int
    cohort: str
    mark: Hashable
    key: str
    section: str
    title: str
    settings: str
    figure: str = ""
    table: pd.DataFrame | None = None
    full: pd.DataFrame | None = None
    remarks: tuple[str, ...] = ()
    named: bool = False
    shared: str = ""

    @property
    def size(self) -> int:
        """Bytes in memory, about."""
        frames = [frame for frame in (self.table, self.full) if frame is not None]
        return len(self.figure) + sum(int(frame.memory_usage(deep=True).sum()) for frame in frames)

    def exhibit(self, settings: str) -> Exhibit:
        """As it goes out, in a report whose settings are these."""
        other = () if self.settings == settings else (UNDER.format(self.settings),)
        return Exhibit(
            key=f"{self.key}-{self.number}",
            section=self.section,
            title=self.title,
            figure=go.Figure(json.loads(self.figure)) if self.figure else None,
            table=self.table,
            full=self.full,
            remarks=(*other, *self.remarks),
        )


def items() -> list[Item]:
    """Everything on the shelf, in the order of the slides."""
    return st.session_state.setdefault(SLIDES, [])


def here() -> list[Item]:
    """The items of the cohort that is shown."""
    return [item for item in items() if item.cohort == st.session_state.get(session.CURRENT)]


def seen() -> list[Item]:
    """The items that the page lists: in share mode none with exact counts."""
    return [item for item in here() if not (session.sharing() and left_out(item))]


def left_out(item: Item) -> str:
    """Why an item is left out of what is downloaded now; empty where it is not."""
    if item.cohort != st.session_state.get(session.CURRENT):
        return "of another cohort, left out"
    if item.named and not st.session_state.get(NAMED):
        return "with study ids, left out while these are not chosen"
    if item.shared != mode.words():
        return "with small numbers hidden, left out" if item.shared else "with exact counts, left out in share mode"
    return ""


def found(mark: Hashable) -> Item | None:
    """The item of the cohort shown with this mark."""
    return next((item for item in here() if item.mark == mark), None)


def put(item: Item) -> None:
    """Put an item at the end. `ShelfError` where there is no room for it."""
    if len(items()) >= MOST_ITEMS:
        raise ShelfError(f"The shelf has {MOST_ITEMS} items, the most it holds. Take one off on the page Slides.")
    if item.table is not None and len(item.table) > MOST_ROWS:
        raise ShelfError(
            f"This table has {len(item.table):,} rows; at most {MOST_ROWS} go on slides. Download it as CSV instead."
        )
    if len(item.figure) > LARGEST_FIGURE:
        raise ShelfError("This figure has too many points for a slide. Filter the patients, or save it as a picture.")
    if item.size + sum(other.size for other in items()) > MOST_BYTES:
        raise ShelfError("The shelf is full. Take something off it on the page Slides.")
    st.session_state[NUMBER] = st.session_state.get(NUMBER, 0) + 1
    items().append(replace(item, number=st.session_state[NUMBER]))


def take_off(number: int) -> None:
    """Take an item off the shelf."""
    st.session_state[SLIDES] = [item for item in items() if item.number != number]


def clear() -> None:
    """Take everything off."""
    st.session_state[SLIDES] = []


def change(number: int, title: str) -> None:
    """Another title for an item; an empty one changes nothing."""
    told = " ".join(title.split())
    if told:
        st.session_state[SLIDES] = [
            replace(item, title=told) if item.number == number else item for item in items()
        ]  # fmt: skip


def move(number: int, by: int) -> None:
    """Move an item among those that are listed, up for −1 and down for 1; at the end of the list it stays."""
    listed = seen()
    at = next((at for at, item in enumerate(listed) if item.number == number), None)
    if at is None or not 0 <= at + by < len(listed):
        return
    one, two = (items().index(item) for item in (listed[at], listed[at + by]))
    items()[one], items()[two] = items()[two], items()[one]
