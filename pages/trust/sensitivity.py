"""The rate ratio under other settings and models: the range first, then every row, and the same as a table."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from ivig_core.figures.overview.headline_words import MISSING, range_words
from ivig_core.figures.trust.published import with_published
from ivig_core.figures.trust.sensitivity import sensitivity as draw
from ivig_core.figures.trust.tables import sensitivity_table
from ivig_core.figures.trust.words import fixed_rows, row_remarks
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import Headline, headline
from ivig_core.study.study import Study
from ivig_core.study.trust.doubts import Case, coded_twice, confirmed_only, confounders, mediator
from ivig_core.study.trust.rows.every import TOPICS
from ivig_core.study.trust.sensitivity import further_sensitivity, sensitivity
from pages.protocol.held import protocol
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.views import views

TABS, FURTHER, TABS_FURTHER = "tabs_trust", "trust_further", "tabs_trust_further"
WIDTHS = {"Analysis": 240, "Rate ratio (95 % interval)": 180}
OPENS = "More analyses"
NO_RANGE = "Fewer than two of the four ways to treat the time before the first dose give a ratio: there is no range."


def show(study: Study, spec: AnalysisSpec) -> None:
    """The range sentence, the figure with its table, and what is to be said of the rows."""
    answer = headline(study, spec)
    say.strong(range_sentence(answer))
    if answer.missing:
        return
    parts = session.rate_parts(spec)
    with st.spinner("Fitting the models…"):
        rows, remarks = session.once("sensitivity", *parts, make=lambda: _made(study, spec, answer))
    figure, table = st.tabs(["Figure", "Table"], key=TABS, on_change="rerun")
    if table.open:
        with table, guard("the table"):
            _table(rows)
    else:
        with figure, guard("the figure"):
            exhibit.figure(lambda: draw(rows, presentation=session.presenting()), "sensitivity", parts=parts)
    exhibit.sentences([*remarks, *fixed_rows(rows, protocol())])
    _further(study, spec)


def _further(study: Study, spec: AnalysisSpec) -> None:
    """Rows that are asked for less often, computed when their box is opened."""
    box = st.expander(escape_markdown(OPENS), key=FURTHER, on_change="rerun")
    if not box.open:
        return
    with box, guard("the further analyses"):
        views({topic: partial(_topic, topic) for topic in TOPICS}, TABS_FURTHER, study, spec)


def _topic(topic: str, study: Study, spec: AnalysisSpec) -> None:
    """The rows of one topic beneath the ratio of the settings in force."""
    parts, key = session.rate_parts(spec), f"further_{topic.lower().replace(' ', '_').replace('-', '_')}"
    with st.spinner("Fitting the models…"):
        rows = session.once(
            key, *parts, make=lambda: with_published(further_sensitivity(study, spec, topic), spec)
        )  # fmt: skip
    exhibit.figure(lambda: draw(rows, presentation=session.presenting()), key, parts=parts)
    exhibit.sentences([*_of_rows(spec, rows), *fixed_rows(rows, protocol())])
    exhibit.table(key, sensitivity_table(rows), rows, widths=WIDTHS)
    exhibit.remarks(rows["label"].tolist(), rows["note"].tolist())


def _made(study: Study, spec: AnalysisSpec, answer: Headline) -> tuple[pd.DataFrame, list[str]]:
    rows = with_published(sensitivity(study, spec, models=False), spec)
    return rows, _remarks(study, spec, answer, rows)


def range_sentence(answer: Headline) -> str:
    """How far the ratio moves with what is done about the time before the first dose; or why there is no ratio."""
    if answer.missing:
        return MISSING[answer.missing]
    if spread := range_words(answer):
        return (
            f"Rate ratio {spread}, by how the time before the first dose is treated: infections are often why IVIG is "
            "started."
        )
    return NO_RANGE


def _table(rows: pd.DataFrame) -> None:
    exhibit.table("sensitivity", sensitivity_table(rows), rows, widths=WIDTHS)
    exhibit.remarks(rows["label"].tolist(), rows["note"].tolist())


def _remarks(study: Study, spec: AnalysisSpec, answer: Headline, rows: pd.DataFrame) -> list[str]:
    """What the overview says of these rows, and what has to be said of them wherever they are shown."""
    case = Case(study, spec, answer)
    found = [text for check in (mediator, confounders, coded_twice, confirmed_only) if (text := check(case))]
    return [*found, *_of_rows(spec, rows)]


def _of_rows(spec: AnalysisSpec, rows: pd.DataFrame) -> list[str]:
    """What has to be said of rows wherever they are shown."""
    held = session.current()
    return row_remarks(rows, held is not None and held.cohort.synthetic, "igg" in spec.model.adjust_for)
