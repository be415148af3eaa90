"""What is shown in the place of a page until it has something to show, in the first run of a session."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shell import say

PLACE = "loading_place"
LOADING = "Loading. It takes a few seconds for the first visitor after a start."


def waiting(place: DeltaGenerator, title: str) -> None:
    """Say in `place` that the page is being loaded."""
    with place.container():
        say.title(title)
        say.small(LOADING)
    st.session_state[PLACE] = place


def arrived() -> None:
    """The page has something to show: what was said of loading goes."""
    place = st.session_state.pop(PLACE, None)
    if place is not None:
        place.empty()
