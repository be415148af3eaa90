"""Ways to give IVIG: the controls, expected infections against how much IVIG it takes, and everything assumed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from ivig_core.evidence.effects import effect_of
from ivig_core.figures.whatif.strategies import ALL, SEVERE
from ivig_core.figures.whatif.strategies import strategies as draw
from ivig_core.figures.whatif.strategies_words import (
    NOT_ADVICE,
    averted_text,
    ends_text,
    expected,
    order_words,
    per_infection,
    span_words,
    strategy_name,
)
from ivig_core.figures.words import counted
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.assumptions import NOT_COUNTED, Assumptions, Effect
from ivig_core.study.whatif.strategies import strategies
from ivig_core.study.whatif.strategy_result import Strategies
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard, progress
from pages.shell.presentation import places
from pages.whatif.strategy_controls import assumed_words, assumptions

LARGE = 1000
"""Patients from which on the draws take seconds: made on demand, and stopped by turning the demand off."""
ON_DEMAND, SHOWN = "strategies_on_demand", "strategies_shown"
WHICH = {ALL: "All infections", SEVERE: "Grade ≥ 3"}
LEAD = "What if these patients, over their own follow-up, had been given IVIG another way?"
OPEN_ENDED = (
    "∞ as an upper limit: the interval holds no effect, and beyond it more infections on IVIG. It is the interval of "
    "infections averted per year of IVIG, turned over."
)
HELPS = {
    "Way to give IVIG": "Each is simulated for the same patients with the same chance, so that they can be compared.",
    "Infections": "Expected over this follow-up, with 95 % interval for patients like these; as given: recorded.",
    "Grade ≥ 3": "Expected infections of grade 3 and higher, with 95 % interval for patients like these.",
    "Averted per 100 patient-years": "Infections fewer than without IVIG, per 100 years of follow-up.",
    "Grade ≥ 3 averted": "Infections of grade 3 and higher fewer than without IVIG, per 100 years of follow-up.",
    "IVIG, months": "Patient-months on IVIG: from each dose to the end of its window; as given: recorded.",
    "Infusions": "Doses within follow-up; as given: recorded.",
    "IVIG-years per infection averted": "Patient-years on IVIG for one infection fewer. Lower: IVIG goes further.",
    "Cost per infection averted": "Grams × price, for one infection fewer, in the currency of the price.",
    "Extra thromboses": "Patients with a thrombosis beyond those without IVIG; the interval may include fewer.",
}


ENDS_HELP = (
    "The same with the lowest and the highest rate ratio that this cohort gives by what is done with days before the "
    "first dose: all days, without 30 or 60 days before it, from it on. Estimates without intervals."
)


def show(study: Study, spec: AnalysisSpec) -> None:
    """Controls, figure, table, and what is assumed."""
    say.line(LEAD)
    asked, shown = places()
    with asked:
        assumed = assumptions(study, spec)
    if assumed is None:
        return
    with shown, guard("the strategies"):
        effect = effect_of(study, spec, assumed)
        if _wanted(study, spec):
            _result(study, spec, assumed, effect)
    with st.expander("Everything that is assumed"):
        say.bullets([*assumed_words(assumed, spec), NOT_ADVICE])


def _wanted(study: Study, spec: AnalysisSpec) -> bool:
    patients = len(study.cohort(spec))
    if patients <= LARGE:
        return True
    return st.toggle(
        escape_markdown(f"Simulate {counted(patients, 'patient')} (takes seconds; turn off to stop)"), key=ON_DEMAND,
        persist_state="session",
    )  # fmt: skip


def _result(study: Study, spec: AnalysisSpec, assumed: Assumptions, effect: Effect) -> None:
    result = _simulated(study, spec, assumed, effect)
    of = _which(result)
    parts = (spec.selection, spec.exposure, spec.endpoint, assumed, effect, of)
    exhibit.figure(lambda: draw(result, of, presentation=session.presenting()), "strategies", parts=parts)
    exhibit.table("strategies", in_words(result), result.table, helps=HELPS | {_at_ends(result): ENDS_HELP})
    names = [strategy_name(name, assumed) for name in result.table["strategy"]]
    exhibit.remarks(names, result.table["note"].tolist())
    exhibit.sentences([*order_words(result, of), *result.notes])
    if (result.table["ivig_years_per_averted_status"].isin(("no_upper_limit", "none_averted"))).any():
        say.small(OPEN_ENDED)


def _simulated(study: Study, spec: AnalysisSpec, assumed: Assumptions, effect: Effect) -> Strategies:
    """The result; a bar shows how far it is, and changing a control stops it."""
    if len(study.cohort(spec)) <= LARGE:
        with st.spinner("Simulating…"):
            return strategies(study, spec, assumed, effect)
    with progress("Simulating…") as tick:
        return strategies(study, spec, assumed, effect, tick)


def _which(result: Strategies) -> str:
    if (result.table["severe_status"] != "ok").all():
        return ALL
    return st.segmented_control(
        "Infections shown", list(WHICH), default=ALL, required=True, key=SHOWN, persist_state="session",
        format_func=lambda name: escape_markdown(WHICH[name]),
        help="Which infections the figure and its sentences are about; the table has both.",
    )  # fmt: skip


def _at_ends(result: Strategies) -> str:
    return f"Averted, ratio {span_words(result)}"


def in_words(result: Strategies) -> pd.DataFrame:
    """The table as it is read."""
    return pd.DataFrame([_line(row, result) for row in result.table.to_dict("records")])


def _line(row: dict[str, Any], result: Strategies) -> dict[str, str]:
    line = {
        "Way to give IVIG": strategy_name(row["strategy"], result.assumed),
        "Infections": expected(row, "infections"),
        "Averted per 100 patient-years": averted_text(row),
        **({} if result.span is None else {_at_ends(result): ends_text(row)}),
        "IVIG, months": expected(row, "ivig_months"),
        "IVIG-years per infection averted": per_infection(row, "ivig_years_per_averted"),
        "Infusions": expected(row, "infusions"),
        "Grade ≥ 3": expected(row, "severe"),
        "Grade ≥ 3 averted": averted_text(row, "severe_averted_per_100_years"),
    }
    if result.assumed.price_per_gram is not None and result.assumed.grams is not None:
        line["Cost per infection averted"] = per_infection(row, "cost_per_averted", whole_numbers=True)
    if result.assumed.thrombosis != NOT_COUNTED:
        line["Extra thromboses"] = expected(row, "thromboses")
    return line
