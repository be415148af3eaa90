"""Infection rates: how often on and off IVIG, the ratio within patients, and in whom the difference is found."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.figures.forest_parts.rows import left_out
from ivig_core.figures.groups import variable_name
from ivig_core.figures.rates.by_period import rates_by_period
from ivig_core.figures.rates.forest import forest
from ivig_core.figures.rates.remarks import (
    BY_CHANCE,
    NEVER_KNOWN,
    NOT_CLAIMED,
    SEE,
    adjusted_words,
    donor_igg,
    igg_not_known,
    of_whom,
    robust_words,
    tests_finding,
)
from ivig_core.figures.rates.same_days import same_days
from ivig_core.figures.rates.tables import forest_table, level_names, rates_table, ratios_table, tests_table
from ivig_core.spec import AnalysisSpec
from ivig_core.study.igg.unknown import igg_unknown
from ivig_core.study.overview.key_rows import named_rows
from ivig_core.study.protocol.fit import Fit
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.factors import IGG_BEFORE
from ivig_core.study.rates.factors import factors as study_factors
from ivig_core.study.rates.forest import forest as study_forest
from ivig_core.study.rates.intervals_in_force import as_shown
from ivig_core.study.rates.models import sccs
from ivig_core.study.rates.multiplicity import interactions, prespecified_tests, with_families
from ivig_core.study.rates.not_recorded import not_recorded
from ivig_core.study.study import Study
from ivig_core.terms import label
from pages.igg import panel as igg_panel
from pages.protocol import held as protocol
from pages.rates import by_type as rates_by_type
from pages.rates import dose_levels as dose_panel
from pages.rates import over_time as over_time_panel
from pages.rates import waning as waning_panel
from pages.rates.metrics import rates_and_ratio, rates_title
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.navigation import framed
from pages.shell.page import titled
from pages.shell.panel import guard, panel
from pages.shell.presentation import places
from pages.shell.views import views

CHOSEN, TABS, VIEWS = "forest_factors", "tabs_rates_page", "views_rates_page"
FIRST_FACTORS = ("grade", IGG_BEFORE)
MOST_CHOSEN = 20
"""Subgroups at a time: each is a model of its own, and a figure of more cannot be read."""
ADJUSTING = "forest_adjusted"
ADJUST = "p also adjusted for how many subgroups there are"
FAMILIES = (
    "False-discovery rate (Benjamini–Hochberg). Subgroups of your protocol are one family; all others that this cohort "
    "can be split by are another, whichever of them are shown: who looks at one has chosen it among all. One p each."
)
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
        found = protocol.fitting(study, spec)
        with asked:
            chosen = tuple(_choose([name for name in study_factors(study, spec) if name not in found.known]))
            adjusting = st.toggle(
                escape_markdown(ADJUST), key=ADJUSTING, persist_state="session", help=escape_markdown(FAMILIES)
            )
        tests = _tests(study, spec, found, adjusting)
        parts = (*session.rate_parts(spec), found, chosen, adjusting)
        rows, said = session.once(
            "subgroup rows", *parts, protocol.protocol(),
            make=lambda: _rows_and_remarks(study, spec, found, chosen, tests),
        )  # fmt: skip
        with shown, guard("the forest plot"):
            exhibit.figure(lambda: forest(rows, presentation=session.presenting()), "subgroups", parts=parts)
            exhibit.sentences(said)
        _in_full(study, spec, rows)


def _rows_and_remarks(
    study: Study, spec: AnalysisSpec, found: Fit, chosen: tuple[str, ...], tests: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    rows, unknown = _forest(study, spec, found, chosen, tests)
    return rows, [*_nothing(study, spec, unknown), *_igg_not_known(study, spec, rows), *_remarks(rows, found, tests)]


def _remarks(rows: pd.DataFrame, found: Fit, tests: pd.DataFrame) -> list[str]:
    """What has to be said beneath the forest plot."""
    some = rows["p_interaction"].notna().any()
    return [
        *donor_igg(rows),
        *([NOT_CLAIMED] if left_out(rows) else []),
        *same_days(rows),
        *robust_words(rows),
        *([*of_whom(protocol.protocol(), found), BY_CHANCE] if some else []),
        *adjusted_words(tests),
    ]


def _tests(study: Study, spec: AnalysisSpec, found: Fit, adjusting: bool) -> pd.DataFrame:
    """Adjusted p: of every subgroup where they are asked for, which takes a fit each; else of those of the protocol."""
    if not adjusting:
        return prespecified_tests(study, spec, found.known)
    with st.spinner("Comparing all subgroups…"):
        return interactions(study, spec, found.known)


def _choose(known: list[str]) -> list[str]:
    kept = [name for name in st.session_state.get(CHOSEN, FIRST_FACTORS) if name in known]
    st.session_state[CHOSEN] = kept[:MOST_CHOSEN]
    chosen = st.multiselect(
        "Subgroups", known, format_func=variable_name, key=CHOSEN, persist_state="session",
        placeholder="choose what to split by", max_selections=MOST_CHOSEN,
    )  # fmt: skip
    if len(chosen) == MOST_CHOSEN:
        say.small(f"These are {MOST_CHOSEN}, the most that are shown at a time: take one out to choose another.")
    return chosen


def _forest(
    study: Study, spec: AnalysisSpec, found: Fit, chosen: tuple[str, ...], tests: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """Everybody, the subgroups of the protocol, those that earlier studies named, then the chosen ones."""
    tables = {name: study_forest(study, spec, name) for name in (*found.known, *chosen)}
    named = named_rows(study, spec)
    parts = [named[:1], *(tables[name] for name in found.known), named[1:], *(tables[name] for name in chosen)]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return with_families(rows, tests), [name for name, table in tables.items() if not len(table)]


def _nothing(study: Study, spec: AnalysisSpec, unknown: list[str]) -> list[str]:
    """What cannot be split by, and what of it the file does not have."""
    named = [f"{variable_name(name)} ({why})" if (why := not_recorded(study, spec, name)) else variable_name(name)
             for name in unknown]  # fmt: skip
    return [f"Nothing recorded to split by: {', '.join(named)}."] if unknown else []


def _igg_not_known(study: Study, spec: AnalysisSpec, rows: pd.DataFrame) -> list[str]:
    """How many days rows by IgG of the day leave out, and where to see what difference they make."""
    if not donor_igg(rows):
        return []
    said = igg_not_known(igg_unknown(study, spec))
    return [said] if said in ("", NEVER_KNOWN) else [said, SEE]


def _in_full(study: Study, spec: AnalysisSpec, rows: pd.DataFrame) -> None:
    """The rates drawn, and every table; only the open tab is made."""
    makers = {
        "Rates by period": _rates,
        "Table of rates": _rates_table,
        "Table of subgroups": lambda *_: _forest_table(rows),
        "All subgroups": _all_subgroups,
        "Rate ratios": _ratios,
    }
    views(makers, TABS, study, spec)


def _forest_table(rows: pd.DataFrame) -> None:
    exhibit.table("subgroups", forest_table(rows), rows)
    exhibit.remarks(level_names(rows), rows["note"].tolist())


def _all_subgroups(study: Study, spec: AnalysisSpec) -> None:
    """Every factor with its p, whichever of them are drawn above."""
    found = protocol.fitting(study, spec)
    tests = _tests(study, spec, found, adjusting=True)
    say.strong(tests_finding(tests))
    exhibit.table("all_subgroups", tests_table(tests), tests)
    exhibit.sentences([*of_whom(protocol.protocol(), found), *adjusted_words(tests)])


def _rates(study: Study, spec: AnalysisSpec) -> None:
    table, parts = incidence_rates(study, spec), session.rate_parts(spec)
    exhibit.figure(lambda: rates_by_period(table, presentation=session.presenting()), "rates", parts=parts)


def _rates_table(study: Study, spec: AnalysisSpec) -> None:
    table = incidence_rates(study, spec)
    exhibit.table("rates", rates_table(table), table)


def _ratios(study: Study, spec: AnalysisSpec) -> None:
    ratios = sccs(study, as_shown(study, spec))
    exhibit.table("rate_ratios", ratios_table(ratios), ratios)
    exhibit.remarks([label(term) for term in ratios["term"]], ratios["note"].tolist())
    say.small("Patients without an infection carry no information here; informative ones have days both on and off.")


framed(page)
