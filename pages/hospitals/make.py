"""The file of this hospital: made of the cohort and the settings in force, looked at, and downloaded."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import streamlit as st

from ivig_core.disclosure.rule import LARGEST_THRESHOLD, Rule
from ivig_core.errors import IvigError, SpecError
from ivig_core.figures.words import shorten
from ivig_core.hospitals.read import NAME as LONGEST
from ivig_core.hospitals.site import Site
from ivig_core.hospitals.site_json import site_json
from ivig_core.hospitals.summarise import summarise
from ivig_core.spec import AnalysisSpec
from ivig_core.study.describe import sentence
from ivig_core.study.study import Study
from pages.hospitals import held
from pages.hospitals.held import MADE, SYNTHETIC
from pages.hospitals.reading import take
from pages.shell import say, session
from pages.shell.page import study_or_reason

NAME, NAME_OF, THRESHOLD, TROUBLE = "hospital_name", "hospital_name_of", "hospital_threshold", "hospital_trouble"
DEFAULT = 8
HELP = "Of the cohort and the settings in force. Nothing leaves this server before you download the file and send it."
NOT_SHARED = (
    "Share mode: a file of a hospital tells more exactly than share mode allows how many infections came on and off "
    "IVIG, so none is made here. Leave share mode, or on a server that insists on it use the command share where the "
    "data are."
)
ADDS_NOTHING = "This file adds nothing to the ratio:"
CAREFUL = "Read it before you send it: what is in it stands below. It is for the one who pools the hospitals alone."


@dataclass(frozen=True, eq=False)
class Made:
    """The latest file: of which cohort and settings, the hospital in it, and its bytes."""

    cohort: str
    spec: AnalysisSpec
    site: Site
    data: bytes

    @property
    def file(self) -> str:
        words = re.sub(r"[^a-z0-9]+", "-", self.site.name.lower()).strip("-")[:40]
        return f"hospital-{words or 'file'}.json"


def made() -> Made | None:
    """The file that was made, as long as the cohort and the settings are those that it was made of."""
    found: Made | None = st.session_state.get(MADE)
    if found is None or session.sharing():
        return None
    return found if found.cohort == _current() and found.spec == session.spec() else None


def panel() -> None:
    """Name and threshold, the button, and what came of it."""
    if session.sharing():
        say.note(NOT_SHARED)
        return
    study = study_or_reason()
    current = session.current()
    if study is None or current is None:
        return
    text = sentence(session.spec())
    say.small(f"{current.name}: {text[0].lower()}{text[1:]}")
    if st.session_state.get(NAME_OF) != _current():
        # A name is of its cohort: one that says SYNTHETIC must not stay for patients who are not.
        st.session_state[NAME_OF] = _current()
        st.session_state[NAME] = named(current.name, study)
    st.session_state.setdefault(THRESHOLD, DEFAULT)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Name of the hospital in the study", key=NAME, max_chars=LONGEST, persist_state="session", width=400
        )
        st.number_input(
            "Smallest count that is told", 2, LARGEST_THRESHOLD + 1, key=THRESHOLD, persist_state="session", width=210,
            help="Counts below it, 0 among them, are not told; nothing of a ratio is where fewer patients are behind "
            "it.",
        )  # fmt: skip
        st.button("Make the file", key="hospital_make", on_click=_make, type="primary")
    if trouble := st.session_state.get(TROUBLE):
        say.warning(trouble)
    if (found := made()) is not None:
        _result(found)


def _result(found: Made) -> None:
    adds = any(term.adds for model in found.site.models for term in model.terms)
    if not adds:
        say.strong(ADDS_NOTHING)
    for remark in found.site.remarks:
        say.warning(in_words(remark))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download the file (JSON)", found.data, found.file, "application/json", key="hospital_download",
            on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        if found.site.name not in {item.site.name for item in held.files()}:
            st.button("Put it to the files above", key="hospital_add", on_click=_add, icon=":material/add:")
        say.small(f"{len(found.data):,} bytes. {CAREFUL}")


def named(name: str, study: Study) -> str:
    """The name of a hospital; one whose patients are simulated says so."""
    name = " ".join(name.split())
    return shorten(f"{SYNTHETIC} {name}" if study.full.synthetic and not name.startswith(SYNTHETIC) else name, LONGEST)


def in_words(remark: str) -> str:
    """A remark of the command, with what its option is called on this page."""
    return remark.replace("--threshold", "the smallest count that is told")


def in_file(site: Site) -> bytes:
    """A file as the command writes it."""
    return (json.dumps(site_json(site), allow_nan=False, ensure_ascii=False, indent=1) + "\n").encode()


def _make() -> None:
    """Called by the button: make the file of what is in force, or keep why there is none."""
    st.session_state[TROUBLE] = ""
    st.session_state.pop(MADE, None)
    current, spec = session.current(), session.spec()
    if current is None or session.sharing():
        return
    try:
        name = named(str(st.session_state.get(NAME, "")), current.study)
        if not 0 < len(name) <= LONGEST or not name.isprintable():
            raise SpecError("the name", name, f"1 to {LONGEST} printable characters")
        rule = Rule(int(st.session_state.get(THRESHOLD, DEFAULT)) - 1)
        site = summarise(current.study, spec, rule, name)
    except IvigError as reason:
        st.session_state[TROUBLE] = say.as_sentence(str(reason))
    else:
        st.session_state[MADE] = Made(_current(), spec, site, in_file(site))


def _add() -> None:
    """Called by the button: put the file to those that are loaded."""
    if (found := made()) is not None:
        st.session_state[held.REFUSED] = take([(found.file, found.data)])


def _current() -> str:
    return str(st.session_state.get(session.CURRENT, ""))
