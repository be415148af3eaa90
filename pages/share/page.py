"""What every page shows in share mode. A page that is not named here shows nothing of the cohort."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ivig_core.figures.overview.headline_words import answer_title
from ivig_core.report.content import Exhibit
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from pages.share import mode
from pages.shell import exhibit, say, session
from pages.shell.page import head, study_or_reason
from pages.shell.panel import guard
from pages.slides.content import shared_exhibits, tables

OVERVIEW = "Overview"
EXHIBITED = (OVERVIEW, "Infection rates", "Infection-free survival", "Who was given IVIG", "Can we trust it?")
"""Pages that show the figures and tables of their section, all from shared results."""
OWN = ("Slides", "Data", "Published evidence", "Hospitals")
"""Pages that see to it themselves that they show nothing exact."""
NOT_SHARED = {
    "Patients": "The page Patients shows single patients and is not shown in share mode.",
    "Patient": "This page shows a single patient and is not shown in share mode.",
    "What if": "What if computes from exact counts and is not shown in share mode.",
}
UNKNOWN = "This page is not shown in share mode."
NOTHING = "Nothing of this page can be shared under these settings."
MORE = "The other views of this page are computed from exact counts and not shown in share mode."


def run(chosen: StreamlitPage) -> None:
    """The page in share mode."""
    if chosen.title in OWN:
        chosen.run()
    elif chosen.title in EXHIBITED:
        _exhibits(chosen.title)
    else:
        head(chosen.title)
        say.note(NOT_SHARED.get(chosen.title, UNKNOWN))


def _exhibits(title: str) -> None:
    held, spec = session.current(), session.spec()
    if held is None or not len(held.study.cohort(spec)):
        head(title)
        study_or_reason()
        return
    place = st.container()
    with st.spinner("Analysing…"), guard("the analysis"):
        shown = [item for item in shared_exhibits(held.study, spec) if item.section == title]
        told = _title(title, held.study, spec)
        with place:
            head(told)
            mode.sentence()
        for item in shown:
            with st.container(border=True), guard(item.title):
                _show(item)
        say.small(MORE if shown else NOTHING)


def _title(title: str, study: Study, spec: AnalysisSpec) -> str:
    return answer_title(tables(study, spec).headline) if title == OVERVIEW else title


def _show(item: Exhibit) -> None:
    """A figure with its table, or one of them; nothing of it can be put on slides but the whole set."""
    if item.figure is None:
        say.heading(item.title)
    else:
        exhibit.figure(item.figure, f"shared_{item.key}", to_slides=False)
    if item.table is not None:
        exhibit.table(f"shared_{item.key}", item.table, item.full, to_slides=False)
    exhibit.sentences(item.remarks)
