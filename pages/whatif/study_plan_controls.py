"""What is planned: every number of a plan with its label, unit and help; left empty, it is the cohort's own."""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from ivig_core.errors import SpecError, SpecListError
from ivig_core.figures.words import count, percent, rate
from ivig_core.numbers import is_number
from ivig_core.study.whatif.size.inputs import Input
from ivig_core.study.whatif.size.plan import COHORT, DEFAULT, LIMITS, OF_COURSES, OF_EXPOSURE, StudyPlan
from ivig_core.study.whatif.size.plan import ENTERED as BY_HAND
from pages.shell import say
from pages.shell.escape import escape_markdown

PREFIX, EXPOSURE = "study_plan_", "study_plan_exposure"
FOLLOWS = "by days on IVIG"
EMPTY = (
    "An empty field is fitted to this cohort, or assumed where the cohort does not tell; courses follow from days on "
    "IVIG that are entered. The table “Planned with” has every number."
)
AS_COHORT, AS_ENTERED = "cohort", "entered"
FROM = {COHORT: "this cohort", DEFAULT: "assumed", BY_HAND: "entered"}
PERCENT = ("power", "share_on")
"""Entered in percent, because a clinician says 80 % power."""


class Word(NamedTuple):
    """Label with unit, one line of help, and the step of the buttons."""

    label: str
    help: str
    step: float


WORDS = {
    "ratio": Word("Rate ratio to see", "Infections on IVIG divided by infections off it; 0.60 means 40 % fewer.", 0.05),
    "power": Word("Power (%)", "Chance that the study is clear if the ratio is true; 80 or 90 is usual.", 5.0),
    "alpha": Word(
        "Level (two-sided)", "Chance of a clear result without any effect; 0.05 goes with a 95 % interval.", 0.01
    ),
    "follow_up_days": Word("Follow-up (days)", "Days at risk of each patient.", 30),
    "on_days": Word("Days on IVIG (if treated)", "Days within the window of a dose, of a patient given IVIG.", 30),
    "share_on": Word("Patients given IVIG (%)", "Of all patients; the others tell nothing within patients.", 5.0),
    "rate": Word(
        "Infections a year off IVIG", "Per patient-year, average of all patients, as counted with the settings.", 0.25
    ),
    "variance": Word(
        "Spread between patients",
        "Variance of the rate between patients, whose mean is 1: 0 is not at all, 1 a lot.",
        0.1,
    ),
    "start_by_rate": Word(
        "Starts go with own rate (exponent)",
        "0: not at all. 1: a patient with twice the infections has twice the first courses.",
        0.5,
    ),
    "first_per_year": Word(
        "First courses a year", "Started per patient-year off IVIG without a recent infection.", 0.1
    ),
    "again_per_year": Word("Further courses a year", "The same for patients who had IVIG before.", 0.1),
    "trigger": Word("Times as many after an infection", "How much more often a course starts in the days below.", 1.0),
    "trigger_days": Word("Days after an infection that count", "In these days a course starts more often.", 5),
    "doses": Word("Doses of a course (mean)", "Courses differ in length; this is their mean.", 1.0),
    "interval_days": Word("Days between two doses", "28 is usual.", 1),
    "season": Word("Winter against summer (rate)", "1: no season. 1.5: half as many again in October–March.", 0.1),
}
FIRST = ("ratio", "power", "alpha")
PATIENTS = ("rate", "variance")
SIMULATED = (
    "trigger", "trigger_days", "first_per_year", "again_per_year", "start_by_rate", "doses", "interval_days", "season",
)  # fmt: skip
DEFAULTS = {name: getattr(StudyPlan(), name) for name in WORDS}


def controls(inputs: dict[str, Input], alike: dict[str, Input], can_use_cohort: bool) -> StudyPlan | None:
    """The plan that the widgets say; None with its reason said where it is not allowed.

    `inputs`: the numbers in force when nothing is entered; `alike`: when all patients are alike, as they are where days
    on IVIG are entered. `can_use_cohort`: it has days on IVIG and infections.
    """
    values: dict[str, Any] = {}
    columns = st.columns(4)
    for name, column in zip(FIRST, columns, strict=False):
        with column:
            values[name] = _number(name, inputs)
    with columns[3]:
        entered = _exposure(can_use_cohort)
    names: tuple[str, ...] = (*PATIENTS, *OF_EXPOSURE) if entered else PATIENTS
    for name, column in zip(names, st.columns(len(names) if entered else 4, vertical_alignment="bottom"), strict=False):
        with column:
            values[name] = _number(name, alike if name in OF_EXPOSURE else inputs, required=name in OF_EXPOSURE)
    with st.expander("How IVIG is started in simulated patients", key=f"{PREFIX}more"):
        say.small(EMPTY)
        for row in (SIMULATED[:4], SIMULATED[4:]):
            for name, column in zip(row, st.columns(4), strict=False):
                with column:
                    values[name] = _number(name, inputs, follows=entered and name in OF_COURSES)
    try:
        return StudyPlan(**values)
    except (SpecError, SpecListError) as reason:
        errors = reason.errors if isinstance(reason, SpecListError) else (reason,)
        for error in errors:
            say.note(f"{WORDS[error.field].label}: {error.value} is not allowed; allowed is {error.allowed}.")
        return None


def _exposure(can_use_cohort: bool) -> bool:
    """Whether days on IVIG are entered."""
    if not can_use_cohort:
        return True
    chosen = st.segmented_control(
        "Days on IVIG", (AS_COHORT, AS_ENTERED), default=AS_COHORT, required=True, key=EXPOSURE,
        persist_state="session",
        format_func=lambda name: escape_markdown("As in this cohort" if name == AS_COHORT else "Entered"),
        help="Which patients have how many days on and off IVIG: those of this cohort, or all alike as entered.",
    )  # fmt: skip
    return chosen == AS_ENTERED


def _number(name: str, inputs: dict[str, Input], required: bool = False, follows: bool = False) -> Any:
    """The number entered, None where the field is empty: then the placeholder says what is used; `follows`: from the
    days on IVIG that are entered."""
    limit, word = LIMITS[name], WORDS[name]
    scale = 100.0 if name in PERCENT else 1.0
    fixed = DEFAULTS[name]
    known = inputs[name].value
    usual = known if required and is_number(known) else fixed
    kind = int if limit.whole else float
    low, high = kind(limit.low * scale), kind(limit.high * scale)
    start = None if usual is None else kind(min(max(round(usual * scale, 0 if required else 4), low), high))
    numbers: dict[str, Any] = {"min_value": low, "max_value": high, "value": start, "step": kind(word.step)}
    value = st.number_input(
        escape_markdown(word.label), format="%d" if limit.whole else "%g", key=f"{PREFIX}{name}",
        persist_state="session", help=escape_markdown(word.help),
        placeholder=FOLLOWS if follows else _placeholder(name, inputs[name]), **numbers,
    )  # fmt: skip
    if value is None:
        return usual if fixed is not None or required else None
    return value / scale if scale != 1 else value


def _placeholder(name: str, known: Input) -> str:
    return f"{number_words(name, known.value)} ({FROM[known.source]})"


def number_words(name: str, value: float | None) -> str:
    """A number of a plan as it is shown."""
    if value is None:
        return "each patient’s own"
    if name in PERCENT:
        return percent(value)
    return count(value) if LIMITS[name].whole else rate(value)
