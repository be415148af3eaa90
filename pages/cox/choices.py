"""What a Cox regression is asked on a page: IVIG, variables, reference levels, units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from ivig_core.cohort.columns import BY_NAME
from ivig_core.figures.cox.words import reason_of
from ivig_core.figures.groups import variable_name
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.covariates import UNITS, CovariateChoice
from ivig_core.study.cox.question import CoxQuestion, ivig_terms
from ivig_core.study.cox.ratios import UNIVARIABLE
from ivig_core.study.cox.summary import IVIG, LEVEL, NOTHING, NUMBER, REFERENCE, cox_summary
from ivig_core.study.study import Study
from pages.shell import say, session
from pages.shell.escape import escape_markdown

ROBUST_HELP = "By patient (sandwich): intervals that hold where the model is not quite right."
ADJUSTED_HELP = (
    "Each variable is shown alone in any case. Choose variables that were thought of beforehand, not by their p."
)
SMALLEST = 1e-6


def question(
    study: Study, spec: AnalysisSpec, key: str, first_ivig: bool = False, default: Sequence[str] = ()
) -> CoxQuestion:
    """The widgets, and what they ask. `key` keeps those of two panels apart; `default`: variables chosen at first."""
    left, right = st.columns([3, 5], gap="medium") if not first_ivig else (None, st.container())
    ivig = ""
    if left is not None:
        with left:
            ivig = _ivig(spec, key)
    bands = _bands_chosen(study, spec, key)
    plain = CoxQuestion(first_ivig=first_ivig, ivig=ivig, choice=CovariateChoice(bands=bands))
    offered = session.once(
        "cox_offered", *plain.parts(spec), make=lambda: _offered(cox_summary(study, spec, plain).rows)
    )  # fmt: skip
    with right:
        beyond = plain.left_out(study, spec)
        chosen = _covariates(plain.variables(study, spec), offered.union(beyond), key, default)
    robust = st.toggle(
        "Robust standard errors", key=f"{key}_robust", help=escape_markdown(ROBUST_HELP), persist_state="session"
    )  # fmt: skip
    # A column that has no row of its own has one once it is asked for.
    plain = replace(plain, covariates=tuple(name for name in chosen if name in beyond))
    by_name = session.once(
        "cox_by_variable", *plain.parts(spec), make=lambda: _by_variable(cox_summary(study, spec, plain).rows)
    )  # fmt: skip
    choice = _details(by_name, chosen, bands, key)
    return CoxQuestion(first_ivig, ivig, chosen, choice, bool(robust))


def _ivig(spec: AnalysisSpec, key: str) -> str:
    """How IVIG enters."""
    words = {
        "ivig": f"By day {spec.survival.landmark_day}, as in the curves", "on_ivig": "On IVIG, day by day",
        "ever_ivig": "From the first dose on", "": "Not in the model",
    }  # fmt: skip
    options, at = (*ivig_terms(spec), ""), f"{key}_ivig"
    if st.session_state.get(at) not in options:
        st.session_state[at] = options[0]
    return st.selectbox("IVIG", options, key=at, format_func=words.__getitem__, persist_state="session")


def _covariates(
    known: Sequence[str], offered: Set[str], key: str, default: Sequence[str]
) -> tuple[str, ...]:  # fmt: skip
    """Variables that are offered, and those chosen before even where they no longer are."""
    at = f"{key}_covariates"
    chosen = st.session_state.get(at)
    # What was not changed by hand goes with the cohort and its filters.
    if chosen is None or set(chosen) == set(st.session_state.get(f"{at}_default", ())):
        chosen = default
    st.session_state[f"{at}_default"] = tuple(default)
    before = [name for name in chosen if name in known]
    options = [name for name in known if name in offered or name in before]
    st.session_state[at] = before
    return tuple(
        st.multiselect(
            "Adjusted for", options, key=at, help=escape_markdown(ADJUSTED_HELP), placeholder="No adjusted model",
            format_func=variable_name, persist_state="session",
        )
    )  # fmt: skip


def _bands_chosen(study: Study, spec: AnalysisSpec, key: str) -> tuple[str, ...]:
    """Numbers that are taken in bands, as chosen in the box of details."""
    known = CoxQuestion().variables(study, spec)
    return tuple(sorted(name for name in known if st.session_state.get(f"{key}_bands_{name}")))


def _offered(rows: pd.DataFrame) -> frozenset[str]:
    """Variables in which there is something to compare."""
    return frozenset(rows.loc[(~rows["kind"].isin((NOTHING, IVIG))).to_numpy(), "variable"])


def _by_variable(rows: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    made: dict[str, list[dict[str, Any]]] = {}
    for row in rows[(rows["model"] == UNIVARIABLE).to_numpy()].to_dict("records"):
        made.setdefault(row["variable"], []).append(row)
    return made


def _details(
    by_name: Mapping[str, Sequence[Mapping[str, Any]]], chosen: Sequence[str], bands: Sequence[str], key: str
) -> CovariateChoice:
    """Reference level, unit and bands of the chosen variables."""
    if not chosen:
        return CovariateChoice(bands=tuple(bands))
    kinds = {name: {row["kind"] for row in by_name.get(name, ())} for name in chosen}
    numbers = [name for name in chosen if NUMBER in kinds[name]]
    grouped = {name: by_name[name] for name in chosen if name not in numbers and REFERENCE in kinds[name]}
    for name, rows in grouped.items():
        _usual_reference(name, rows, key)
    # Widgets of a closed box are not made: what was chosen in it is in the session.
    box = st.expander("Reference levels and units", key=f"{key}_details", on_change="rerun")
    if box.open:
        with box:
            for name in chosen:
                _detail(name, by_name.get(name, ()), name in numbers, name in bands, key)
    references, units = dict[str, str](), dict[str, float]()
    for name in grouped:
        at = f"{key}_reference_{name}"
        if st.session_state[at] != st.session_state[f"{at}_default"]:
            references[name] = st.session_state[at]
    for name in numbers:
        unit = st.session_state.get(f"{key}_unit_{name}")
        if unit and unit != _usual_unit(name):
            units[name] = float(unit)
    return CovariateChoice.of(references, units, tuple(bands))


def _detail(name: str, rows: Sequence[Mapping[str, Any]], number: bool, banded: bool, key: str) -> None:
    """What can be chosen of one variable."""
    if not number and not any(row["kind"] == REFERENCE for row in rows):
        say.small(f"{variable_name(name)}: nothing to choose, {reason_of(rows[0]) if rows else 'no value'}.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if number:
            _unit(name, key)
        else:
            _reference(name, rows, key)
        if number or banded:
            st.toggle(
                escape_markdown(f"{variable_name(name)} in bands"), key=f"{key}_bands_{name}", persist_state="session"
            )


def _usual_unit(name: str) -> float:
    return UNITS.get(name, 1.0)


def _unit(name: str, key: str) -> None:
    word = "mg/dL" if name == "baseline_igg" else BY_NAME[name].unit if name in BY_NAME else ""
    st.number_input(
        escape_markdown(f"{variable_name(name)}: ratio per so many {word or 'more'}"), min_value=SMALLEST,
        value=_usual_unit(name), step=_usual_unit(name), format="%g", key=f"{key}_unit_{name}", persist_state="session",
    )  # fmt: skip


def _levels(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [row["level"] for row in rows if row["kind"] in (REFERENCE, LEVEL)]


def _usual_reference(name: str, rows: Sequence[Mapping[str, Any]], key: str) -> None:
    """What was not changed by hand goes with the cohort and its filters."""
    at = f"{key}_reference_{name}"
    chosen, usual = st.session_state.get(at), next(row["level"] for row in rows if row["kind"] == REFERENCE)
    if chosen not in _levels(rows) or chosen == st.session_state.get(f"{at}_default"):
        st.session_state[at] = usual
    st.session_state[f"{at}_default"] = usual


def _reference(name: str, rows: Sequence[Mapping[str, Any]], key: str) -> None:
    st.selectbox(
        escape_markdown(f"{variable_name(name)}: compare with"), _levels(rows), key=f"{key}_reference_{name}",
        persist_state="session",
    )  # fmt: skip
