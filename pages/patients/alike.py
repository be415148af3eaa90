"""Patients like the one who is open: in what they are to be alike, and what the cohort says of them."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.words import counted, estimate, interval, rate
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import FEW_INFECTIONS, FEW_PATIENTS, OK
from ivig_core.study.patients.alike import Alike, Likeness, alike, likenesses
from ivig_core.study.study import Study
from pages.shell import say, session
from pages.shell.escape import escape_markdown

KEY = "alike_in"
ASSOCIATION = "Each patient is compared with himself. Association, not proof; it does not say what this patient needs."


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
    if not found.too_few:
        _numbers(found)
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


def _numbers(found: Alike) -> None:
    columns = st.columns(3)
    for column, label, row in zip(columns, ("On IVIG", "Off IVIG, same patients"), (found.on, found.off), strict=False):
        with column:
            below = f"{rate(row['ci_low'])}–{rate(row['ci_high'])} per patient-year"
            say.metric(label, rate(row["rate"]), "Infections per patient-year with its 95 % interval.", below)
    row = found.ratio
    with columns[2]:
        if row["status"] == OK:
            below = f"95 % interval {interval(row['ci_low'], row['ci_high']).strip('()')}"
            say.metric("Rate ratio", rate(row["irr"]), "On against off IVIG within the same patients.", below)
        else:
            say.metric("Rate ratio", "none", None, estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]))
    if row["note"]:
        say.small(say.as_sentence(row["note"]))
    say.small(ASSOCIATION)
