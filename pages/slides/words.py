"""The methods and the results as a paper has them, what the cohort can and cannot answer, and the settings file."""

from __future__ import annotations

import streamlit as st

from ivig_core.report.words.settings_file import settings_file
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from pages.protocol.held import protocol
from pages.shell import exhibit, say
from pages.shell.panel import panel
from pages.slides.content import asked, words

SETTINGS_HELP = "ivig analyze COHORT --spec analysis-settings.json"
COPY = "Each paragraph says what was done and found with the settings in force; the button in its corner copies it."
CHECKLIST = "What the file can and cannot answer of what STROBE and RECORD ask for."


def show(study: Study, spec: AnalysisSpec) -> None:
    """Paragraphs to copy, references, the checklist, and the settings as a file."""
    with st.spinner("Analysing…"):
        told = words(study, spec)
        items = asked(study, spec)
    with panel("Methods and results", COPY), st.container(key="slides_words"):
        for title, text in (("Methods", told.methods), ("Results", told.results)):
            say.strong(title)
            _copied(text)
        if told.references:
            say.strong("References")
            _copied("\n".join(f"{number}. {text}" for number, text in enumerate(told.references, start=1)))
    with panel("Settings", SETTINGS_HELP):
        say.small("With this file the command line gives every number again.")
        st.download_button(
            "Settings file (JSON)", lambda: settings_file(spec, protocol()), "analysis-settings.json",
            "application/json", key="slides_settings", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
    with panel("Checklist", CHECKLIST):
        exhibit.table("checklist", items)


def _copied(text: str) -> None:
    st.code(text, language=None, wrap_lines=True)
