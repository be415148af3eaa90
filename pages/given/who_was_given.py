"""Who was given IVIG: patients at the start, with hazard ratios of the time to the first dose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd
import streamlit as st

from ivig_core.figures.cox.forest import cox_forest
from ivig_core.figures.given.baseline import QUARTILES, RATIO, SPREADS, baseline_words
from ivig_core.figures.groups import variable_name
from ivig_core.figures.theme import SYNTHETIC
from ivig_core.figures.words import counted, listed, lower
from ivig_core.report.content import Exhibit
from ivig_core.report.html.tables import tables_page
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.cox.summary import CoxSummary, cox_summary
from ivig_core.study.given.who_was_given import USUAL, WhoWasGiven, usual_variables, who_was_given
from ivig_core.study.study import Study
from pages.cox import imputed
from pages.cox.choices import question
from pages.cox.panel import TEST, over_time
from pages.cox.tables import WIDTHS, checks_of, checks_table, cox_table, crowded, left_out_words, remarks, who_enters
from pages.given import imputed as imputed_baseline
from pages.shell import exhibit, say, session
from pages.shell.panel import guard
from pages.shell.words import condition_text
from pages.slides import around

HELP = "Patients with a day on IVIG in follow-up, and those without: known only at the end, not at the start."
STANDARDISED = (
    "Standardised difference: means or shares apart, in units of their spread, whatever the size of the groups; above "
    "0.10 they differ noticeably. Percentages are of patients with a value."
)
TIME_TO_FIRST = (
    "Hazard ratio with 95 % interval: how soon a first dose is given, each variable alone (Cox regression of the time "
    "to the first IVIG; death and the end of follow-up censor)."
)
NOT_A_CAUSE = "This describes who was given IVIG. It does not say what made doctors give it, nor what IVIG does."
NO_DOSE = "Nobody at risk was given a first dose, so there is no hazard ratio of being given one."
CHOSEN = "Chosen by this dashboard, not by a study or a protocol, where two thirds of patients have a value"
PRINTED = "Hazard ratio of a first dose of IVIG, alone and adjusted for each other"
STEADY = "Do the adjusted ratios stay the same over time?"
TITLE = "Who was given IVIG"
KEY, TABS = "given", "tabs_given"
MOST_ROWS, TALLEST = 18, 680
BASELINE_WIDTHS = {"At the start": 188, "Value": 124, "Std. difference": 92, RATIO: 196, "p": 58}


def show(study: Study, spec: AnalysisSpec) -> None:
    """The table of patients at the start, then the model of several variables; or why there is none."""
    result = who_was_given(study, spec)
    if result.table.empty:
        say.small("The file records nothing about patients at the start.")
        return
    spread = st.segmented_control("Numbers as", list(SPREADS), default=QUARTILES, key="spread", required=True)
    table = result.table if result.summary.events else result.table.drop(columns="role")
    parts = (spec.selection, spec.exposure)
    shown = session.once("given_words", *parts, spread, make=lambda: baseline_words(table, spread))
    exhibit.table("baseline", shown, result.table, TALLEST if len(shown) > MOST_ROWS else "content", BASELINE_WIDTHS)
    said = sentences(result, CoxQuestion(first_ivig=True).left_out(study, spec))
    exhibit.sentences(said)
    imputed_baseline.show(study, spec)
    first, lead = _printed("Patients at the start, by whether they had IVIG", shown, said), _whose(spec)
    adjusted: Callable[[], list[Exhibit]] = list
    if result.summary.events:
        with guard("the adjusted model"):
            adjusted = _adjusted(study, spec)
    st.download_button(
        "Download for printing (HTML)",
        lambda: tables_page(TITLE, [first, *adjusted()], lead),
        "who-was-given-ivig.html",
        "text/html",
        key="download_given_html",
        on_click="ignore",
        icon=":material/print:",
    )


def _printed(title: str, table: pd.DataFrame, remarks: Iterable[str]) -> Exhibit:
    return Exhibit(KEY, TITLE, title, table=table, remarks=tuple(remarks))


def _whose(spec: AnalysisSpec) -> list[str]:
    """Whose table is printed: the cohort, and what its patients were chosen by."""
    held = session.current()
    if held is None:
        return []
    chosen = listed([condition_text(item) for item in spec.selection.where]) if spec.selection.where else ""
    lines = [f"{held.name}, {f'patients with {chosen}' if chosen else 'all patients'}."]
    return [f"{SYNTHETIC}: simulated patients.", *lines] if held.cohort.synthetic else lines


def sentences(result: WhoWasGiven, without: Sequence[str] = ()) -> list[str]:
    """How to read the table, and who and what (`without`, the user's own columns) is not in the hazard ratios."""
    if not result.summary.events:
        return [STANDARDISED, NO_DOSE, NOT_A_CAUSE]
    left_out = []
    if result.before:
        had = "had" if result.before > 1 else "has had"
        left_out = [
            f"{counted(result.before, 'patient')} {had} IVIG before the start of follow-up: counted in the columns, "
            "left out of the hazard ratios, because a first dose could no longer happen."
        ]
    return [STANDARDISED, TIME_TO_FIRST, *left_out, *left_out_words(without, "No hazard ratio here"), NOT_A_CAUSE]


def _adjusted(study: Study, spec: AnalysisSpec) -> Callable[[], list[Exhibit]]:
    """The model of several variables, its figure and its table; what is printed of it is made when it is asked for."""
    say.heading("Adjusted for each other")
    selected = (spec.selection.where, spec.exposure)
    usual = session.once("usual", *selected, make=lambda: usual_variables(study, spec))
    asked = question(study, spec, KEY, first_ivig=True, default=usual)
    summary = cox_summary(study, spec, asked)
    if not asked.together:
        say.small("Fewer than two variables are chosen: there is no adjusted model.")
        return list
    enters = session.once("given_enters", *asked.parts(spec), make=lambda: who_enters(summary))
    said = [*enters, *_chosen(usual, asked), crowded(summary)]
    around.begin(*filter(None, said[-1:]))
    exhibit.sentences([text for text in said[:-1] if text])
    if said[-1]:
        say.warning(said[-1])
    _tabs(study, spec, asked, summary)
    return lambda: [
        _printed(PRINTED, cox_table(summary, only_adjusted=True), filter(None, said)),
        _printed(STEADY, checks_table(checks_of(summary), summary), [TEST]),
    ]


def _tabs(study: Study, spec: AnalysisSpec, asked: CoxQuestion, summary: CoxSummary) -> None:
    """Only the open tab is made."""
    numbers, figure, steady, missing = st.tabs(
        ["Numbers", "Figure", "Same ratio over time?", imputed.TAB], key=TABS, on_change="rerun"
    )  # fmt: skip
    if missing.open:
        with missing, guard("the ratios with missing values imputed"):
            imputed.show(study, spec, asked, KEY)
    elif figure.open:
        with figure, guard("the forest plot"):
            exhibit.figure(
                lambda: cox_forest(summary, presentation=session.presenting()), "given_forest", parts=asked.parts(spec)
            )  # fmt: skip
    elif steady.open:
        with steady, guard("the test of the ratios over time"):
            over_time(study, spec, asked, summary, KEY)
    else:
        with numbers, guard("the table of hazard ratios"):
            shown = session.once(
                "first_ivig_words", *asked.parts(spec), make=lambda: cox_table(summary, only_adjusted=True)
            )  # fmt: skip
            exhibit.table("first_ivig", shown, summary.rows, widths=WIDTHS)
            exhibit.remarks(
                *session.once("first_ivig_remarks", *asked.parts(spec), make=lambda: tuple(remarks(summary)))
            )


def _chosen(usual: tuple[str, ...], asked: CoxQuestion) -> list[str]:
    """That the variables are those chosen beforehand, and which of these this cohort does not have."""
    if set(asked.together) != set(usual):
        return []
    lacking = [lower(variable_name(name)) for name in USUAL if name not in usual]
    without = f"; not recorded enough, or the same in all: {listed(lacking)}" if lacking else ""
    names = listed([lower(variable_name(name)) for name in usual])
    return [f"{CHOSEN}: {names}{without}."]
