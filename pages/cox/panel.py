"""Cox regression of the survival event: forest, numbers, and whether the ratios stay the same over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ivig_core.figures.cox.forest import cox_forest
from ivig_core.figures.cox.schoenfeld import schoenfeld
from ivig_core.figures.cox.words import name_of, nothing
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.over_time import ratio_over_time
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.cox.ratios import MULTIVARIABLE, UNIVARIABLE
from ivig_core.study.cox.summary import NUMBER, CoxSummary, cox_summary
from ivig_core.study.study import Study
from pages.cox import competing, imputed
from pages.cox.choices import question
from pages.cox.tables import WIDTHS, checks_of, checks_table, cox_table, crowded, left_out_words, remarks, who_enters
from pages.shell import exhibit, say, session
from pages.shell.panel import guard
from pages.shell.presentation import places
from pages.slides import around

KEY, TABS = "cox", "tabs_cox"
VIEWS = ("Numbers", "Same ratio over time?", "Death competing", imputed.TAB)
HOW_IVIG = {
    "ivig": "IVIG by the landmark, from the landmark on; doses after it do not move a patient.",
    "on_ivig": "All patients from the first day at risk; each day is on IVIG or not, by the window of a dose.",
    "ever_ivig": "All patients from the first day at risk; days before the first dose count as without IVIG.",
    "": "The patients and times of the curves, also those without a group, and without IVIG in the model.",
}
ASSOCIATION = (
    "A hazard ratio compares patients with each other, not within patients: who is given IVIG differs in more than "
    "these variables. Of 20 comparisons about one excludes 1 by chance."
)
ONE = "One variable has nothing to be adjusted for: choose a second one, or IVIG."
TEST = (
    "Grambsch–Therneau test (as cox.zph in R). A small p says that one ratio for all of the time is too simple; with "
    "few events a large p says little."
)


def show(study: Study, spec: AnalysisSpec) -> None:
    """The choices, the forest plot, and the numbers; or why there is none."""
    choices, shown = places()
    with choices:
        asked = question(study, spec, KEY)
    summary = cox_summary(study, spec, asked)
    with shown:
        if not summary.events:
            say.note(nothing(summary))
            return
        _figure(spec, asked, summary)
    numbers, steady, deaths, missing = st.tabs(VIEWS, key=TABS, on_change="rerun")
    if missing.open:
        with missing, guard("the ratios with missing values imputed"):
            imputed.show(study, spec, asked, KEY)
    elif deaths.open:
        with deaths, guard("the hazards with death competing"):
            competing.show(study, spec, asked, summary)
    elif steady.open:
        with steady, guard("the test of the ratios over time"):
            over_time(study, spec, asked, summary, KEY)
    else:
        with numbers, guard("the table of hazard ratios"):
            shown = session.once("cox_words", *asked.parts(spec), make=lambda: cox_table(summary))
            exhibit.table("cox", shown, summary.rows, widths=WIDTHS)
            exhibit.remarks(*remarks(summary))
    exhibit.sentences([*left_out_words(asked.left_out(study, spec)), ASSOCIATION])


def _figure(spec: AnalysisSpec, asked: CoxQuestion, summary: CoxSummary) -> None:
    """Who is in the models, and the forest plot."""
    entering = list(map(say.as_sentence, [HOW_IVIG[asked.ivig], *who_enters(summary)]))
    say.small(" ".join(entering))
    around.said([*entering, crowded(summary)])
    if len(asked.covariates) == 1 and not asked.together:
        say.small(ONE)
    if text := crowded(summary):
        say.warning(text)
    with guard("the forest plot"):
        exhibit.figure(
            lambda: cox_forest(summary, presentation=session.presenting()), "cox_forest", parts=asked.parts(spec)
        )  # fmt: skip


def over_time(study: Study, spec: AnalysisSpec, asked: CoxQuestion, summary: CoxSummary, key: str) -> None:
    """The test of each variable, and the residuals of the one that is chosen."""
    checks = checks_of(summary)
    exhibit.table(f"{key}_ph", checks_table(checks, summary), checks)
    say.small(TEST)
    terms = _terms(summary)
    if not terms:
        return
    at = f"{key}_over_time"
    if st.session_state.get(at) not in terms:
        st.session_state.pop(at, None)
    chosen = st.selectbox(
        "Show over time", list(terms), index=None, key=at, placeholder="Choose a variable",
        format_func=lambda term: terms[term][1],
    )  # fmt: skip
    if chosen is None:
        return
    variable, name = terms[chosen]
    found = ratio_over_time(study, spec, asked, variable)
    exhibit.figure(
        lambda: schoenfeld(found, chosen, name, presentation=session.presenting()), f"{key}_schoenfeld",
        parts=(*asked.parts(spec), chosen),
    )  # fmt: skip
    exhibit.download(f"{key}_schoenfeld", found.points)


def _terms(summary: CoxSummary) -> dict[str, tuple[str, str]]:
    """Terms that can be followed over time, each with its variable and what it is called."""
    model = UNIVARIABLE if summary.complete is None else MULTIVARIABLE
    tested = checks_of(summary)
    known = set(tested.loc[(tested["df"] > 0).to_numpy(), "covariate"])
    rows = summary.rows[((summary.rows["model"] == model) & summary.rows["log_hr"].notna()).to_numpy()]
    return {
        row["term"]: (row["variable"], _term_name(row, summary))
        for row in rows.to_dict("records")
        if row["variable"] in known
    }


def _term_name(row: Mapping[str, Any], summary: CoxSummary) -> str:
    name = name_of(row["variable"], summary)
    return name if row["kind"] == NUMBER or row["level"] == "yes" else f"{name}: {row['level']}"
