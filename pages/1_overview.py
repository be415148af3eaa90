"""Overview: the answer in one sentence, the doubt directly beneath it, and what both rest on."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures import forest, swimmer
from ivig_core.spec import AnalysisSpec
from ivig_core.study.describe import sentence
from ivig_core.study.headline import HAS_BOUND, doubts, headline
from ivig_core.study.lanes import lanes
from ivig_core.study.study import Study
from pages.components import exhibit, say, session
from pages.components.answer import answer_lines, answer_title, range_line, remark
from pages.components.frame import framed
from pages.components.metrics import metrics
from pages.components.page import head, study_or_reason
from pages.components.panel import guard, panel
from pages.components.tables import rules_table

SUBGROUPS = ("grade", "phase")
PREVIEW_LANES = 20
MOST_DOUBTS = 3


def page() -> None:
    """Answer, doubt, four numbers; then in whom, and the patients themselves."""
    study, spec = study_or_reason(), session.spec()
    if study is None:
        head("Overview")
        return
    with guard("the answer"):
        _answer(study, spec)
    with guard("the four numbers"):
        metrics(study, spec)
    with guard("why it could be wrong"):
        _doubts(study, spec)
    with guard("in whom"):
        _in_whom(study, spec)
    with panel("Patients"):
        exhibit.figure(swimmer(lanes(study, spec, per_page=PREVIEW_LANES)), "overview_swimmer")
    with guard("the rules about the first dose"):
        _rules(study, spec)
    with guard("the description of the analysis"):
        say.small(f"Analysed: {sentence(spec)}")


def _answer(study: Study, spec: AnalysisSpec) -> None:
    answer = headline(study, spec)
    head(answer_title(answer))
    say.lines(answer_lines(answer))
    remarks = [text for text in (range_line(answer), remark(answer)) if text]
    if remarks:
        say.small(" ".join(remarks))


def _doubts(study: Study, spec: AnalysisSpec) -> None:
    found = doubts(study, spec, headline(study, spec))[:MOST_DOUBTS]
    if found:
        say.strong("Why it could be wrong")
        say.bullets(found)


def _in_whom(study: Study, spec: AnalysisSpec) -> None:
    if headline(study, spec).main["status"] not in HAS_BOUND:
        return
    with panel("In whom"):
        rows = pd.concat([study.forest(spec, factor) for factor in ("overall", *SUBGROUPS)], ignore_index=True)
        exhibit.figure(forest(rows), "overview_forest")


def _rules(study: Study, spec: AnalysisSpec) -> None:
    answer = headline(study, spec)
    if answer.main["status"] in HAS_BOUND:
        with panel("The same ratio under other rules about the first dose"):
            exhibit.table("first_dose_rules", rules_table(answer.rules), answer.rules)
            exhibit.remarks(answer.rules["label"].str.capitalize().tolist(), answer.rules["note"].tolist())


framed(page)
