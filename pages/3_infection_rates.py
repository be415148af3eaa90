"""Infection rates: how often on and off IVIG, the ratio within patients, and in whom the difference is found."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.figures.forest_parts.rows import left_out
from ivig_core.figures.groups import variable_name
from ivig_core.figures.rates.by_period import rates_by_period
from ivig_core.figures.rates.forest import forest
from ivig_core.figures.rates.remarks import BY_CHANCE, DONOR_IGG, NOT_CLAIMED
from ivig_core.figures.rates.same_days import same_days
from ivig_core.figures.rates.tables import forest_table, level_names, rates_table, ratios_table
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.key_rows import prespecified_rows
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.factors import factors as study_factors
from ivig_core.study.rates.forest import forest as study_forest
from ivig_core.study.rates.models import sccs
from ivig_core.study.rates.not_recorded import not_recorded
from ivig_core.study.study import Study
from ivig_core.terms import label
from pages.igg import panel as igg_panel
from pages.rates import by_type as rates_by_type
from pages.rates import dose_levels as dose_panel
from pages.rates import over_time as over_time_panel
from pages.rates import waning as waning_panel
from pages.rates.metrics import rates_and_ratio, rates_title
from pages.shell import exhibit, say, session
from pages.shell.navigation import framed
from pages.shell.page import titled
from pages.shell.panel import guard, panel
from pages.shell.presentation import places
from pages.shell.views import views

CHOSEN, TABS, VIEWS = "forest_factors", "tabs_rates_page", "views_rates_page"
FIRST_FACTORS = ("grade", "igg")
MOST_CHOSEN = 20
"""Subgroups at a time: each is a model of its own, and a figure of more cannot be read."""
IN_WHOM = "Rate ratio on against off IVIG by subgroup; the diamond is everybody."


def page() -> None:
    """Rates and ratio as numbers; beneath them in whom, what kind, by IgG, between doses, over time."""
    study, spec = titled("Infection rates", rates_title), session.spec()
    if study is None:
        return
    with guard("the rates"):
        rates_and_ratio(study, spec)
    _views()


@st.fragment
def _views() -> None:
    """A fragment: choosing a view or what it shows redraws only this part. Only the open view is made."""
    with guard("the views"):
        held, spec = session.current(), session.spec()
        if held is None:
            return
        makers = {
            "In whom": _subgroups,
            "What kind": rates_by_type.show,
            "IgG levels": igg_panel.show,
            "Between doses": waning_panel.show,
            "By dose": dose_panel.show,
            "Over time": over_time_panel.show,
        }
        views(makers, VIEWS, held.study, spec)


def _subgroups(study: Study, spec: AnalysisSpec) -> None:
    with panel("In whom", IN_WHOM, headed=not session.presenting()):
        asked, shown = places()
        with asked:
            chosen = _choose(study_factors(study, spec))
        rows, unknown = _forest(study, spec, tuple(chosen))
        with shown, guard("the forest plot"):
            parts = (*session.rate_parts(spec), tuple(chosen))
            exhibit.figure(lambda: forest(rows, presentation=session.presenting()), "subgroups", parts=parts)
            exhibit.sentences(
                [
                    *_nothing(study, spec, unknown),
                    DONOR_IGG,
                    *([NOT_CLAIMED] if left_out(rows) else []),
                    *same_days(rows),
                    *([BY_CHANCE] if rows["p_interaction"].notna().any() else []),
                ]
            )
        _in_full(study, spec, rows)


def _choose(known: tuple[str, ...]) -> list[str]:
    kept = [name for name in st.session_state.get(CHOSEN, FIRST_FACTORS) if name in known]
    st.session_state[CHOSEN] = kept[:MOST_CHOSEN]
    chosen = st.multiselect(
        "Subgroups", known, format_func=variable_name, key=CHOSEN, persist_state="session",
        placeholder="choose what to split by", max_selections=MOST_CHOSEN,
    )  # fmt: skip
    if len(chosen) == MOST_CHOSEN:
        say.small(f"These are {MOST_CHOSEN}, the most that are shown at a time: take one out to choose another.")
    return chosen


def _forest(study: Study, spec: AnalysisSpec, factors: tuple[str, ...]) -> tuple[pd.DataFrame, list[str]]:
    """Everybody and the three subgroups that earlier studies named, then the chosen ones."""
    tables = {name: study_forest(study, spec, name) for name in factors}
    rows = pd.concat([prespecified_rows(study, spec), *(table for table in tables.values() if len(table))])
    return rows.reset_index(drop=True), [name for name, table in tables.items() if not len(table)]


def _nothing(study: Study, spec: AnalysisSpec, unknown: list[str]) -> list[str]:
    """What cannot be split by, and what of it the file does not have."""
    named = [f"{variable_name(name)} ({why})" if (why := not_recorded(study, spec, name)) else variable_name(name)
             for name in unknown]  # fmt: skip
    return [f"Nothing recorded to split by: {', '.join(named)}."] if unknown else []


def _in_full(study: Study, spec: AnalysisSpec, rows: pd.DataFrame) -> None:
    """The rates drawn, and every table; only the open tab is made."""
    makers = {
        "Rates by period": _rates,
        "Table of rates": _rates_table,
        "Table of subgroups": lambda *_: _forest_table(rows),
        "Rate ratios": _ratios,
    }
    views(makers, TABS, study, spec)


def _forest_table(rows: pd.DataFrame) -> None:
    exhibit.table("subgroups", forest_table(rows), rows)
    exhibit.remarks(level_names(rows), rows["note"].tolist())


def _rates(study: Study, spec: AnalysisSpec) -> None:
    table, parts = incidence_rates(study, spec), session.rate_parts(spec)
    exhibit.figure(lambda: rates_by_period(table, presentation=session.presenting()), "rates", parts=parts)


def _rates_table(study: Study, spec: AnalysisSpec) -> None:
    table = incidence_rates(study, spec)
    exhibit.table("rates", rates_table(table), table)


def _ratios(study: Study, spec: AnalysisSpec) -> None:
    ratios = sccs(study, spec)
    exhibit.table("rate_ratios", ratios_table(ratios), ratios)
    exhibit.remarks([label(term) for term in ratios["term"]], ratios["note"].tolist())
    say.small("Patients without an infection carry no information here; informative ones have days both on and off.")


framed(page)
