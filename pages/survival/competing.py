"""Cumulative incidence of infection with death competing, beside what Kaplan–Meier would say."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.groups import group_name
from ivig_core.figures.survival.beside_death_words import (
    GRAY,
    WHAT_EACH,
    gray_sentence,
    gray_words,
    hazards_table,
    why_none,
)
from ivig_core.figures.survival.competing import competing as draw
from ivig_core.figures.survival.tables import competing_table
from ivig_core.figures.words import DAYS_PER_MONTH
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival.beside_death import BesideDeath, beside_death
from ivig_core.study.survival.numbers import competing_death
from pages.shell import exhibit, say, session
from pages.shell.panel import guard
from pages.shell.presentation import places

MONTHS = (3, 6, 12, 24, 36, 60)
MONTH, KEY = 12, "competing_month"
WHY = (
    "Kaplan–Meier takes a death as if the patient had only left follow-up and could still get an infection later; so "
    "its share of patients with an infection is too high wherever patients die first."
)


def show(study: Study, spec: AnalysisSpec) -> None:
    """The figure, the numbers at a chosen month, and why the two ways to count differ."""
    with guard("the cumulative incidence"):
        result = competing_death(study, spec)
        if result.curves.empty:
            say.note("No patients are left to compare: no cumulative incidence.")
            return
        asked, shown = places()
        with asked:
            month = st.segmented_control(
                "Numbers at month", MONTHS, default=MONTH, required=True, key=KEY, persist_state="session"
            )
        days = round(month * DAYS_PER_MONTH)
        beside = beside_death(study, spec)
        tested = gray_words(beside)
        parts = (spec.selection.where, spec.exposure, spec.endpoint, spec.survival, days)
        with shown:
            exhibit.figure(
                lambda: draw(result, days=days, presentation=session.presenting(), tested=tested), "competing",
                parts=parts,
            )  # fmt: skip
        at = result.at(days)
        exhibit.table("cumulative_incidence_at", competing_table(at, result.group, result.landmark_day), at)
        names = [group_name(result.group, name, result.landmark_day) for name in at["group"]]
        exhibit.remarks(names, at["note"].tolist())
        say.small(WHY)
        _hazards(beside)
        exhibit.download("cumulative_incidence", result.curves, "Download the curves")


def _hazards(beside: BesideDeath) -> None:
    """Gray's test, and the three ratios of each group; nothing without groups."""
    if beside.rows.empty:
        return
    exhibit.sentences([gray_sentence(beside), GRAY])
    exhibit.table("three_hazards", hazards_table(beside), beside.rows)
    exhibit.sentences([*why_none(beside.rows), WHAT_EACH])
