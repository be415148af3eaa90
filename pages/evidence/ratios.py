"""Published ratios of one question: filters, forest with the cohort's own beside each, the same as a table."""

from __future__ import annotations

import time

import streamlit as st

from ivig_core.evidence.beside import Own, known, owns, resembles
from ivig_core.evidence.pooling import Alike, alike, differ, overlaps, why_none
from ivig_core.evidence.sources import BY_ID
from ivig_core.evidence.statement import GIVEN, Statement
from ivig_core.evidence.statements import statements
from ivig_core.figures.evidence.forest import published_forest
from ivig_core.figures.evidence.tables import in_full, in_words
from ivig_core.figures.evidence.words import NOT_A_REVIEW, summary_sentence
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from pages.evidence.choice import chosen
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.presentation import places

SLOW = 0.3
WORKING = "Estimating the same in this cohort…"
NOTHING = "No published ratio fits this choice."
WIDTHS = {"Study": 180, "Read in": 130, "Ratio of": 250, "Published (95 %)": 150, "This cohort (95 %)": 150}
AS_PAPERS = (
    "This cohort: the patients chosen in the sidebar, analysed as each paper did as far as it says; other settings do "
    "not count here."
)
SYNTHETIC = "Synthetic patients confirm no published number."
READING = "IVIG over no IVIG in every row: below 1 there were fewer on IVIG."
GIVEN_READING = (
    "Hazard ratios of a first IVIG by what a patient is at the start: above 1, IVIG came sooner. They say whom doctors "
    "gave IVIG, not what it does, and are never put together with the ratios of infections."
)


def show(question: str, study: Study | None, spec: AnalysisSpec) -> None:
    """Filters, the figure, why there is a summary or none, and the table; without a cohort what is published alone."""
    controls, drawing = places()
    with controls:
        shown = chosen(statements(question))
    with drawing:
        if not shown:
            say.note(NOTHING)
            return
        found = _own(study, spec, shown) if study is not None else {}
        sets = alike(shown)
        _exhibits(question, spec, shown, found, sets)
    _remarks(question, study, shown, found, sets)


def _exhibits(
    question: str, spec: AnalysisSpec, shown: tuple[Statement, ...], found: dict[str, Own], sets: tuple[Alike, ...]
) -> None:
    figure, table = st.tabs(["Figure", "Table"], key=f"tabs_evidence_{question}", on_change="rerun")
    name = f"published_{question}"
    if table.open:
        with table, guard("the table"):
            exhibit.table(name, in_words(shown, found), in_full(shown, found), widths=WIDTHS)
    else:
        parts = (tuple(item.key for item in shown), bool(found), *known(spec))
        with figure, guard("the figure"):
            exhibit.figure(
                lambda: published_forest(shown, found, sets, presentation=session.presenting()), name, parts=parts
            )


def _own(study: Study, spec: AnalysisSpec, shown: tuple[Statement, ...]) -> dict[str, Own]:
    """The cohort's own of what is shown; a bar from the moment on at which it takes long."""
    place, began = st.empty(), time.monotonic()

    def tick(share: float) -> None:
        if time.monotonic() - began > SLOW:
            place.progress(min(share, 1.0), text=escape_markdown(WORKING))

    try:
        return owns(study, spec, shown, tick)
    finally:
        place.empty()


def _remarks(
    question: str, study: Study | None, shown: tuple[Statement, ...], found: dict[str, Own], sets: tuple[Alike, ...]
) -> None:
    """Summary or why there is none; how to read a row; where the cohort has no estimate, and why."""
    if question != GIVEN:
        for text in (*(summary_sentence(item) for item in sets if item.together), why_none(sets)):
            if text:
                say.line(text)
        for text in differ(sets):
            say.small(text)
    said = [GIVEN_READING if question == GIVEN else READING] if question != "around" else []
    said += [*overlaps(shown), NOT_A_REVIEW]
    if study is not None:
        said.append(AS_PAPERS)
        if resembles(study.full) in {item.result.study_id for item in shown}:
            name = BY_ID[resembles(study.full)].name
            said.append(f"This sample was made to resemble {name}: nothing of it stands beside that study.")
        if study.full.synthetic:
            said.append(SYNTHETIC)
    exhibit.sentences(said)
    other = [item for item in shown if item.key in found and item.result.study_id != (study and resembles(study.full))]
    names = [f"{item.source.name}, {item.label}" for item in other]
    exhibit.remarks(names, [_why(found[item.key]) for item in other])


def _why(own: Own) -> str:
    """Why the cohort has no estimate; how it was made where that is not just as the paper did."""
    return f"not estimated in this cohort: {own.reason}" if own.reason else ""
