"""The pages and their addresses, told to the browser before anything heavy is loaded.

The first visitor of a fresh server sees the names of the pages at once and a sentence in place of the page, while the
statistics are still being loaded. So this file imports Streamlit and nothing of the core.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ivig_core.lazy import library
from pages.shell.loading import waiting

FRAME, ADDRESS, PAGE = map(library, ("pages.shell.frame", "pages.shell.address", "pages.shell.page"))

FOLDER = Path(__file__).resolve().parents[1]
LOOK = (
    ("1_overview.py", "Overview", "overview"),
    ("2_patients.py", "Patients", "patients"),
    ("3_infection_rates.py", "Infection rates", "infection_rates"),
    ("4_infection_free_survival.py", "Infection-free survival", "infection_free_survival"),
    ("5_who_was_given_ivig.py", "Who was given IVIG", "who_was_given_ivig"),
)
DETAIL = (("2_patient.py", "Patient", "patient"),)
"""Pages that another one opens: not in the navigation."""
QUESTION = (
    ("7_what_if.py", "What if", "what_if"),
    ("6_can_we_trust_it.py", "Can we trust it?", "can_we_trust_it"),
    ("8_published_evidence.py", "Published evidence", "published_evidence"),
)
USE = (("8_slides.py", "Slides", "slides"), ("9_data.py", "Data", "data"))
SIDEBAR_WIDTH = 300
INSIDE = "inside_frame"
PRESENT = "present"
STARTED = "started"


def main() -> None:
    """One run: tell the browser the pages, then let the frame restore the session and run the page."""
    st.session_state[INSIDE] = False
    if st.session_state.get(STARTED):
        ADDRESS.address()
    st.set_page_config(page_title="Infections on and off IVIG", layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)
    look, question, use = [*_pages(LOOK), *_pages(DETAIL, "hidden")], _pages(QUESTION), _pages(USE)
    if presenting():
        chosen = st.navigation([*look, *question, *use], position="top")
    else:
        chosen = st.navigation({"Look": look, "Question": question, "Use": use})
    # The place is there in every run, so that what comes after it never moves.
    place = st.empty()
    if not st.session_state.get(STARTED):
        waiting(place, chosen.title)
    FRAME.draw(chosen, use[-1])
    PAGE.printed_foot()


def framed(page: Callable[[], None]) -> None:
    """Run a page inside the frame; opened without it, draw the frame, which then runs the page."""
    if st.session_state.get(INSIDE):
        page()
    else:
        main()


def presenting() -> bool:
    """Whether the page is shown to a room; in the first run of a session the address says so."""
    if PRESENT not in st.session_state:
        st.session_state[PRESENT] = st.query_params.get(PRESENT) == "1"
    return bool(st.session_state[PRESENT])


def _pages(
    listed: tuple[tuple[str, str, str], ...], visibility: Literal["visible", "hidden"] = "visible"
) -> list[StreamlitPage]:
    return [
        st.Page(FOLDER / file, title=title, url_path=address, default=file == LOOK[0][0], visibility=visibility)
        for file, title, address in listed
    ]
