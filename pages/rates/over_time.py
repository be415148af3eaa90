"""Infections per patient over time: by period or by group, with death as the end of the risk or as censoring."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.figures.rates.mean_cumulative import mean_cumulative
from ivig_core.figures.rates.mean_cumulative_words import (
    alive_text,
    clock_words,
    ratio_text,
    row_name,
    what_death_does,
    with_interval,
)
from ivig_core.figures.words import ABSENT, is_number, p_value
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.over_time import CENSORS, ENDS, PERIOD, SINCE, OverTime, over_time
from ivig_core.study.study import Study
from pages.shell import exhibit, say, session
from pages.shell.presentation import places

DESCRIBED = (
    "Patients with many days in a period need not be those with few: the curves describe, they do not compare",
    "the comparison within patients is the rate ratio",
)
BETWEEN = (
    "Groups are compared with each other here, not patients with themselves: who is given IVIG differs in much",
    "the comparison within patients is the rate ratio",
)
ALIVE = (
    "Per year alive: mean infections until then divided by the mean time lived until then, so that early deaths do not "
    "pass for fewer infections."
)
TOO_SHORT = "nobody so long"
CLOCKS = {PERIOD: "Days on or off IVIG", SINCE: "Days since the start, by group"}
DEATHS = {ENDS: "Ends the risk", CENSORS: "As censoring"}
CLOCK_KEY, DEATH_KEY = "over_time_clock", "over_time_death"


def show(study: Study, spec: AnalysisSpec) -> None:
    """The choices, the curves, how to take them, and their values at three times."""
    asked, shown = places()
    with asked:
        clock, death = _choices()
    result = over_time(study, spec, clock, death)
    parts = (*session.time_parts(spec), spec.model.population, spec.survival, clock, death)
    with shown:
        exhibit.figure(
            lambda: mean_cumulative(result, presentation=session.presenting()), "infections_per_patient", parts=parts
        )  # fmt: skip
    if result.curves.empty:
        return
    exhibit.sentences([what_death_does(result), clock_words(result)])
    say.small(say.as_sentence("; ".join(DESCRIBED if clock == PERIOD else BETWEEN)))
    exhibit.table("infections_per_patient", _in_words(result), result.at_months)
    rows = result.at_months.to_dict("records")
    exhibit.remarks(
        [f"{row_name(result, row['period'])} at {row['months']} months" for row in rows],
        ["" if row["rate_note"] and not is_number(row["rate"]) else row["rate_note"] for row in rows],
    )
    say.small(ALIVE)
    if len(result.ratios):
        exhibit.table("while_alive_ratios", _ratios(result), result.ratios)
    exhibit.download("infections_per_patient_curves", result.curves, "Download the curves")


def _choices() -> tuple[str, str]:
    left, right = st.columns(2, gap="medium")
    with left:
        clock = st.segmented_control(
            "Clock", list(CLOCKS), default=PERIOD, required=True, key=CLOCK_KEY, format_func=CLOCKS.__getitem__,
            persist_state="session",
        )  # fmt: skip
    with right:
        death = st.segmented_control(
            "Death", list(DEATHS), default=ENDS, required=True, key=DEATH_KEY, format_func=DEATHS.__getitem__,
            persist_state="session",
        )  # fmt: skip
    return str(clock), str(death)


def _in_words(result: OverTime) -> pd.DataFrame:
    table = result.at_months
    rows = table.to_dict("records")
    return pd.DataFrame(
        {
            "Period" if result.clock == PERIOD else "Group": [row_name(result, row["period"]) for row in rows],
            "After months": table["months"],
            "At risk": table["at_risk"],
            "Infections until then": table["infections"],
            "Deaths until then": table["deaths"],
            "Per patient (95 % interval)": [
                with_interval(row) if is_number(row["mean"]) else TOO_SHORT for row in rows
            ],
            "Per year alive (95 % interval)": [
                alive_text(row) if is_number(row["rate"]) else TOO_SHORT for row in rows
            ],
        }
    )


def _ratios(result: OverTime) -> pd.DataFrame:
    rows = result.ratios.to_dict("records")
    return pd.DataFrame(
        {
            "Compared": [
                f"{row_name(result, row['group'])} against {row_name(result, row['reference'])}" for row in rows
            ],
            "After months": result.ratios["months"],
            "Ratio of rates while alive (95 % interval)": [ratio_text(row) for row in rows],
            "p": [p_value(row["p_value"]) if is_number(row["p_value"]) else ABSENT for row in rows],
        }
    )
