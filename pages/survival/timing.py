"""Early or late start of IVIG: hazard ratios at once, and the emulation of a trial on demand."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ivig_core.errors import EstimationError
from ivig_core.figures.survival.start_strategies import start_strategies as draw_strategies
from ivig_core.figures.survival.start_strategies_words import strategy_name, too_narrow
from ivig_core.figures.survival.timing import timing as draw_timing
from ivig_core.figures.survival.timing_words import OUTCOMES, contrast_name
from ivig_core.figures.words import count, counted, listed, ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival.clone_censor import CloneCensor, emulate
from ivig_core.study.survival.timing import GRACE_DAYS, Timing, timing
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.presentation import places
from pages.survival.timing_tables import covariate_words, emulation_table, ratios_table

GRACE, EMULATE, AGAINST, OUTCOME = "timing_grace", "timing_emulate", "timing_against", "timing_outcome"
FIRST_DAY, LAST_DAY = 1, 180
LATER_DAYS = 60
"""Length of the period of a later start that the early one can be compared with."""
NOT_BY, LATER = "not_by", "later"
EARLY_HELP = "The first dose on this day of follow-up or before is early, any other one late."
TRIAL = (
    "A trial that was never held: everybody starts by this day, or does not. Each patient counts in both groups until "
    "the doses show which one is followed; those who stay are weighted to stand for those who left "
    "(clone–censor–weight)."
)
NOT_BY_LOT = "Physicians decide when IVIG starts, for reasons that are not all recorded: an association, not proof."
DIFFER = "A clear ratio for one kind of infection and none for another does not show that the two differ."
DRAWN_DAY = "“Start by day {grace}” means on a day as the patients of this cohort who start by then have theirs."
USUAL = "After day {grace} the group without an early start does as usual: some start, others never do."
UNRECORDED = "Reasons that the file does not hold cannot be adjusted for."
DEATH = "A death counts as the event in the first comparison, and competes in those by kind of infection."
ALL_AT_ONCE = 1500
"""Patients up to which every kind of infection is emulated at once."""
ONE_AT_A_TIME = "With so many patients each kind of infection is emulated when it is chosen."
DEATH_COMPETES = "Death competes with the infection."


def show(study: Study, spec: AnalysisSpec) -> None:
    """The last day of an early start, the ratios of each kind of infection, and beneath them the emulation."""
    asked, shown = places()
    with asked:
        grace = st.slider(
            "Early start: first dose up to day", FIRST_DAY, LAST_DAY, GRACE_DAYS, key=GRACE, persist_state="session",
            help=escape_markdown(EARLY_HELP),
        )  # fmt: skip
    result = timing(study, spec, grace)
    with shown, guard("the ratios"):
        _ratios(result, spec)
    with guard("the emulated trial"):
        _emulation(study, spec, grace)


def _ratios(result: Timing, spec: AnalysisSpec) -> None:
    parts = (spec.selection.where, spec.exposure, spec.endpoint, result.grace)
    exhibit.figure(lambda: draw_timing(result, presentation=session.presenting()), "timing", parts=parts)
    exhibit.sentences([*result.notes, NOT_BY_LOT, DIFFER])
    table = ratios_table(result)
    exhibit.table("timing", table, result.rows)
    without = result.rows[(result.rows["status"] != "ok").to_numpy()]
    pairs = zip(without["outcome"], without["model"], strict=True)
    names = [f"{OUTCOMES[outcome]}, {contrast_name(name, result.grace)}" for outcome, name in pairs]
    exhibit.remarks(names, without["note"].tolist())


def _emulation(study: Study, spec: AnalysisSpec, grace: int) -> None:
    say.heading("Emulate the trial", TRIAL)
    if not st.toggle("Emulate the trial", key=EMULATE, persist_state="session"):
        say.small("Computed only on demand: the intervals take some seconds.")
        return
    against = st.segmented_control(
        "Compared with", (NOT_BY, LATER), default=NOT_BY, required=True, key=AGAINST, persist_state="session",
        format_func=lambda name: escape_markdown(f"No start by day {grace}" if name == NOT_BY else _later_words(grace)),
    )  # fmt: skip
    later = grace + LATER_DAYS if against == LATER else None
    wanted = list(OUTCOMES)
    if len(study.cohort(spec)) > ALL_AT_ONCE:
        wanted = [_outcome(wanted)]
        say.small(ONE_AT_A_TIME)
    with st.spinner("Emulating the trial…"):
        found, missing = _emulated(study, spec, grace, later, wanted)
    for text in missing:
        say.note(text)
    if found:
        _shown(found, spec)


def _later_words(grace: int) -> str:
    return f"Start on days {grace + 1}–{grace + LATER_DAYS}"


def _emulated(
    study: Study, spec: AnalysisSpec, grace: int, later: int | None, outcomes: Sequence[str]
) -> tuple[dict[str, CloneCensor], list[str]]:
    """The emulation of each outcome, or the sentence why there is none."""
    found, missing = {}, []
    for outcome in outcomes:
        try:
            found[outcome] = emulate(study, spec, outcome, grace, later)
        except EstimationError as reason:
            missing.append(f"{OUTCOMES[outcome]}: {reason}")
    return found, missing


def _outcome(options: Sequence[str]) -> str:
    kept = st.session_state.get(OUTCOME)
    before = next((name for name in options if name == kept), options[0])
    st.session_state[OUTCOME] = before
    chosen = st.segmented_control(
        "Curves of", list(options), required=True, key=OUTCOME, persist_state="session",
        format_func=lambda name: escape_markdown(OUTCOMES[name]),
    )  # fmt: skip
    return chosen or before


def _shown(found: dict[str, CloneCensor], spec: AnalysisSpec) -> None:
    outcome = _outcome(list(found)) if len(found) > 1 else next(iter(found))
    result = found[outcome]
    parts = (
        spec.selection.where, spec.exposure, spec.endpoint, result.composite, outcome, result.grace, result.later
    )  # fmt: skip
    exhibit.figure(
        lambda: draw_strategies(result, presentation=session.presenting()), "start_strategies", parts=parts
    )  # fmt: skip
    exhibit.sentences(_followed(result))
    exhibit.sentences(_adjusted(result))
    full = pd.concat([item.contrasts.assign(outcome=name) for name, item in found.items()], ignore_index=True)
    exhibit.table("emulated_trial", emulation_table(found), full)
    exhibit.sentences(list(dict.fromkeys(text for item in found.values() for text in too_narrow(item))))
    exhibit.download("emulated_trial_curves", result.curves, "Download the curves")


def _followed(result: CloneCensor) -> list[str]:
    """Who follows which strategy, and what the strategies are."""
    followed = [
        f"“{strategy_name(result, name)}”: {counted(arm.followed, 'patient')} seen to follow it, {count(arm.before)} "
        f"with {result.event_words} before that could be seen; largest weight {ratio(arm.largest)} times the average"
        for name, arm in zip(result.strategies, result.arms, strict=True)
    ]
    texts = [
        *followed,
        DRAWN_DAY.format(grace=result.grace),
        USUAL.format(grace=result.grace) if result.later is None else "",
        DEATH if result.composite else DEATH_COMPETES,
        f"Left out: {counted(result.before, 'patient')} with a dose before the first day at risk"
        if result.before else "",
    ]  # fmt: skip
    return [text for text in texts if text]


def _adjusted(result: CloneCensor) -> list[str]:
    """What the weights take account of, and what they cannot."""
    return [
        f"Adjusted for: {listed(covariate_words(result.adjusted))}" if result.adjusted
        else "Adjusted for nothing but the day of follow-up",
        *_not_adjusted(result),
        UNRECORDED,
        NOT_BY_LOT,
    ]  # fmt: skip


def _not_adjusted(result: CloneCensor) -> list[str]:
    """Variables that the weights leave out, by reason."""
    reasons = dict.fromkeys(why for _, why in result.left_out)
    return [
        f"Not adjusted for, {why}: {listed(covariate_words([name for name, other in result.left_out if other == why]))}"
        for why in reasons
    ]
