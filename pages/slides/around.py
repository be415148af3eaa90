"""What a page says around a figure or a table goes with it to the slides: above the first one of a view, below each."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

BIAS = "Immortal time"
"""What a sentence about this bias begins with: it holds for everything that follows in a view."""
BELOW, ABOVE = "slides_remarks_below", "slides_remarks_above"


def begin(*texts: str) -> None:
    """Another view or panel begins, with these sentences; what was said before is not about it."""
    st.session_state[BELOW] = None
    st.session_state[ABOVE] = list(texts)


def said(texts: Iterable[str]) -> None:
    """Sentences of the page: they belong to the exhibit above them, or to the next one where there is none."""
    above = st.session_state.get(BELOW)
    (st.session_state.setdefault(ABOVE, []) if above is None else above).extend(text for text in texts if text)


def exhibited() -> list[str]:
    """The remarks of an exhibit that is drawn now; what is said beneath it will be added to them."""
    ahead = st.session_state.get(ABOVE, [])
    remarks = list(ahead)
    st.session_state[ABOVE] = [text for text in ahead if text.startswith(BIAS)]
    st.session_state[BELOW] = remarks
    return remarks
