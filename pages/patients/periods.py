"""The numbers of one patient: infections before the first dose, on IVIG and off it, and days since the last dose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from ivig_core.figures.words import count, counted, length, months, rate
from ivig_core.study.patients.timeline import Timeline
from ivig_core.terms import REFERENCE, WORDS
from pages.shell import say

SHORTEST = 30
"""Days from which on a period of one patient is given as a rate."""


def periods(line: Timeline) -> None:
    """Infections of each period, and when the last dose was."""
    rows = line.periods.to_dict("records")
    columns = st.columns(4)
    for column, row in zip(columns, rows, strict=False):
        with column:
            _period(row, line)
    with columns[len(rows)]:
        _last_dose(line)
    if len(rows) < 3:
        with columns[len(rows) + 1]:
            say.metric("Followed", length(line.days), "Days at risk, first and last day included.",
                       f"{line.days:,} days")  # fmt: skip


def _period(row: Mapping[str, Any], line: Timeline) -> None:
    word = WORDS[row["period"]]
    label = word.label
    if row["period"] == REFERENCE and not pd.isna(line.first_dose):
        label = "No day on IVIG"
    help_text = f"Infections that count under these settings: {word.help}." if word.help else None
    say.metric(label, count(row["infections"]), help_text, _how_long(row))


def _how_long(row: Mapping[str, Any]) -> str:
    """Length of a period and the rate in it; a rate of a few days says nothing."""
    if not row["days"]:
        return "no days"
    noun = "infection" if row["infections"] == 1 else "infections"
    if row["days"] < SHORTEST:
        return f"{noun} in {counted(row['days'], 'day')}"
    return f"{noun} in {months(row['days'])} mo · {rate(row['rate'])}/yr"


def _last_dose(line: Timeline) -> None:
    help_text = "Days from the last dose to the last day at risk."
    if pd.isna(line.since_dose):
        say.metric("Last dose", "none", help_text, "no dose recorded")
    else:
        say.metric("Since the last dose", counted(line.since_dose, "day"), help_text, "at the end of follow-up")
