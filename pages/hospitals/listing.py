"""The files of the hospitals: upload, what was read of each, and what was refused."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.words import count, counted, is_number, shorten, shorten_apart
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
PILLS = "hospital_pills"
NAME_CHARS, PILL_CHARS = 60, 24
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
    say.line(f"{counted(len(loaded), 'file')}. In all of them: {_settings(loaded[0].site)}")
    say.bullets([f"{shorten(item.site.name, NAME_CHARS)}: {_told(item.site)} ({item.file})" for item in loaded])
    _removal(loaded)
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


def _removal(loaded: tuple[Loaded, ...]) -> None:
    """A pill for each hospital takes its file away: one widget, however many there are."""
    short = shorten_apart([item.site.name for item in loaded], PILL_CHARS)
    names = {item.digest: f"{name} ✕" for item, name in zip(loaded, short, strict=True)}
    st.pills("Click to remove a file", list(names), format_func=lambda of: escape_markdown(names[of]), key=PILLS,
             on_change=_remove)  # fmt: skip


def _remove() -> None:
    digest = st.session_state.get(PILLS)
    st.session_state[PILLS] = None
    if digest:
        held.remove(str(digest))


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
