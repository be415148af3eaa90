"""Overview: the answer in one sentence, the doubt directly beneath it, and what both rest on."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from ivig_core.figures.overview.forest import forest_compact, small_print
from ivig_core.figures.overview.headline_words import answer_lines, answer_title, remark
from ivig_core.figures.overview.swimmer import swimmer_preview
from ivig_core.figures.rates.tables import rules_table
from ivig_core.figures.trust.words import ALWAYS, NOTHING_FOUND
from ivig_core.spec import AnalysisSpec
from ivig_core.study.describe import sentence
from ivig_core.study.overview.headline import HAS_BOUND, Headline, headline
from ivig_core.study.overview.key_rows import key_rows
from ivig_core.study.patients.lanes import Lanes, lanes
from ivig_core.study.patients.without_ids import lanes_without_ids
from ivig_core.study.study import Study
from ivig_core.study.trust.doubts import doubts
from pages.overview.metrics import metrics
from pages.protocol import held as protocol
from pages.shell import exhibit, say, session
from pages.shell.navigation import framed
from pages.shell.page import head, study_or_reason
from pages.shell.panel import guard

PREVIEW_LANES = 12
MOST_DOUBTS = 3
WIDTHS = (9, 10)


def page() -> None:
    """Answer, doubt, four numbers; the patients beside the groups; why it could be wrong; the rules in full."""
    study, spec = study_or_reason(), session.spec()
    if study is None:
        head("Overview")
        return
    answer: Headline | None = None
    title, lines = "Overview", list[str]()
    with guard("the answer"):
        answer, title, lines = session.once("answer", *session.rate_parts(spec), make=lambda: _answer(study, spec))
    head(title)
    say.lines(lines)
    with guard("the protocol"):
        protocol.stands(spec)
    with guard("the four numbers"):
        metrics(study, spec)
    rated = answer if answer is not None and answer.main["status"] in HAS_BOUND else None
    _figures(study, spec, rated is not None)
    if rated is not None:
        with guard("why it could be wrong"):
            _doubts(study, spec, rated)
        with guard("the rules about the first dose"):
            _rules(rated)
    with guard("the description of the analysis"):
        say.small(f"Analysed: {sentence(spec)} {remark(answer) if answer else ''}".strip())


def _answer(study: Study, spec: AnalysisSpec) -> tuple[Headline, str, list[str]]:
    """The headline, its title and its sentences."""
    answer = headline(study, spec)
    return answer, answer_title(answer), answer_lines(answer)


def _figures(study: Study, spec: AnalysisSpec, has_ratio: bool) -> None:
    """The patients; beside them in whom the difference is found, where there is a ratio."""
    places = st.columns(WIDTHS) if has_ratio else [st.container()]
    with places[0].container(border=True, height="stretch"), guard("the patients"):
        _lanes(study, spec)
    if has_ratio:
        with places[1].container(border=True, height="stretch"), guard("the groups"):
            _groups(study, spec)


def _lanes(study: Study, spec: AnalysisSpec) -> None:
    def shown() -> Lanes:
        return lanes(study, spec, per_page=PREVIEW_LANES)

    exhibit.figure(
        lambda: swimmer_preview(shown(), presentation=session.presenting()), "overview_swimmer",
        parts=session.time_parts(spec),
        nameless=lambda: swimmer_preview(lanes_without_ids(shown()), presentation=session.presenting()),
    )  # fmt: skip


def _groups(study: Study, spec: AnalysisSpec) -> None:
    def draw() -> go.Figure:
        return forest_compact(key_rows(study, spec), presentation=session.presenting())

    exhibit.figure(draw, "overview_forest", parts=session.rate_parts(spec))
    said = session.once("groups said", *session.rate_parts(spec), make=lambda: small_print(key_rows(study, spec)))
    exhibit.sentences(said)


def _doubts(study: Study, spec: AnalysisSpec, answer: Headline) -> None:
    found = session.once(
        "doubts", *session.rate_parts(spec), make=lambda: doubts(study, spec, answer, MOST_DOUBTS)
    )  # fmt: skip
    say.heading("Why it could be wrong", ALWAYS)
    say.bullets(found or [NOTHING_FOUND])


def _rules(answer: Headline) -> None:
    box = st.expander("The same ratio under other rules about the first dose", key="overview_rules", on_change="rerun")
    if box.open:
        with box:
            exhibit.table("first_dose_rules", rules_table(answer.rules), answer.rules)
            exhibit.remarks(answer.rules["label"].str.capitalize().tolist(), answer.rules["note"].tolist())


framed(page)
