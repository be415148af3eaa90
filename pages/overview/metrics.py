"""The four numbers of the first screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from ivig_core.figures.words import count, counted, rate
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis import summary
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.study import Study
from ivig_core.terms import OBSERVATION, ON
from pages.shell import say, session

NOT_A_QUOTIENT = "The rate ratio is not the quotient of these two rates: it compares within patients."


def metrics(study: Study, spec: AnalysisSpec) -> None:
    """Rates on and off IVIG in treated patients, patients, infections."""
    rates, total = session.once("four numbers", *session.rate_parts(spec), make=lambda: _numbers(study, spec))
    columns = st.columns(4)
    with columns[0]:
        rate_metric("On IVIG", rates[ON], NOT_A_QUOTIENT)
    with columns[1]:
        who = "same patients" if spec.model.population == "exposed" else "all patients"
        rate_metric(f"Off IVIG, {who}", rates[OBSERVATION], NOT_A_QUOTIENT)
    with columns[2]:
        exposed = f"{total['patients_exposed']:,} of them had IVIG"
        say.metric("Patients", count(total["patients"]), "Patients with at least one day in this analysis.", exposed)
    with columns[3]:
        infected = f"in {counted(total['patients_with_infection'], 'patient')}"
        say.metric("Infections", count(total["infections"]), "Infections that count under these settings.", infected)


def _numbers(study: Study, spec: AnalysisSpec) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    """Rates by period, and the size of what is analysed."""
    # One window here, also where the rates page splits it.
    rates = incidence_rates(study, spec.change(window_cuts=()))
    return rates.set_index("period").to_dict("index"), summary(study, spec)


def rate_metric(label: str, row: Mapping[str, Any] | pd.Series, help_text: str) -> None:
    """A rate with its interval beneath it."""
    days = f"{rate(row['ci_low'])}–{rate(row['ci_high'])} per patient-year"
    below = days if row["person_days"] else "no days"
    say.metric(label, rate(row["rate"]), f"Infections per patient-year with its 95 % interval. {help_text}", below)
