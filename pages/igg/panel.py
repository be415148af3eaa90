"""IgG levels: over time, share of time, infections by level, and how many patients were low."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from ivig_core.figures.igg.course import igg_course as draw_course
from ivig_core.figures.igg.share import igg_share as draw_share
from ivig_core.figures.rates.remarks import igg_not_known
from ivig_core.figures.words import counted
from ivig_core.spec import AnalysisSpec
from ivig_core.study.describe import ADJUSTER_WORDS
from ivig_core.study.igg.course import ALL, FIRST_DOSE, NEVER, START, TREATED, igg_course
from ivig_core.study.igg.levels import IggKnown, igg_known, igg_share, rates_by_igg, ratios_by_igg
from ivig_core.study.igg.table import hgg_table, igg_before
from ivig_core.study.igg.unknown import bounds_by_igg, igg_unknown
from ivig_core.study.patients.without_ids import course_without_ids
from ivig_core.study.study import Study
from pages.igg.tables import (
    at_the_cut,
    contrasts,
    course_table,
    hgg_words,
    igg_bounds_table,
    igg_rates_table,
    igg_ratios_table,
    share_table,
)
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard

T = TypeVar("T")

WHO = {ALL: "Everybody", TREATED: "Had IVIG", NEVER: "Never had IVIG"}
ORIGIN = {START: "Start of follow-up", FIRST_DOSE: "First dose of IVIG"}
RATES = (
    "Infections · rate per patient-year (95 % interval). Levels hold different patients; the ratios beneath compare "
    "within patients."
)
ENTERED = {False: "Everybody with an infection", True: "Patients with IVIG, as in the 2026 study"}
FUNCTIONAL = "Functional IgG is IgG minus M-spike, in IgG myeloma only; in all others it is IgG as measured."
OTHERS = "Medians are of the patients with a value in the middle of a month: not the same ones in every month."
PATH = (
    "IgG is on the path from IVIG to infection: these ratios compare IgG levels and do not say whether IVIG works; "
    "unadjusted, part of them is IVIG itself."
)
UNKNOWN, IF_KNOWN = "igg_unknown", "If the days of unknown IgG were low, or not"
NOT_EXTREMES = (
    "Each column takes all unknown days alike. Were they low just where there were infections, a ratio could lie "
    "further out."
)
COMPARED = "Each patient's days of low IgG against the patient's other days of known IgG."


def show(study: Study, spec: AnalysisSpec) -> None:
    """Everything about IgG, or why there is nothing to show."""
    known = igg_known(study, spec)
    if not known.functional:
        say.note(_nothing(known))
        return
    exhibit.sentences([FUNCTIONAL, *_gaps(known)])
    with guard("the course of IgG"):
        _course(study, spec)
    with guard("the share of time by IgG"):
        _share(study, spec)
    with guard("infections by IgG"):
        _infections(study, spec)
    with guard("the table of low IgG"):
        _hgg(study, spec)


def _nothing(known: IggKnown) -> str:
    if not known.values:
        return "This cohort has no IgG measurement: there are no levels to show."
    why = []
    if known.blank_chain:
        why.append(f"the heavy chain of {counted(known.blank_chain, 'patient')} is not recorded")
    if known.without_spike:
        why.append(f"{counted(known.without_spike, 'patient')} with IgG myeloma have no M-spike with the IgG")
    hint = " Under “More settings” total IgG can be taken where the heavy chain is blank." if known.blank_chain else ""
    return f"IgG was measured, but functional IgG is not known on any day: {' and '.join(why)}.{hint}"


def _gaps(known: IggKnown) -> list[str]:
    """What is missing, and what was done about it; one sentence each."""
    said = []
    unmeasured = known.patients - known.patients_measured
    if unmeasured:
        said.append(f"No IgG at all in {counted(unmeasured, 'patient')}.")
    if known.blank_chain:
        said.append(_blank(known))
    if known.without_spike:
        said.append(
            f"Not known for {known.values_without_spike:,} of {counted(known.values, 'value')}: no M-spike within 30 "
            f"days before it ({counted(known.without_spike, 'patient')} with IgG myeloma)."
        )
    return said


def _blank(known: IggKnown) -> str:
    who = f"Heavy chain not recorded in {counted(known.blank_chain, 'patient')}"
    if session.spec().exposure.igg_blank_heavy_chain == "total":
        return f"{who}: total IgG is taken."
    return f"{who}: functional IgG not known."


def _course(study: Study, spec: AnalysisSpec) -> None:
    say.heading("Over time")
    origin, who, apart = _choices(study, spec)
    course = igg_course(study, spec, origin, who)
    parts = (spec.selection, spec.exposure, origin, who, apart)
    exhibit.figure(
        lambda: draw_course(course, apart=apart, presentation=session.presenting()), "igg_course", parts=parts,
        nameless=lambda: draw_course(
            course_without_ids(course), apart=apart, presentation=session.presenting()
        ),
    )  # fmt: skip
    say.small(OTHERS)
    with st.expander("The course in numbers"):
        months = course.months[(course.months["group"] == ALL) != apart]
        exhibit.table("igg_course_numbers", course_table(months), months, 320 if len(months) > 8 else "content")


def _choices(study: Study, spec: AnalysisSpec) -> tuple[str, str, bool]:
    """Months since what, which patients, and whether days on and off IVIG are apart; only what this cohort has."""
    treated = igg_course(study, spec, START, TREATED).patients > 0
    never = igg_course(study, spec, START, NEVER).patients > 0
    origin, who, apart = START, ALL, False
    # In a row that wraps: columns would cut the choices on a narrow screen.
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if treated:
            origin = _one_of("Months since", ORIGIN, "igg_origin", START)
        if treated and never and origin == START:
            who = _one_of("Patients", WHO, "igg_who", TREATED)
        if treated:
            apart = st.toggle("On and off IVIG apart", key="igg_apart", persist_state="session")
    return origin, TREATED if origin == FIRST_DOSE else who, apart


def _one_of(name: str, options: Mapping[T, str], key: str, default: T) -> T:
    return st.segmented_control(
        escape_markdown(name), list(options), default=default, key=key, required=True,
        format_func=lambda option: escape_markdown(options[option]),
        persist_state="session",
    )  # fmt: skip


def _share(study: Study, spec: AnalysisSpec) -> None:
    say.heading("Share of time")
    shares = igg_share(study, spec)
    parts = session.rate_parts(spec)
    exhibit.figure(lambda: draw_share(shares, presentation=session.presenting()), "igg_share", parts=parts)
    exhibit.table("igg_share_numbers", share_table(shares), shares)
    say.small("Patient-years (share of all days of the line).")


def _infections(study: Study, spec: AnalysisSpec) -> None:
    say.heading("Infections by IgG level")
    rates = rates_by_igg(study, spec)
    exhibit.table("igg_rates", igg_rates_table(rates), rates)
    say.small(RATES)
    treated = _one_of("Who enters", ENTERED, "igg_entered", False)
    ratios = ratios_by_igg(study, spec, treated=treated)
    say.line(COMPARED)
    exhibit.table("igg_ratios", igg_ratios_table(ratios), ratios)
    exhibit.remarks(contrasts(ratios), ratios["note"].tolist())
    say.small(f"{PATH} {_adjusted(spec)}")
    _unknown(study, spec, treated)


def _unknown(study: Study, spec: AnalysisSpec, treated: bool) -> None:
    """The same ratios with days of unknown IgG on either side, computed when the box is opened."""
    said = igg_not_known(igg_unknown(study, spec))
    if not said:
        return
    box = st.expander(escape_markdown(IF_KNOWN), key=UNKNOWN, on_change="rerun")
    if box.open:
        with box, guard("the days of unknown IgG"):
            bounds = bounds_by_igg(study, spec, treated=treated)
            exhibit.table("igg_bounds", igg_bounds_table(bounds), bounds)
            exhibit.sentences([said.replace("in no row", "left out"), NOT_EXTREMES, f"{PATH} {_adjusted(spec)}"])


def _adjusted(spec: AnalysisSpec) -> str:
    others = [ADJUSTER_WORDS[name] for name in spec.model.adjust_for if name != "igg"]
    return f"Adjusted: {', '.join(['being on IVIG', *others])}."


def _hgg(study: Study, spec: AnalysisSpec) -> None:
    say.heading("How many were low")
    hgg, before = hgg_table(study, spec), igg_before(study, spec)
    exhibit.table("igg_low", hgg_words(hgg, before), hgg)
    days = spec.exposure.igg_carry_days
    say.small(
        "Percentages of the patients with a value. Before therapy: nearest the start, days −90 to 10, before any "
        f"IVIG. Before the first IVIG: the last value of the {days:,} days before that day. {at_the_cut(hgg)}"
    )
