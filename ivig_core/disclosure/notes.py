"""Sentences as they are shared: only those that are known to tell no count, others said again without their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ivig_core.disclosure.rule import Rule, said
from ivig_core.estimate.survival.landmark import CAUSE_SPECIFIC
from ivig_core.estimate.survival.tables import SurvivalTables

IMMORTAL = (
    "Immortal time: these groups use doses given later, which biases the comparison. Group by a landmark or use a "
    "time-varying model."
)
NOT_FILTERED = "Survival counts from the recorded start of follow-up: filters on days do not apply to it."
NO_CURVE = "A group with too few patients or events to hide has no curve."
NO_TEST = "The log-rank test is not shared: a group has too few patients or events."
LEFT_OUT = "Subgroups whose numbers would together give a small count back are left out."
COX_PARTS = (
    r"against (?!.*patients? left out)[^;]+",
    r"per [\d.,]+( [^\d;]+)? more",
    r"IVIG started by day \d+ against not started by then",
    r"days on IVIG against all other days",
    r"days from the first dose on against all other days",
)
"""What a ratio is of: the only parts of the note of a hazard ratio that are shared."""
DOUBTS: tuple[tuple[str, str], ...] = (
    (r"No patient has an infection and days both|Only [\d,]+ patients? ha(s|ve) an infection and days both",
     "Few patients have an infection and days both on and off IVIG."),
    (r"Only [\d,]+ infections", "There are few infections."),
    (r"IgG is adjusted for: IVIG works through it",
     "IgG is adjusted for: IVIG works through it, so part of its effect is taken away."),
    (r"Infections were .* before the first dose",
     "Infections were more frequent before the first dose: they may be why IVIG was started."),
    (r"Adjusted for .* the ratio is", "Adjusted for what else changes over time the ratio is another."),
    (r"Confirmed infections only", "Confirmed infections only: testing may differ on IVIG."),
    (r"[\d,]+ patients died within",
     "Patients died soon after an infection: follow-up that ends this way can mislead."),
    (r"One infection coded twice counts twice",
     "One infection coded twice counts twice: joined into episodes the ratio is another."),
    (r"[\d,]+ doses seem to be missing",
     "Doses seem to be missing: if given elsewhere, their days wrongly count as off IVIG."),
)  # fmt: skip
"""What doubts begin with, and how each is said without its numbers. One that is not here (that much is one patient's)
is not shared."""


def shared_notes(notes: Iterable[str], survival: SurvivalTables | None, rule: Rule, left_out: bool) -> tuple[str, ...]:
    """The notes of an analysis: how small numbers are hidden, what is left out, and what tells no count."""
    own = [f"Survival: {note}" for note in survival.notes] if survival is not None else []
    kept = [note for note in notes if note == NOT_FILTERED]
    return (said(rule), *([LEFT_OUT] if left_out else []), *kept, *own)


def survival_notes(tables: SurvivalTables, rule: Rule) -> tuple[str, ...]:
    """The notes of curves."""
    counts = tables.km.medians[["patients", "events"]]
    few = bool(len(counts)) and rule.small(*counts.to_numpy().ravel())
    told = [CAUSE_SPECIFIC] if CAUSE_SPECIFIC in tables.notes else []
    if tables.landmark_day > 0:
        told.append(
            f"Landmark day {tables.landmark_day}: {rule.count(tables.excluded)} patients left out, with an event or "
            "censored on or before that day; time counts from the day after."
        )
    told += [NO_CURVE] if few else []
    told += [NO_TEST] if few and len(counts) > 1 else []
    told += [IMMORTAL] if any(note.startswith("Immortal time:") for note in tables.notes) else []
    return tuple(told)


def competing_notes(notes: Iterable[str], told: list[str], groups: list[str]) -> tuple[str, ...]:
    """The notes of curves of incidence of the groups `told` of all `groups`."""
    biased = [IMMORTAL] if any(note.startswith("Immortal time:") for note in notes) else []
    return (*([NO_CURVE] if len(told) < len(groups) else []), *biased)


def cox_note(note: str) -> str:
    """What a hazard ratio is per or against; how many patients were left out is not told."""
    parts = [part for part in note.split("; ") if any(re.fullmatch(pattern, part) for pattern in COX_PARTS)]
    return "; ".join(parts)


def shared_doubts(doubts: Iterable[str]) -> tuple[str, ...]:
    """Doubts without their numbers, in their order."""
    return tuple(told for doubt in doubts for pattern, told in DOUBTS if re.match(pattern, doubt))
