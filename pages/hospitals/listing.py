"""The files of the hospitals: upload, what was read of each, and what was refused."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.words import count, counted, is_number, shorten
from ivig_core.hospitals.fields import MOST_BYTES
from ivig_core.hospitals.site import Site
from ivig_core.spec import AnalysisSpec
from ivig_core.study.describe import sentence
from pages.data.upload import taken_out
from pages.hospitals import held, simulated
from pages.hospitals.held import Loaded
from pages.hospitals.reading import take
from pages.shell import say, session
from pages.shell.escape import escape_markdown

NUMBER = "hospital_upload_number"
NAME_CHARS = 60
WITHHELD = "not told"
PRIVACY = (
    "Files stay in the memory of the server for this session alone, also while you look at other pages. A reload of "
    "the page or the button below forgets them."
)


def panel() -> None:
    """The place to drop files, what came of them, and a try with simulated hospitals."""
    _uploader()
    said = held.refused()
    if said:
        say.problems(said, errors=True)
    loaded = held.files()
    if not loaded:
        _try()
        return
    one = loaded[0].site
    say.line(f"{counted(len(loaded), 'file')}. In all of them: {_settings(one)}")
    with st.container(gap="xxsmall"):
        for item in loaded:
            _row(item)
    say.small(PRIVACY)
    st.button("Forget all files", key="hospital_forget", on_click=held.forget, icon=":material/delete:")


def _try() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Try with five simulated hospitals", key="hospital_try", on_click=simulated.load, type="primary")
        say.small(simulated.WHAT)


def _uploader() -> None:
    """Emptied after reading, so that the raw files do not stay in memory."""
    number = st.session_state.setdefault(NUMBER, 0)
    given = st.file_uploader(
        "Files of hospitals (JSON, as “Make the file” below or the command share writes them)",
        key=f"hospital_upload_{number}", accept_multiple_files=True, max_upload_size=max(1, MOST_BYTES // 1_000_000),
    )  # fmt: skip
    if not given:
        return
    try:
        with st.spinner("Reading …"):
            st.session_state[held.REFUSED] = take([(file.name, taken_out(file)) for file in given])
    finally:
        st.session_state[NUMBER] = number + 1
    st.rerun()


def _settings(site: Site) -> str:
    spec = AnalysisSpec.from_dict(site.settings)
    text = sentence(spec)
    return f"{text[0].lower()}{text[1:]}"


def _row(item: Loaded) -> None:
    site = item.site
    name, button = st.columns((5, 1), vertical_alignment="center")
    with name:
        say.line(f"{shorten(site.name, NAME_CHARS)}: {_told(site)} ({item.file})")
    with button:
        st.button(
            "Remove", key=f"hospital_remove_{item.digest}", on_click=held.remove, args=(item.digest,),
            type="tertiary", icon=":material/close:", help=escape_markdown(f"Remove {shorten(site.name, NAME_CHARS)}"),
        )  # fmt: skip


def _told(site: Site) -> str:
    """How large the hospital is as far as its file tells; nothing of it in share mode."""
    if session.sharing():
        return "read"
    patients, infections = site.counts["patients"], site.counts["infections"]
    if not is_number(patients):
        return f"fewer than {site.threshold} patients"
    number = count(infections) if is_number(infections) else f"fewer than {site.threshold}"
    told = f"about {count(patients)} patients, {number} infections"
    adds = any(term.adds for model in site.models for term in model.terms)
    return told if adds else f"{told}; adds nothing to a ratio"
