"""Patients like the one who is open: in what they are to be alike, and what the cohort says of them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.figures.words import counted, estimate, interval, rate
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import FEW_INFECTIONS, FEW_PATIENTS, OK
from ivig_core.study.patients.alike import Alike, Likeness, alike, likenesses
from ivig_core.study.study import Study
from pages.shell import say, session
from pages.shell.escape import escape_markdown

KEY = "alike_in"
ASSOCIATION = "Each patient is their own control. Association, not proof; it does not say what this patient needs."


def alike_panel(study: Study, spec: AnalysisSpec, patient: int) -> None:
    """Ticks for the likeness, then numbers, or why there are too few."""
    parts = session.rate_parts(spec)
    known = session.once("likenesses", *parts, patient, make=lambda: likenesses(study, spec, patient))
    if not known:
        say.small("Nothing is recorded of this patient at the start by which others could be alike.")
        return
    say.small("Alike at the start of follow-up in what is ticked:")
    with st.container(horizontal=True):
        chosen = [item for item in known if _tick(item)]
    found = session.once(
        "alike", *parts, patient, *(item.column for item in chosen), make=lambda: alike(study, spec, chosen)
    )
    say.line(_who(found))
    if found.on is not None and found.off is not None and found.ratio is not None:
        _numbers(found.on, found.off, found.ratio)
    elif found.patients > 1 or chosen:
        say.note(_too_few(bool(chosen)))


def _tick(item: Likeness) -> bool:
    # The label holds numbers and words of the program, and is escaped all the same.
    return st.checkbox(
        escape_markdown(f"{item.words[:1].upper()}{item.words[1:]}"),
        True,
        key=f"{KEY}_{item.column}",
        persist_state="session",
    )


def _who(found: Alike) -> str:
    if found.patients == 1:
        return "No other patient of this cohort is like this one."
    return (
        f"{counted(found.patients, 'patient')}, this one included; {found.treated:,} had IVIG. "
        f"{counted(found.infections, 'infection')}, {found.infections_treated:,} of them in those who had IVIG."
    )


def _too_few(strict: bool) -> str:
    text = f"Too few to compare: it takes at least {FEW_PATIENTS} patients who had IVIG and {FEW_INFECTIONS} infections"
    return f"{text} in them.{' Take away a tick to be less strict.' if strict else ''}"


def _numbers(on: pd.Series, off: pd.Series, ratio: pd.Series) -> None:
    columns = st.columns(3)
    for column, label, side in zip(columns, ("On IVIG", "Off IVIG, same patients"), (on, off), strict=False):
        with column:
            below = f"{rate(side['ci_low'])}–{rate(side['ci_high'])} per patient-year"
            say.metric(label, rate(side["rate"]), "Infections per patient-year with its 95 % interval.", below)
    with columns[2]:
        if ratio["status"] == OK:
            below = f"95 % interval {interval(ratio['ci_low'], ratio['ci_high']).strip('()')}"
            say.metric("Rate ratio", rate(ratio["irr"]), "On against off IVIG within the same patients.", below)
        else:
            text = estimate(ratio["status"], ratio["irr"], ratio["ci_low"], ratio["ci_high"])
            say.metric("Rate ratio", "none", None, text)
    if ratio["note"]:
        say.small(say.as_sentence(ratio["note"]))
    say.small(ASSOCIATION)
