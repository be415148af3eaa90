"""The frame around every page: the session, the sidebar, messages, and the page itself."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.keep.sign_on import sign_on
from pages.keep.start import start
from pages.keep.window import remember, tell_window
from pages.share import page as share_page
from pages.shell import session
from pages.shell.loading import arrived
from pages.shell.navigation import INSIDE
from pages.shell.page import messages
from pages.shell.panel import guard
from pages.shell.presentation import dress
from pages.shell.sidebar import sidebar
from pages.slides import around


def draw(chosen: StreamlitPage, data_page: StreamlitPage) -> None:
    """Restore the session, draw the frame and run the page; its head takes away what was said of loading."""
    sign_on()
    with guard("the start of the session"):
        start()
    if not session.presenting():
        sidebar(data_page)
    dress()
    with guard("the address"):
        session.write_url()
    with guard("what a reload would find"):
        remember()
    messages()
    if chosen.title != data_page.title:
        session.leave_data()
    st.session_state[INSIDE] = True
    st.session_state[session.SECTION] = chosen.title
    around.begin()
    try:
        with guard(f"the page {chosen.title}"):
            share_page.run(chosen) if session.sharing() else chosen.run()
        with guard("what a reload would find"):
            tell_window()
    finally:
        arrived()
        st.session_state[INSIDE] = False
