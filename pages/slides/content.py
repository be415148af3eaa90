"""What goes out: the items of the shelf, or the default set where there are none, with the fields of this page."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from ivig_core.disclosure import shared
from ivig_core.figures.words import counted
from ivig_core.report.content import Exhibit, Paragraphs, Report
from ivig_core.report.default import default_exhibits, make_report
from ivig_core.report.exhibits.evidence import evidence_exhibits
from ivig_core.report.words.checklist import checklist
from ivig_core.report.words.paragraphs import paragraphs
from ivig_core.spec import AnalysisSpec
from ivig_core.study.describe import sentence
from ivig_core.study.results import Results, results
from ivig_core.study.study import Study
from pages.protocol.held import protocol
from pages.share import mode
from pages.shell import session
from pages.slides import shelf
from pages.slides.shelf import Item

TITLE, HOSPITAL, DAY, NOTES = "slides_title", "slides_hospital", "slides_day", "slides_notes"
LONGEST, LONGEST_NOTES = 150, 2_000
"""Characters of a title or a hospital, and of notes."""


@dataclass(frozen=True)
class Fields:
    """What the user wrote on the page."""

    title: str
    hospital: str
    day: date
    notes: str


def fields() -> Fields:
    """The fields as they are now."""
    state = st.session_state
    day = state.get(DAY)
    return Fields(
        " ".join(str(state.get(TITLE, "")).split()),
        " ".join(str(state.get(HOSPITAL, "")).split()),
        day if isinstance(day, date) else date.today(),
        str(state.get(NOTES, "")).strip(),
    )


def going() -> list[Item]:
    """The items that go out, in their order."""
    return [item for item in shelf.here() if not shelf.left_out(item)]


def held_back() -> list[str]:
    """Sentences on what is on the shelf and does not go out."""
    reasons = [reason for item in shelf.items() if (reason := shelf.left_out(item))]
    return [f"{counted(reasons.count(reason), 'item')}: {reason}." for reason in dict.fromkeys(reasons)]


def tables(study: Study, spec: AnalysisSpec) -> Results:
    """Every table of a report, made once for these settings; in share mode without small numbers."""
    exact = session.once("results", spec, protocol(), make=lambda: results(study, spec, protocol()))
    rule = mode.rule()
    return exact if rule is None else session.once("shared", spec, protocol(), rule, make=lambda: shared(exact, rule))


def usual(study: Study, spec: AnalysisSpec) -> tuple[Exhibit, ...]:
    """The default set, and what is published beside it; in share mode without the cohort's own ratios there."""

    def make() -> tuple[Exhibit, ...]:
        beside = study if mode.rule() is None else None
        return *default_exhibits(tables(study, spec)), *evidence_exhibits(beside, spec)

    return session.once("usual", spec, protocol(), mode.rule(), make=make)


def shared_exhibits(study: Study, spec: AnalysisSpec) -> tuple[Exhibit, ...]:
    """What the pages show in share mode: the default set, in the type of the pages."""
    room = session.presenting()
    return session.once(
        "shared exhibits", spec, protocol(), mode.rule(), room,
        make=lambda: default_exhibits(tables(study, spec), presentation=room),
    )  # fmt: skip


def words(study: Study, spec: AnalysisSpec) -> Paragraphs:
    """The methods and the results in sentences."""
    return session.once("paragraphs", spec, protocol(), mode.rule(), make=lambda: paragraphs(tables(study, spec)))


def asked(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """What a paper has to report, and what of it this cohort answers."""
    return session.once("checklist", spec, protocol(), mode.rule(), make=lambda: checklist(tables(study, spec)))


def report(study: Study, spec: AnalysisSpec) -> Report:
    """Everything that a writer needs."""
    entered, chosen = fields(), going()
    settings = sentence(spec)
    exhibits = tuple(item.exhibit(settings) for item in chosen) if chosen else usual(study, spec)
    return make_report(
        tables(study, spec),
        day=entered.day,
        title=entered.title,
        hospital=entered.hospital,
        notes=entered.notes,
        exhibits=exhibits,
        shared=mode.words(),
    )


def mark(spec: AnalysisSpec) -> Hashable:
    """What a file depends on: it is offered for as long as this stays the same."""
    return (spec, protocol(), mode.rule(), fields(), tuple((item.number, item.title) for item in going()))
