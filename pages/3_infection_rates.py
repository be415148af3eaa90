"""Infection rates: by period, within patients, and in whom the difference is found."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.figures import forest
from ivig_core.figures import rates as draw_rates
from ivig_core.figures.groups import variable_name
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.terms import REFERENCE, label
from pages.components import exhibit, say, session
from pages.components.frame import framed
from pages.components.metrics import NOT_A_QUOTIENT
from pages.components.page import head, study_or_reason
from pages.components.panel import guard, panel
from pages.components.tables import forest_table, rates_table, ratios_table

CHOSEN = "forest_factors"
FIRST_FACTORS = ("grade", "phase", "baseline_igg")
BY_CHANCE = "Of 20 comparisons one looks significant by chance; p compares the levels with each other."


def page() -> None:
    """Rates, within-patient ratios, subgroups."""
    head("Infection rates")
    study, spec = study_or_reason(), session.spec()
    if study is None:
        return
    with panel("Rates by period", "Infections per patient-year; never had IVIG is context, not a comparison."):
        _rates(study, spec)
    with panel("Within-patient comparison", "Each patient on against off IVIG (self-controlled case series)."):
        _ratios(study, spec)
    _subgroups()


def _rates(study: Study, spec: AnalysisSpec) -> None:
    rates = study.rates(spec)
    exhibit.figure_and_table("rates", lambda: draw_rates(rates), rates_table(rates), rates)
    if rates.loc[rates["period"] != REFERENCE, "rate"].notna().all():
        say.small(NOT_A_QUOTIENT)


def _ratios(study: Study, spec: AnalysisSpec) -> None:
    ratios = study.sccs(spec)
    exhibit.table("rate_ratios", ratios_table(ratios), ratios)
    exhibit.remarks([label(term) for term in ratios["term"]], ratios["note"].tolist())
    say.small("Patients without an infection carry no information here; informative ones have days both on and off.")


@st.fragment
def _subgroups() -> None:
    """A fragment: choosing factors redraws only this panel."""
    with panel("In whom", "Rate ratio on against off IVIG by subgroup; the diamond is everybody."):
        held, spec = session.current(), session.spec()
        if held is None:
            return
        known = held.study.factors(spec)
        chosen = _choose(known)
        rows, unknown = _forest(held.study, spec, ("overall", *chosen))
        if unknown:
            say.small(f"Not recorded in this cohort: {', '.join(variable_name(name) for name in unknown)}.")
        _draw(rows)
        say.small(BY_CHANCE)


def _choose(known: tuple[str, ...]) -> list[str]:
    kept = [name for name in st.session_state.get(CHOSEN, FIRST_FACTORS) if name in known]
    st.session_state[CHOSEN] = kept
    return st.multiselect("Subgroups", known, format_func=variable_name, key=CHOSEN, persist_state="session")


def _forest(study: Study, spec: AnalysisSpec, factors: tuple[str, ...]) -> tuple[pd.DataFrame, list[str]]:
    tables = {name: study.forest(spec, name) for name in factors}
    rows = pd.concat([table for table in tables.values() if len(table)], ignore_index=True)
    return rows, [name for name, table in tables.items() if not len(table)]


def _draw(rows: pd.DataFrame) -> None:
    with guard("the forest plot"):
        exhibit.figure_and_table("subgroups", lambda: forest(rows), forest_table(rows), rows)


framed(page)
