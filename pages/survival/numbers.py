"""The numbers of a survival comparison: medians, shares at chosen times, restricted means, tests, follow-up."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import pandas as pd
import streamlit as st

from ivig_core.figures.groups import group_name
from ivig_core.figures.survival.tables import (
    TEST_NAMES,
    at_times_table,
    follow_up_table,
    means_differences_table,
    medians_table,
    tests_table,
    whole_month,
)
from ivig_core.figures.survival.words import FLAT_AT_HALF
from ivig_core.figures.words import DAYS_PER_MONTH
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival.numbers import MAIN_TEST, survival_numbers
from ivig_core.study.survival.tables import SurvivalTables
from pages.shell import exhibit, say, session
from pages.shell.controls import control

MONTHS = (1, 2, 3, 6, 9, 12, 18, 24, 30, 36, 48, 60, 84, 120)
CHOSEN = (6, 12)
KEY = "survival_months"
FOLLOW_UP = (
    "Reverse Kaplan–Meier: how long patients would have been followed, had no event or death ended their time here."
)
OTHER_TESTS = (
    "The log-rank test decides. The other two may replace it only where this was fixed before the curves were seen: "
    "the most favourable of three tests is no test."
)
MEAN = "The mean time without the event up to that day. It needs no constant ratio between the groups."


def medians_and_times(study: Study, spec: AnalysisSpec, tables: SurvivalTables) -> None:
    """Medians, and the shares at chosen times; `tables` is `survival(study, spec)`."""
    if tables.km.curves.empty:
        say.note(" ".join(tables.notes))
        return
    group = (spec.survival.survival_group, spec.survival.landmark_day)
    say.heading("Medians", FLAT_AT_HALF)
    medians = _words("medians", spec, lambda: medians_table(tables.km.medians, *group))
    exhibit.table("survival_medians", medians, tables.km.medians)
    say.heading("At chosen times")
    months = _months()
    numbers = survival_numbers(study, spec, tuple(round(month * DAYS_PER_MONTH) for month in sorted(months)))
    _at_times(numbers.at, spec)


def means_and_tests(study: Study, spec: AnalysisSpec, tables: SurvivalTables) -> None:
    """Restricted means, tests, and how long patients were followed."""
    if tables.km.curves.empty:
        say.note(" ".join(tables.notes))
        return
    group = (spec.survival.survival_group, spec.survival.landmark_day)
    numbers = survival_numbers(study, spec, ())
    say.heading("Mean time without the event")
    _means(numbers.means, spec)
    if len(tables.km.groups) > 1 and not numbers.tests.empty:
        say.heading("Tests")
        exhibit.table("survival_tests", tests_table(numbers.tests, MAIN_TEST), numbers.tests)
        exhibit.remarks([TEST_NAMES[name] for name in numbers.tests["test"]], numbers.tests["note"].tolist())
        say.small(OTHER_TESTS)
    say.heading("Follow-up")
    both = tables.follow_up
    followed = _words("follow_up", spec, lambda: follow_up_table(both.overall, both.by_group, *group))
    exhibit.table("follow_up", followed, both.by_group)
    say.small(FOLLOW_UP)


def _months() -> list[int]:
    return st.multiselect(
        "Months", MONTHS, default=CHOSEN, key=KEY, persist_state="session", placeholder="Choose months"
    )


def _words(name: str, spec: AnalysisSpec, make: Callable[[], pd.DataFrame], *more: Hashable) -> pd.DataFrame:
    """A table written out, once for everything that survival depends on and `more`."""
    parts = (spec.selection.where, spec.exposure, spec.endpoint, spec.survival)
    return session.once(f"survival_{name}_words", *parts, *more, make=make)


def _at_times(at: pd.DataFrame, spec: AnalysisSpec) -> None:
    group = (spec.survival.survival_group, spec.survival.landmark_day)
    if at.empty:
        say.small("No month is chosen.")
        return
    days = tuple(at["days"].unique())
    exhibit.table("survival_at", _words("at", spec, lambda: at_times_table(at, *group), days), at)
    called = _names(at, *group)
    rows = [f"{name}, month {whole_month(days)}" for name, days in zip(called, at["days"], strict=True)]
    exhibit.remarks(rows, at["note"].tolist())
    _compared(at, *group, "p compares the shares on the log(−log) scale, which suits small groups")
    exhibit.remarks(rows, at["difference_note"].tolist())


def _means(means: pd.DataFrame, spec: AnalysisSpec) -> None:
    group = (spec.survival.survival_group, spec.survival.landmark_day)
    control("rmst_days")
    shown = _words("means", spec, lambda: means_differences_table(means, *group))
    exhibit.table("restricted_mean", shown, means)
    say.small(MEAN)
    if means["days"].min() < spec.survival.rmst_days:
        say.small("Up to an earlier day than asked for: one of the groups is not observed any longer.")
    _compared(means, *group, "p is of the difference")
    exhibit.remarks(_names(means, *group), means["difference_note"].tolist())


def _compared(table: pd.DataFrame, group: str, landmark_day: int, p: str) -> None:
    """What differences are from, where groups are compared."""
    reference = table["reference"].dropna()
    if len(reference):
        name = group_name(group, reference.iloc[0], landmark_day)
        say.small(f"Difference: each group minus “{name}”, with 95 % interval; {p}.")


def _names(table: pd.DataFrame, group: str, landmark_day: int) -> list[str]:
    return [group_name(group, name, landmark_day) for name in table["group"]]
