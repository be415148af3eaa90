"""The four numbers of the page of infection rates: three rates, and the ratio, which is not their quotient."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.figures.words import ABSENT, estimate, is_number, p_phrase
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, ON, REFERENCE, WORDS
from pages.overview.metrics import rate_metric
from pages.shell import say

RATIO_HELP = "Infections on against off IVIG, each patient as their own control (self-controlled case series)."
NOT_ESTIMABLE = "no estimate: see below"
NOT_A_QUOTIENT = (
    "The rate ratio is not the quotient of the rates shown: it compares within patients. "
    "Patients who never had IVIG are context, not a comparison."
)


def rates_and_ratio(study: Study, spec: AnalysisSpec) -> None:
    """Rates on IVIG, off it and of those who never had it, and the ratio within patients; each with its interval."""
    # One window here, also where the figure beneath splits it.
    rates = incidence_rates(study, spec.change(window_cuts=())).set_index("period")
    who = "same patients" if spec.model.population == "exposed" else "all patients"
    labels = {ON: WORDS[ON].label, OBSERVATION: f"Off IVIG, {who}", REFERENCE: WORDS[REFERENCE].label}
    periods = [period for period in labels if period in rates.index]
    columns = st.columns(4)
    for column, period in zip(columns, periods, strict=False):
        with column:
            rate_metric(labels[period], rates.loc[period], say.as_sentence(WORDS[period].help))
    with columns[len(periods)]:
        _ratio(forest(study, spec, "overall").iloc[0])
    say.small(NOT_A_QUOTIENT)


def _ratio(row: pd.Series) -> None:
    text = estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])
    value, _, span = text.partition(" ")
    tested = f", {p_phrase(row['p_value'])}" if is_number(row["p_value"]) else ""
    below = f"{span.strip('()')}{tested}" if text else NOT_ESTIMABLE
    say.metric("Rate ratio", value or ABSENT, RATIO_HELP, below)
