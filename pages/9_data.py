"""Data: samples, the user's own file, what is wrong with it, and what each step of the analysis leaves."""

from __future__ import annotations

import streamlit as st

from ivig_core.cohort.templates.redcap import template_redcap
from ivig_core.cohort.templates.rows import template_csv
from ivig_core.cohort.templates.workbook import template_xlsx
from ivig_core.figures.trust.tables import attrition_table
from ivig_core.figures.words import counted
from ivig_core.samples import Sample
from ivig_core.study.attrition import attrition, flow
from ivig_core.study.describe import sentence
from pages.data import charts, quality
from pages.data.changes import changes_panel
from pages.data.copy import copy_panel, drop_copy
from pages.data.ledger import ledger
from pages.data.meaning import meaning_panel
from pages.data.problems import problems
from pages.data.samples import listed
from pages.data.upload import Attempt, attempt, discard, questions, uploader, use
from pages.data.waiting import waiting
from pages.protocol import held as protocol
from pages.shell import exhibit, say, session
from pages.shell.navigation import framed
from pages.shell.page import head, study_or_reason
from pages.shell.panel import guard, panel
from pages.shell.sidebar import open_sample

NOT_SHARED = (
    "Rows of a file, what is wrong with them and the charts of the data show single patients and exact counts: they "
    "are not shown in share mode. Leave it to load a file of another shape or to mend one."
)
HELP = (
    "It stays in the memory of the server, for this window alone, also when the page is loaded anew. It is forgotten "
    "within two minutes after the window was closed, 30 minutes after its connection was lost, and at once with "
    "“Remove this cohort from memory”."
)


def page() -> None:
    """Upload and samples, then the file's problems and who is analysed."""
    head("Data")
    with panel("Your own file", HELP):
        _own()
    if waiting() is not None and not session.sharing():
        with panel("What the columns mean"):
            meaning_panel(use)
    tried = attempt()
    if session.sharing():
        if tried is not None:
            say.line(_verdict(tried))
        say.note(NOT_SHARED)
    elif tried is not None:
        with panel("The latest file"):
            _outcome(tried)
    if not session.sharing():
        changes_panel()
    with panel("Samples"):
        for sample in listed():
            _sample(sample)
    if not session.sharing():
        _current()


def _own() -> None:
    uploader()
    say.small(
        "One row per dated fact, or your own columns: then you are asked what they mean. Identifiers of people stop "
        "the upload before anything is shown."
    )
    with st.container(horizontal=True):
        _templates()


def _templates() -> None:
    st.download_button(
        "Template (CSV)", template_csv, "cohort-template.csv", "text/csv", key="template_csv", on_click="ignore",
        icon=":material/download:",
    )  # fmt: skip
    st.download_button(
        "Template with dictionary (Excel)", template_xlsx, "cohort-template.xlsx", key="template_xlsx",
        on_click="ignore", icon=":material/download:",
    )  # fmt: skip
    st.download_button(
        "REDCap project (data dictionary)", template_redcap, "cohort-template.redcap.csv", "text/csv",
        key="template_redcap", on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def _sample(sample: Sample) -> None:
    held = session.current()
    shown = held is not None and held.sample == sample.slug
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap="xxsmall"):
            say.strong(sample.title, "SYNTHETIC" if sample.synthetic else "")
            say.small(sample.description)
        st.button(
            "Shown now" if shown else "Open",
            key=f"open_{sample.slug}",
            on_click=_open,
            args=(sample,),
            disabled=shown,
        )


def _open(sample: Sample) -> None:
    with guard("the sample"):
        open_sample(sample)


def _outcome(tried: Attempt) -> None:
    say.line(_verdict(tried))
    questions(tried)
    if tried.drop:
        say.small(f"Left out: {', '.join(tried.drop)}.")
    ledger(tried.intake, "latest")
    exhibit.sentences(tried.intake.notes)
    problems(tried.intake, "latest")
    st.button("Close this report", key="discard_attempt", on_click=discard)


def _verdict(tried: Attempt) -> str:
    if not tried.intake.errors:
        return f"{tried.name} was loaded and is shown on every page."
    kept = session.current()
    stays = f" {kept.name} is still shown." if kept else ""
    why = "it waits for an answer" if tried.data is not None else "it has errors that only you can mend"
    return f"{tried.name} could not be loaded: {why}.{stays}"


def _current() -> None:
    held, spec = session.current(), session.spec()
    study = study_or_reason()
    if held is None or study is None:
        return
    with panel("Who is analysed", "What each step of the analysis leaves, and what it leaves out."):
        steps = session.once("flow", *session.rate_parts(spec), make=lambda: flow(attrition(study, spec)))
        shown = session.once("flow_words", *session.rate_parts(spec), make=lambda: attrition_table(steps))
        exhibit.table("attrition", shown, steps)
        say.small(f"Analysed: {sentence(spec)}")
    with panel(charts.TITLE, charts.HELP):
        charts.charts_panel()
    with panel(quality.TITLE, quality.HELP):
        quality.quality_panel()
    if not held.sample:
        with panel("This cohort"):
            say.line(f"{held.name}: {counted(len(held.cohort), 'patient')}.")
            if attempt() is None:
                ledger(held.intake, "held")
                exhibit.sentences(held.notes)
                problems(held.intake, "held")
            copy_panel(_key(held))
            st.button("Remove this cohort from memory", key="forget", on_click=_forget, args=(_key(held),))


def _forget(key: str) -> None:
    drop_copy()
    session.forget(key)
    protocol.cohort_forgotten()


def _key(held: session.Held) -> str:
    return next(key for key, item in session.shelf().items() if item is held)


framed(page)
