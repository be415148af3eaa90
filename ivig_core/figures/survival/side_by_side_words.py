"""The words of the comparison of designs: finding, counts, alternative text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivig_core.estimate.survival.landmark import EVENT_WORDS
from ivig_core.figures.survival.words import NOUNS
from ivig_core.figures.words import count, counted, estimate, is_number, percent
from ivig_core.study.survival.side_by_side import IN_WINDOW, LANDMARK, NAIVE, SINCE_DOSE, SideBySide

HEADS = {
    NAIVE: "Ever against never (naive)",
    LANDMARK: "Groups fixed at a landmark",
    SINCE_DOSE: "After the first dose",
}
"""The last one is Simon–Makuch's curves, and its ratio is of the time-varying Cox model."""
LABELS = {
    NAIVE: "Ever against never: uses doses given later",
    LANDMARK: "IVIG by the landmark against none by then",
    SINCE_DOSE: "After the first dose against before it or never (time-varying)",
    IN_WINDOW: "In the window of a dose, as it is given (time-varying)",
}
READING = (
    "Left: doses given later decide who counts as IVIG, with all the time before the first dose. It can look better "
    "than it is (only who stays free of the event long enough is given IVIG) or worse (infections bring IVIG on). "
    "Middle and right: only what was known on each day; right, Simon–Makuch curves, a patient changes sides with the "
    "first dose. None is adjusted for who is given IVIG."
)


def other_question(row: Mapping[str, Any]) -> str:
    """Why hazard ratios here and the rate ratio within patients can differ, with that ratio (a row of the forest of
    everybody); empty where there is none."""
    ratio_within = estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"])
    if not ratio_within:
        return ""
    return (
        f"The rate ratio within patients, {ratio_within} as set, asks something else: each patient's days on IVIG "
        "against the same patient's days off it, and every infection counts. Here patients are compared with each "
        "other, not adjusted for who is given IVIG, and only up to the first event: where patients at higher risk are "
        "given IVIG, these hazard ratios are higher, also above 1, without contradicting it."
    )


def since(day: int) -> str:
    """Title of a time axis."""
    return f"Months since day {day}" if day else "Months since start"


def finding(result: SideBySide, event: str) -> str:
    """What is left of a difference when no later doses are used."""
    naive, landmark, later = (ratio(result, name) for name in (NAIVE, LANDMARK, SINCE_DOSE))
    if not naive or not (landmark or later):
        return f"IVIG and {NOUNS.get(event, 'survival')}: not every comparison can be made"
    parts = [f"{later} after the first dose"] if later else []
    parts += [f"{landmark} by day {result.landmark_day}"] if landmark else []
    return f"{_head(result)}: hazard ratio {', '.join(parts)}; naive {naive}"


def _head(result: SideBySide) -> str:
    sides = {name: _side(result, name) for name in (NAIVE, LANDMARK, SINCE_DOSE)}
    fair = {sides[LANDMARK], sides[SINCE_DOSE]}
    if fair == {"lower"}:
        return "Lower hazard with IVIG, also without later doses"
    if fair == {"higher"}:
        return "Higher hazard with IVIG, also without later doses"
    if sides[NAIVE] and not any(fair):
        return "The naive difference is not found without later doses"
    return "No clear difference without later doses" if not any(fair) else "The designs do not agree"


def _side(result: SideBySide, name: str) -> str:
    """On which side of 1 a whole interval lies; empty where it holds 1 or does not exist."""
    row = result.rows.set_index("model").loc[name]
    if is_number(row["ci_high"]) and row["ci_high"] < 1:
        return "lower"
    return "higher" if is_number(row["ci_low"]) and row["ci_low"] > 1 else ""


def ratio(result: SideBySide, name: str) -> str:
    """A hazard ratio with its interval; empty where there is none."""
    row = result.rows.set_index("model").loc[name]
    return estimate(row["status"], row["hr"], row["ci_low"], row["ci_high"])


def detail(result: SideBySide, event: str) -> str:
    """Patients and events, and what the naive comparison counts as IVIG."""
    medians = result.naive.km.medians
    patients, events = medians["patients"].sum(), medians["events"].sum()
    return (
        f"{counted(patients, 'patient')}, {count(events)} with {EVENT_WORDS.get(event, 'an event')}; {borrowed(result)}"
    )


def borrowed(result: SideBySide) -> str:
    """Time and events before the first dose that the naive comparison counts as IVIG."""
    if not is_number(result.immortal_share) or not result.immortal_days:
        return "no time before the first dose counts as IVIG"
    events = f" and {counted(result.events_before_dose, 'event')}" if result.events_before_dose else ""
    return f"naive IVIG group: {percent(result.immortal_share)} of its days{events} are before the first dose"


def alt(result: SideBySide, event: str) -> str:
    """The figure in words."""
    return f"Three pairs of survival curves with and without IVIG. {finding(result, event)}. {detail(result, event)}."
