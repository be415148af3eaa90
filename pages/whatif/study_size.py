"""Size of a study: patients and infections by formula at once, power and bias by simulation on demand."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd
import streamlit as st

from ivig_core.figures.whatif.study_size import ratio_landing
from ivig_core.figures.whatif.study_size import study_size as draw
from ivig_core.figures.whatif.study_size_words import (
    DESIGNS,
    HOW,
    SIMULATED,
    needed_words,
    other_days,
    simulated_detail,
    simulated_finding,
    up,
)
from ivig_core.figures.words import ABSENT, interval, is_number, percent, ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.size.inputs import plan_inputs
from ivig_core.study.whatif.size.plan import COHORT, FALLBACK, StudyPlan
from ivig_core.study.whatif.size.simulated import STUDIES, Simulated, Simulation, simulation
from ivig_core.study.whatif.size.size import StudySize, study_size
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.presentation import places
from pages.whatif.study_plan_controls import WORDS, controls, number_words

ANSWER, RUN, STOP, TABS = "study_size_answer", "study_size_run", "study_size_stop", "study_size_tabs"
ASSUMED, REMARK = "Assumed", "Remark"
EVERY = 0.05
"""Seconds between two steps of a simulation, in which the page can do something else."""
HOW_FORMULA = (
    "Within patients: signed root of the likelihood ratio, Musonda 2006, over patients with different days on IVIG",
    "Two groups: one on IVIG throughout, one never, with rates that differ between patients, Zhu and Lakkis 2014",
    "Neither knows that infections bring IVIG on: simulate for that",
)
HOW_SIMULATED = (
    "Simulated patients start courses of doses more often after an infection; each study is analysed by the "
    "within-patient comparison (likelihood-ratio test)",
    "Clear counts only on the side of the true ratio",
    "The days before the first dose are kept apart because infections there may be why IVIG was started",
)
HELPS = {
    "Study": "What is compared, and whether its size is by formula or by simulation.",
    "Power": "Chance that the study is clear if the ratio is true.",
    "Patients": "All patients in the study, rounded up.",
    "With an infection": "Of them, those expected to have at least one counted infection: only they tell anything.",
    "Infections": "Counted infections of all of them.",
    "Analysis": "The within-patient comparison, with or without days before the first dose.",
    "Power (95 % interval)": "Share of simulated studies that are clear; the interval is of so many studies.",
    "Power by formula": "For as many infections and the days on IVIG of the simulated patients.",
    "Ratio lands at": "Median rate ratio of the simulated studies; another than the true one is bias.",
    "Middle 95 % of studies": "95 % of the simulated studies find a ratio in this range.",
    "Intervals that hold the true ratio": "Share of simulated studies; 95 % where nothing biases them.",
    "Planned with": "Every number that the plan rests on.",
    "Value": "In the unit of its field above.",
    "From": "Entered above, of this cohort, or a default.",
}
NO_EXPOSURE = "This cohort has {}: the study is planned with numbers that you enter; those shown are only a beginning."
WHY_SIMULATE = (
    "Infections bring IVIG on, which moves the ratio and the power. {studies} studies of each size, some seconds."
)


def show(study: Study, spec: AnalysisSpec) -> None:
    """What is planned, the answer by formula, and beneath it the simulation."""
    usual = plan_inputs(study, spec, StudyPlan())
    own = {item.name: item for item in usual}
    entered = StudyPlan(share_on=own["share_on"].value)
    alike = {item.name: item for item in plan_inputs(study, spec, entered)} | {"share_on": own["share_on"]}
    # Where the cohort's patients are taken as they are, each has an own length of follow-up.
    can_use_cohort = own["follow_up_days"].value is None
    if not can_use_cohort:
        say.note(NO_EXPOSURE.format("no infection" if own["rate"].source != COHORT else "no day on IVIG"))
    asked, shown = places()
    with asked:
        plan = controls(own, alike, can_use_cohort)
    if plan is None:
        return
    size = study_size(study, spec, plan)
    with shown, guard("the size of the study"):
        _answer(study, spec, size)


@st.fragment(key=ANSWER)
def _answer(study: Study, spec: AnalysisSpec, size: StudySize) -> None:
    """A fragment that a button redraws alone: whether it draws itself again is decided here."""
    with guard("the size of a study"):
        for text in size.notes:
            say.small(_assumed(size) if text.startswith(ASSUMED) else say.as_sentence(text))
        parts = (*session.rate_parts(spec), size.plan)
        run = session.once("study_size_run", *parts, make=lambda: _Run(simulation(study, spec, size.plan, STUDIES)))
        st.fragment(_drawn, run_every=EVERY if run.running else None)(size, run, parts)


class _Run:
    """A simulation and whether it goes on; belongs to one plan of one session."""

    def __init__(self, made: Simulation) -> None:
        self.made, self.running = made, False

    def begin(self) -> None:
        self.running = True
        st.rerun(ANSWER)

    def stop(self) -> None:
        self.running = False
        st.rerun(ANSWER)


def _drawn(size: StudySize, run: _Run, parts: tuple[Hashable, ...]) -> None:
    """The figure with what has been simulated so far; a step of the simulation each time while it runs."""
    with guard("the simulation"):
        if run.running:
            run.made.step()
        found = run.made.result() if run.made.done else None
        _figures(size, run, found, parts)
        if run.running and run.made.finished:
            run.running = False
            st.rerun()
    if not run.running:
        _tables(size, found)


def _figures(size: StudySize, run: _Run, found: Simulated | None, parts: tuple[Hashable, ...]) -> None:
    # What changes with every step is not kept: it would push other pages' figures out of memory.
    drawn_for = None if run.running else (*parts, run.made.done)
    exhibit.figure(lambda: draw(size, found, presentation=session.presenting()), "study_size", parts=drawn_for)
    _simulate(run)
    if found is not None:
        say.strong(say.as_sentence(simulated_finding(found)))
        exhibit.figure(lambda: ratio_landing(found, presentation=session.presenting()), "study_ratio", parts=drawn_for)


def _tables(size: StudySize, found: Simulated | None) -> None:
    needed, studies, numbers = st.tabs(["Sizes", "Simulated studies", "Planned with"], key=TABS, on_change="rerun")
    if studies.open:
        with studies, guard("the simulated studies"):
            _studies(found)
    elif numbers.open:
        with numbers, guard("the numbers of the plan"):
            exhibit.table("study_inputs", _inputs_table(size), helps=HELPS)
    else:
        with needed, guard("the sizes"):
            shown = _sizes(size, found)
            exhibit.table("study_size", shown.drop(columns=REMARK), _sizes_in_full(size), helps=HELPS)
            exhibit.remarks(shown["Study"].tolist(), shown[REMARK].tolist())
    exhibit.sentences([*HOW_FORMULA, *([] if found is None else (*HOW_SIMULATED, other_days(size, found)))])


def _studies(found: Simulated | None) -> None:
    if found is None:
        say.small("Nothing has been simulated yet.")
        return
    exhibit.table("simulated_studies", _simulated_table(found.table), found.table, helps=HELPS)
    say.small(say.as_sentence(simulated_detail(found)))


def _simulate(run: _Run) -> None:
    """The button, or how far the simulation is with a button that stops it."""
    if not run.made.sizes:
        say.small(say.as_sentence(f"No simulation: {run.made.note}"))
    elif run.running:
        bar, button = st.columns([5, 1], vertical_alignment="center")
        with bar:
            st.progress(run.made.done / run.made.studies, f"{run.made.done} of {run.made.studies} studies")
        with button:
            st.button("Stop", key=STOP, on_click=run.stop)
    elif not run.made.finished:
        label = "Go on simulating" if run.made.done else "Simulate studies"
        say.small(WHY_SIMULATE.format(studies=run.made.studies))
        st.button(escape_markdown(label), key=RUN, on_click=run.begin, icon=":material/casino:")


def _assumed(size: StudySize) -> str:
    names = [item for item in size.inputs if item.source == "default" and item.name in FALLBACK]
    told = "; ".join(f"{WORDS[item.name].label}: {number_words(item.name, item.value)}" for item in names)
    return f"Assumed, not from this cohort: {told}."


def _sizes(size: StudySize, found: Simulated | None) -> pd.DataFrame:
    """What each design needs, by power; by simulation for the power of the plan."""
    rows = [
        _row(DESIGNS[item.design], item.power, item.patients, item.patients_with_infection, item.infections, item.note)
        for item in size.sizes
    ]
    for needed in found.needed if found is not None else ():
        total, each = needed.patients, found.infections_per_patient if found is not None else 0.0
        row = _row(SIMULATED[needed.before_days], size.plan.power, total, None, total and total * each, needed.note)
        rows.append(row | ({"Patients": needed_words(needed)} if total is not None else {}))
    return pd.DataFrame(rows)


def _row(
    study: str, power: float, patients: float | None, infected: float | None, infections: float | None, note: str
) -> dict[str, str]:  # fmt: skip
    numbers = {"Patients": patients, "With an infection": infected, "Infections": infections}
    told = {name: ABSENT if value is None else up(value) for name, value in numbers.items()}
    return {"Study": study, "Power": percent(power), **told, REMARK: note}


def _sizes_in_full(size: StudySize) -> pd.DataFrame:
    return pd.DataFrame([item.__dict__ for item in size.sizes])


def _simulated_table(table: pd.DataFrame) -> pd.DataFrame:
    records = table.to_dict("records")
    return pd.DataFrame(
        {
            "Analysis": [HOW[row["before_days"]].capitalize() for row in records],
            "Patients": table["patients"],
            "Power (95 % interval)": [
                f"{percent(row['power'])} ({percent(row['power_low'])} to {percent(row['power_high'])})"
                for row in records
            ],
            "Power by formula": [percent(row["power_by_formula"]) for row in records],
            "Ratio lands at": [_ratio(row["ratio_median"]) for row in records],
            "Middle 95 % of studies": [interval(row["ratio_low"], row["ratio_high"]) or ABSENT for row in records],
            "Intervals that hold the true ratio": [percent(row["coverage"]) for row in records],
        }
    )


def _inputs_table(size: StudySize) -> pd.DataFrame:
    """Every number that the plan rests on, and where it is from."""
    source = {"entered": "entered", "cohort": "this cohort", "default": "default"}
    return pd.DataFrame(
        {
            "Planned with": [WORDS[item.name].label for item in size.inputs],
            "Value": [number_words(item.name, item.value) for item in size.inputs],
            "From": [source[item.source] for item in size.inputs],
        }
    )


def _ratio(value: float) -> str:
    return ratio(value) if is_number(value) else "∞" if value == float("inf") else ABSENT
