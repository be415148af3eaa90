"""The first run of a session: what the window had loaded before a reload, else a sample so that there is something."""

from __future__ import annotations

import streamlit as st

from ivig_core.samples import Sample
from pages.data.samples import key_of, listed, read_sample
from pages.keep.window import NOT_IN_MEMORY, key_of_window, reopen
from pages.protocol import held as protocol
from pages.shell import session
from pages.shell.navigation import STARTED
from pages.shell.panel import guard

ASKED = "sample_asked_for"


def start() -> None:
    """Settings of the address, and a cohort. Another's numbers never stand in for a cohort that was lost."""
    if st.session_state.get(STARTED):
        return
    # Whoever presses a link at once cuts the first run off, and the address of the next one has no settings any more.
    if ASKED not in st.session_state:
        session.read_url()
        st.session_state[ASKED] = st.query_params.get("sample")
    wanted = st.session_state[ASKED]
    window = key_of_window()
    content = reopen(window)
    found = listed()
    if found:
        st.session_state["first_sample"] = found[0].slug
    if content is not None:
        session.restore(content.cohorts, content.settings)
        protocol.restore(content.protocol)
    if content is not None and wanted is None and content.shown in content.cohorts:
        session.show(content.shown)
    elif window and content is None:
        session.tell(NOT_IN_MEMORY)
        if wanted is not None:
            _open(found, wanted)
    else:
        _open(found, wanted)
    st.session_state[STARTED] = True


def _open(found: tuple[Sample, ...], wanted: str | None) -> None:
    if not found:
        return
    sample = next((item for item in found if item.slug == wanted), found[0])
    if wanted and sample.slug != wanted:
        session.tell(f"There is no sample {wanted}; {sample.title} is shown.")
    with guard("the sample"):
        session.hold(key_of(sample), read_sample(sample))
