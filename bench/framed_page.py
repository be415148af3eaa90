"""The frame of the dashboard, sidebar with all settings included, around a page with nothing but a title."""

from __future__ import annotations

import streamlit as st

from pages.keep.start import start
from pages.shell import session
from pages.shell.page import head
from pages.shell.sidebar import sidebar


def page() -> None:
    head("Empty")


empty = st.Page(page, title="Empty", url_path="empty", default=True)
chosen = st.navigation([empty])
start()
sidebar(empty)
session.write_url()
chosen.run()
