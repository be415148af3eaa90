"""The words of a Kaplan–Meier plot: finding, counts, small print, alternative text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.estimate.survival.landmark import EVENT_WORDS
from ivig_core.estimate.survival.tables import SurvivalTables
from ivig_core.export import rows_of
from ivig_core.figures.groups import group_name, variable_name
from ivig_core.figures.theme import FEW_AT_RISK
from ivig_core.figures.words import (
    CLEAR,
    count,
    counted,
    is_number,
    lower,
    months,
    p_phrase,
    shorten_apart,
    total,
    unreached,
)

AXIS_TITLES = {
    "infection": "Free of infection",
    "infection_or_death": "Alive, free of infection",
    "death": "Alive",
    "progression_or_death": "Alive, no progression",
}
NOUNS = {
    "infection": "time to infection",
    "infection_or_death": "infection-free survival",
    "death": "overall survival",
    "progression_or_death": "progression-free survival",
}
IMMORTAL = "Immortal time:"
FLAT_AT_HALF = (
    "Where a curve stays at exactly 0.5 the median is the middle of that stretch; where it stays there to its end, the "
    "time at which it came there (as R prints a survfit; its quantile() has the middle there too)."
)
NAME_CHARS = 28
MOST_MARKS = 150
"""Times of censoring that can be told apart on one curve."""


def axis_title(event: str) -> str:
    """What the vertical axis measures."""
    return AXIS_TITLES.get(event, "Without event")


def names(tables: SurvivalTables) -> list[str]:
    """What the groups are called (not yet escaped)."""
    return shorten_apart([group_name(tables.group, name, tables.landmark_day) for name in tables.km.groups], NAME_CHARS)


def finding(tables: SurvivalTables) -> str:
    """What the curves show; a direction only for two groups whose log-rank test is clear and that do not look ahead."""
    medians, noun = tables.km.medians, NOUNS.get(tables.event, "survival")
    if not medians["events"].sum():
        return f"No patient had {EVENT_WORDS.get(tables.event, 'an event')}"
    if len(medians) == 1:
        return _one(tables, noun)
    if tables.logrank is None:
        return f"The groups cannot be compared in {noun}"
    p = f"log-rank {p_phrase(tables.logrank.p_value)}"
    if tables.logrank.p_value >= CLEAR:
        return f"No clear difference in {noun} ({p})"
    if immortal(tables):
        return f"The curves differ ({p}), but the groups use later doses: biased by immortal time"
    longer = _longer(tables)
    if longer is None:
        return f"{noun[0].upper()}{noun[1:]} differs between the {len(medians)} groups ({p})"
    return f"Longer {noun} in the group “{names(tables)[longer]}” ({_against(tables, longer)}{p})"


def claim(tables: SurvivalTables) -> str:
    """`finding` without the numbers of its test, with what the groups are made by: the title of a page."""
    noun = NOUNS.get(tables.event, "survival")
    if not len(tables.km.medians):
        return "No patients are left to compare"
    if tables.logrank is None or not tables.km.medians["events"].sum():
        return finding(tables)
    by = group_words(tables.group, tables.landmark_day)
    if tables.logrank.p_value >= CLEAR:
        return f"No clear difference in {noun}{by}"
    if immortal(tables):
        return f"{noun[0].upper()}{noun[1:]} differs{by}, which uses later doses: biased by immortal time"
    longer = _longer(tables)
    if longer is None:
        return f"{noun[0].upper()}{noun[1:]} differs{by}"
    return f"Longer {noun} in the group “{names(tables)[longer]}”"


def group_words(group: str, landmark_day: int) -> str:
    """What groups are made by, as the end of a sentence; empty without groups."""
    if group == "ivig_by_landmark" and landmark_day:
        return f" by IVIG until day {landmark_day}"
    if group.startswith("ivig_"):
        return " by whether or how IVIG was given"
    return "" if group == "none" else f" by {lower(variable_name(group))}"


def _one(tables: SurvivalTables, noun: str) -> str:
    row = tables.km.medians.iloc[0]
    if not is_number(row["median"]):
        return f"Median {noun} {unreached(row['median'])}"
    return f"Median {noun} {months(row['median'])} months {_limits(row)}".rstrip()


def _longer(tables: SurvivalTables) -> int | None:
    """The group of two with the larger mean time up to the common horizon; None where they do not tell."""
    means = tables.restricted_mean["mean"].tolist()
    medians = tables.km.medians["median"].tolist()
    if len(means) != 2 or means[0] == means[1]:
        return None
    longer = int(means[1] > means[0])
    mine, other = medians[longer], medians[1 - longer]
    # Curves that cross can have the medians the other way round: then there is no one direction to tell.
    turned = is_number(mine) and (not is_number(other) or mine < other)
    return None if turned else longer


def _against(tables: SurvivalTables, longer: int) -> str:
    medians = tables.km.medians["median"].tolist()
    if not is_number(medians[1 - longer]):
        return ""
    mine = f"{months(medians[longer])}" if is_number(medians[longer]) else "not reached"
    other = months(medians[1 - longer])
    return f"median {mine} against {other} months, " if mine != other else ""


def _limits(row: Mapping[str, Any] | pd.Series) -> str:
    low, high = row["ci_low"], row["ci_high"]
    if not is_number(low):
        return ""
    return f"({months(low)}–{months(high) if is_number(high) else unreached(high)})"


def immortal(tables: SurvivalTables) -> bool:
    """Whether the groups are made by doses that came after the origin of time."""
    return any(text.startswith(IMMORTAL) for text in tables.notes)


def detail(tables: SurvivalTables) -> str:
    """Patients and events behind the curves."""
    medians = tables.km.medians
    patients, events = total(medians["patients"]), total(medians["events"])
    text = f"{counted(patients, 'patient')}, {count(events)} with {EVENT_WORDS.get(tables.event, 'an event')}"
    if tables.excluded and is_number(tables.excluded):
        text += f"; {counted(tables.excluded, 'patient')} left out by day {tables.landmark_day}"
    return text


def medians_text(tables: SurvivalTables) -> str:
    """The median of each group with its interval, in months."""
    parts = []
    for name, row in zip(names(tables), rows_of(tables.km.medians), strict=True):
        median = row["median"]
        value = f"{months(median)} {_limits(row)}".strip() if is_number(median) else unreached(median)
        parts.append(f"{name} {value}" if len(tables.km.medians) > 1 else value)
    return f"Median in months (95 % interval): {'; '.join(parts)}."


def follow_up_text(tables: SurvivalTables) -> str:
    """Median follow-up of all patients compared, in months."""
    row = tables.follow_up.overall.iloc[0]
    median = row["median"]
    value = f"{months(median)} months {_limits(row)}".strip() if is_number(median) else unreached(median)
    return f"Median follow-up (reverse Kaplan–Meier): {value}."


def marked(tables: SurvivalTables) -> bool:
    """Whether censoring is marked on the curves: very many marks would hide them."""
    censored = tables.km.curves["censored"].gt(0).groupby(tables.km.curves["group"], observed=True).sum()
    return bool(censored.max() <= MOST_MARKS)


def small_print(tables: SurvivalTables) -> str:
    """Medians, follow-up, test, how to read the drawing, and the warning of immortal time."""
    parts = [medians_text(tables), follow_up_text(tables)]
    if tables.logrank is not None:
        parts.append(f"Log-rank {p_phrase(tables.logrank.p_value)}.")
    if (tables.km.curves["at_risk"] < FEW_AT_RISK).any():
        parts.append(f"Faded: fewer than {FEW_AT_RISK} at risk.")
    if not marked(tables):
        parts.append("Censored patients are too many to be marked: see the table.")
    parts += [text for text in tables.notes if text.startswith(IMMORTAL)]
    return " ".join(parts)


def alt(tables: SurvivalTables, said: tuple[str, str]) -> str:
    """The plot in words; `said`: its title and the line beneath it."""
    curves = counted(len(tables.km.medians), "Kaplan–Meier curve")
    noun = NOUNS.get(tables.event, "survival")
    return f"{curves} of {noun}. {said[0]}. {said[1]}. {medians_text(tables)}"
