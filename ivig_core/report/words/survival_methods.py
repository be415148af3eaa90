"""Methods in words: time to the first event."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.estimate.survival.landmark import EVENT_WORDS
from ivig_core.figures.groups import variable_name
from ivig_core.figures.survival.words import NOUNS
from ivig_core.figures.words import lower
from ivig_core.report.words.references import Said
from ivig_core.spec import SurvivalSpec

LOOKS_AHEAD = "which looks ahead and is biased by immortal time"


def curves(part: SurvivalSpec) -> Iterator[Said]:
    """Kaplan–Meier, where time begins, the groups, and what compares them."""
    noun, event = NOUNS[part.survival_event], EVENT_WORDS[part.survival_event]
    cause = "; a death without one ended follow-up (cause-specific)" if part.survival_event == "infection" else ""
    first = f"{noun[0].upper()}{noun[1:]}"
    yield Said(
        f"{first} (time to {event}{cause}) was estimated by the Kaplan–Meier method with log-log intervals; the median "
        "of a curve that stays at exactly 0.5 is the middle of that stretch (as print.survfit of R's survival).",
        ("kaplan_meier", "median"),
    )
    yield from _origin(part)
    yield from _groups(part)
    if part.survival_group != "none":
        yield Said("Curves were compared by the log-rank test, and at 6 and 12 months on the log(−log) scale.",
                   ("logrank", "fixed_time"))  # fmt: skip
    means = "means of the groups are compared by their difference" if part.survival_group != "none" else ""
    yield Said(
        f"The mean time without the event up to day {part.rmst_days}, or to the last day on which every group is "
        f"observed where that is earlier, is the area under the curve{f'; {means}' if means else ''}.",
        ("restricted_mean",),
    )
    yield Said("Median follow-up is by the reverse Kaplan–Meier method.", ("follow_up",))


def _origin(part: SurvivalSpec) -> Iterator[Said]:
    if part.landmark_day:
        yield Said(
            f"Time was counted from day {part.landmark_day} (landmark); patients whose event or end of follow-up came "
            "on or before it were left out.", ("landmark",),
        )  # fmt: skip
    else:
        yield Said("Time was counted from the first day at risk.")


def _groups(part: SurvivalSpec) -> Iterator[Said]:
    group = part.survival_group
    if group == "ivig_by_landmark" and part.landmark_day:
        yield Said(
            f"Patients with a first dose of IVIG on or before day {part.landmark_day} were compared with all others, "
            "also those who started it later."
        )
    elif group in ("ivig_by_landmark", "ivig_ever"):
        name = "ever" if group == "ivig_ever" else "at any time"
        yield Said(f"Groups are by whether IVIG was {name} given, {LOOKS_AHEAD}.", ("immortal",))
    elif group == "ivig_strategy":
        yield Said(
            f"Groups are by whether IVIG was first given before any infection, after one, or never, {LOOKS_AHEAD}.",
            ("immortal",),
        )
    elif group == "none":
        yield Said("No groups were compared.")
    else:
        yield Said(f"Groups are by {lower(variable_name(group))} (“{group}”) at the start.")


def competing(part: SurvivalSpec, hazards: bool) -> Iterator[Said]:
    """Infection where death can come first; `hazards`: whether groups were compared."""
    yield Said("The share of patients with an infection was also estimated with death as a competing event.",
               ("aalen_johansen",))  # fmt: skip
    if part.survival_group != "none" and hazards:
        yield Said(
            "These shares were compared by Gray's test. Groups were also compared by the cause-specific hazards of "
            "infection and of death without one (Cox regression), which tell how fast these come in patients without "
            "either, and by the subdistribution hazard of Fine and Gray with variances by patient, which tells how the "
            "share of patients with an infection differs.",
            ("gray", "cox", "efron", "fine_gray", "geskus"),
        )


def hazards(landmark: bool, part: SurvivalSpec) -> Said:
    """Cox models of IVIG."""
    by = f"IVIG by day {part.landmark_day}, and with " if landmark else ""
    return Said(
        f"Hazard ratios are from Cox regression with Efron's ties: with {by}IVIG as a factor that changes over time "
        "(a day on IVIG; any day from the first dose on) in all patients from the first day at risk.",
        ("cox", "efron"),
    )
