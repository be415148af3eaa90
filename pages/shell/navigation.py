"""The pages and their addresses, told to the browser before anything heavy is loaded.

The first visitor of a fresh server sees the names of the pages at once and a sentence in place of the page, while the
statistics are still being loaded. So this file imports Streamlit and nothing of the core.
"""

from __future__ import annotations

import os
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
    ("8_hospitals.py", "Hospitals", "hospitals"),
)
USE = (("8_slides.py", "Slides", "slides"), ("9_data.py", "Data", "data"))
EXACT = ("2_patients.py", "7_what_if.py")
"""Pages that show exact counts or single patients alone."""
SIDEBAR_WIDTH = 300
INSIDE = "inside_frame"
PRESENT, SHARE = "present", "share"
ALWAYS_SHARED = "IVIG_SHARE"
"""Setting of a deployment: `always` hides small numbers for everybody."""
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


def always_shared() -> bool:
    """Whether the deployment hides small numbers for everybody."""
    return os.environ.get(ALWAYS_SHARED, "").strip().lower() == "always"


def sharing() -> bool:
    """Whether small numbers are hidden; in the first run of a session the address says so."""
    if SHARE not in st.session_state:
        st.session_state[SHARE] = st.query_params.get(SHARE) == "1"
    return always_shared() or bool(st.session_state[SHARE])


def read_modes(query: dict[str, str]) -> None:
    """Take from an address whether it is presented and whether small numbers are hidden."""
    for name in (PRESENT, SHARE):
        st.session_state[name] = query.pop(name, "") == "1"


def told_modes() -> dict[str, str]:
    """The same for an address; what a deployment decides is not told."""
    on = {PRESENT: presenting(), SHARE: sharing() and not always_shared()}
    return {name: "1" for name, is_on in on.items() if is_on}


def _pages(
    listed: tuple[tuple[str, str, str], ...], visibility: Literal["visible", "hidden"] = "visible"
) -> list[StreamlitPage]:
    """Pages to tell the browser. Share mode does not offer those that show nothing in it; they say so where an address
    leads to them."""
    hidden = EXACT if sharing() else ()
    return [
        st.Page(
            FOLDER / file, title=title, url_path=address, default=file == LOOK[0][0],
            visibility="hidden" if file in hidden else visibility,
        )
        for file, title, address in listed
    ]  # fmt: skip
