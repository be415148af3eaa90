"""Slides: what was put aside, or the default set, as a presentation, a page or a document; words for a paper."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from pages.shell import session
from pages.shell.escape import escape_markdown
from pages.shell.navigation import framed
from pages.shell.page import head, study_or_reason
from pages.shell.panel import guard, panel
from pages.shell.views import VIEW, views
from pages.slides import template, words
from pages.slides.content import DAY, HOSPITAL, LONGEST, LONGEST_NOTES, NOTES, TITLE
from pages.slides.downloads import downloads
from pages.slides.listing import listing
from pages.slides.shelf import NAMED

VIEWS, BOX = "views_slides", "slides_seldom"
NAMED_HELP = (
    "Lanes and the timeline of a patient are put on slides without study ids. With this they keep them, for a room in "
    "which everybody may know them. What has ids goes out only while this is on."
)


def page() -> None:
    """The slides with their downloads, and the words."""
    head("Slides")
    if study_or_reason() is not None:
        _views()


def _views() -> None:
    """Only the open view is made. No fragment: a file that is being made can be stopped."""
    with guard("the views"):
        held, spec = session.current(), session.spec()
        makers: dict[str, VIEW] = {"Slides": _slides, "Words": words.show}
        if held is not None:
            views(makers, VIEWS, held.study, spec)


def _slides(study: Study, spec: AnalysisSpec) -> None:
    with panel("Download", headed=False):
        _fields()
        make = downloads(study, spec)
        _seldom()
    listing(study, spec)
    make()


def _fields() -> None:
    """Title, hospital, date."""
    title, hospital, day = st.columns([6, 4, 2], vertical_alignment="bottom")
    title.text_input("Title", key=TITLE, placeholder="the finding of this cohort", max_chars=LONGEST,
                     persist_state="session")  # fmt: skip
    hospital.text_input("Hospital", key=HOSPITAL, max_chars=LONGEST, persist_state="session")
    st.session_state.setdefault(DAY, date.today())
    day.date_input("Date", key=DAY, format="YYYY-MM-DD", persist_state="session")


def _seldom() -> None:
    """What is seldom changed, in a box; what was entered holds while it is closed."""
    box = st.expander("Your template, notes for the speaker, study ids", key=BOX, on_change="rerun")
    if not box.open:
        return
    with box:
        template.uploader()
        st.text_area("Notes for the speaker", key=NOTES, max_chars=LONGEST_NOTES, height=100, persist_state="session")
        st.toggle(
            "Patient-level figures with study ids", key=NAMED, persist_state="session", help=escape_markdown(NAMED_HELP)
        )


framed(page)
