"""The frame around every page: configuration, navigation, sidebar, messages.

A server that nobody has visited yet does not know the navigation: it opens a deep link by the names of the files under
`pages/`, without `app.py`. So each file's name gives its address (`3_infection_rates.py` → `/infection_rates`), which
it then finds, and each page ends in `framed(page)`, which draws the frame if it is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from pages.shell import session
from pages.shell.page import messages
from pages.shell.panel import guard
from pages.shell.presentation import dress
from pages.shell.sidebar import sidebar, start

FOLDER = Path(__file__).resolve().parents[1]
LOOK = (
    ("1_overview.py", "Overview", "overview"),
    ("2_patients.py", "Patients", "patients"),
    ("3_infection_rates.py", "Infection rates", "infection_rates"),
    ("4_infection_free_survival.py", "Infection-free survival", "infection_free_survival"),
)
DETAIL = (("2_patient.py", "Patient", "patient"),)
"""Pages that another one opens: not in the navigation."""
QUESTION = (("6_can_we_trust_it.py", "Can we trust it?", "can_we_trust_it"),)
USE = (("9_data.py", "Data", "data"),)
SIDEBAR_WIDTH = 300
INSIDE = "inside_frame"


def main() -> None:
    """One run: restore the session, draw the frame, run the page."""
    st.session_state[INSIDE] = False
    st.set_page_config(page_title="Infections on and off IVIG", layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)
    with guard("the start of the session"):
        start()
    look, question, use = [*_pages(LOOK), *_pages(DETAIL, "hidden")], _pages(QUESTION), _pages(USE)
    if session.presenting():
        chosen = st.navigation([*look, *question, *use], position="top")
    else:
        chosen = st.navigation({"Look": look, "Question": question, "Use": use})
        sidebar(use[-1])
    dress()
    with guard("the address"):
        session.write_url()
    messages()
    st.session_state[INSIDE] = True
    try:
        with guard(f"the page {chosen.title}"):
            chosen.run()
    finally:
        st.session_state[INSIDE] = False


def framed(page: Callable[[], None]) -> None:
    """Run a page inside the frame; opened without it, draw the frame, which then runs the page."""
    if st.session_state.get(INSIDE):
        page()
    else:
        main()


def _pages(
    listed: tuple[tuple[str, str, str], ...], visibility: Literal["visible", "hidden"] = "visible"
) -> list[object]:
    return [
        st.Page(FOLDER / file, title=title, url_path=address, default=file == LOOK[0][0], visibility=visibility)
        for file, title, address in listed
    ]
