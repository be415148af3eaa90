"""What groups of patients are called in figures, and the colour and dash of each."""

from __future__ import annotations

from typing import NamedTuple

from ivig_core.cohort.columns import BY_NAME
from ivig_core.figures.theme import DASHES, GROUP_COLOURS, IVIG_BLUE, OBSERVATION_ORANGE, REFERENCE_GREY, WINDOW_BLUES
from ivig_core.terms import FACTORS


class Style(NamedTuple):
    """Colour and dash of a curve."""

    colour: str
    dash: str


IVIG_STYLES = {
    ("ivig_by_landmark", "ivig"): Style(IVIG_BLUE, "solid"),
    ("ivig_by_landmark", "no_ivig"): Style(OBSERVATION_ORANGE, "dash"),
    ("ivig_ever", "ivig"): Style(IVIG_BLUE, "solid"),
    ("ivig_ever", "no_ivig"): Style(REFERENCE_GREY, "dash"),
    ("ivig_strategy", "primary"): Style(IVIG_BLUE, "solid"),
    ("ivig_strategy", "secondary"): Style(WINDOW_BLUES[2], "dashdot"),
    ("ivig_strategy", "none"): Style(REFERENCE_GREY, "dash"),
}


def group_name(group: str | None, level: str | None, landmark_day: int) -> str:
    """What a group is called; the values of a baseline variable are shown as in the file (not yet escaped)."""
    if not isinstance(level, str):
        return "Not recorded"
    if group == "ivig_by_landmark" and landmark_day > 0:
        return {"ivig": f"IVIG by day {landmark_day}", "no_ivig": f"No IVIG by day {landmark_day}"}.get(level, level)
    return {
        ("ivig_by_landmark", "ivig"): "Had IVIG",
        ("ivig_by_landmark", "no_ivig"): "Never had IVIG",
        ("ivig_ever", "ivig"): "Had IVIG",
        ("ivig_ever", "no_ivig"): "Never had IVIG",
        ("ivig_strategy", "primary"): "IVIG before any infection",
        ("ivig_strategy", "secondary"): "IVIG after an infection",
        ("ivig_strategy", "none"): "Never had IVIG",
        ("none", "all"): "All patients",
    }.get((group or "none", level), level)


def group_style(group: str, level: str, position: int) -> Style:
    """Colour and dash of a group; levels of a baseline variable take theirs by position."""
    if group == "none":
        return Style(GROUP_COLOURS[-1], "solid")
    if (group, level) in IVIG_STYLES:
        return IVIG_STYLES[group, level]
    # Dash moves on with every round of colours, so that no two of 36 curves look the same.
    around = position // len(GROUP_COLOURS)
    return Style(GROUP_COLOURS[position % len(GROUP_COLOURS)], DASHES[(position + around) % len(DASHES)])


def variable_name(name: str) -> str:
    """What a factor or baseline variable is called: its label, or the user's own column name."""
    if name in FACTORS:
        return FACTORS[name].label
    if name in BY_NAME and BY_NAME[name].label:
        return BY_NAME[name].label
    return name


def fixed_name(name: str) -> str:
    """What a factor of the user's protocol is called: without saying that it is exploratory, which it is not there."""
    return variable_name(name).removesuffix(" (exploratory)")
