"""Checks as a list: a word with its sign, the numbers, what to do, and behind each its figure or table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import streamlit as st

from ivig_core.figures.trust.around_first_dose import around_first_dose as draw_around
from ivig_core.figures.trust.dispersion_words import dispersion_sentence
from ivig_core.figures.trust.dose_gaps import dose_gaps as draw_gaps
from ivig_core.figures.trust.exposure_over_time import exposure_over_time as draw_quarters
from ivig_core.figures.trust.tables import (
    after_table,
    around_table,
    ends_table,
    gaps_table,
    quarters_table,
    spread_table,
)
from ivig_core.figures.words import counted, listed
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import (
    around_first_dose,
    dose_gaps,
    end_of_follow_up,
    every,
    exposure_over_time,
    few_data,
    infections_after,
    negative_control,
)
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM, Verdict
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.trust import control as trust_control

SIGNS: dict[str, tuple[str, Literal["green", "orange", "red", "gray"]]] = {
    FINE: (":material/check_circle:", "green"),
    CLOSER: (":material/visibility:", "orange"),
    PROBLEM: (":material/error:", "red"),
    CANNOT: (":material/help:", "gray"),
}
"""Sign and colour beside the word; the word alone says it too."""
SHORT = {
    around_first_dose.NAME: "infections before the first dose",
    few_data.NAME: "few patients",
    infections_after.NAME: "infections that bring infections",
    end_of_follow_up.NAME: "follow-up that ends after infections",
    exposure_over_time.NAME: "a drift over the years",
    dose_gaps.NAME: "missing doses",
    negative_control.NAME: "the negative controls",
}
WIDTHS = (4, 13)
TALLEST = 380
WIDTH, WIDTH_HELP = "Width of the interval", "On the log scale, against the plain interval of the first line."
NUMBERS, CHOOSE = "The numbers", "Choose infections"
OTHERS = "trust_other_checks"
NOTHING = "No check gives reason for doubt; that is no proof"


def show(study: Study, spec: AnalysisSpec) -> None:
    """One card for each check that gives reason for doubt; the others behind a click, the negative control last because
    it asks for a choice."""
    found = session.once("verdicts", *session.rate_parts(spec), make=lambda: every.verdicts(study, spec))
    controls = trust_control.chosen(study, spec)
    last = session.once(
        "controls", *session.rate_parts(spec), controls,
        make=lambda: negative_control.verdict(study, spec, controls),
    )  # fmt: skip
    say.strong(fired_sentence((*found, last)))
    cards: list[tuple[Verdict, Callable[[], None], str]] = [
        (verdict, partial(DETAILS[verdict.name], study, spec), NUMBERS) for verdict in found
    ]
    cards.append((last, lambda: trust_control.show(study, spec, controls), CHOOSE))
    for card in cards:
        if card[0].fired:
            _card(*card)
    others = [card for card in cards if not card[0].fired]
    if not others:
        return
    label = others_sentence([card[0] for card in others], last)
    box = st.expander(escape_markdown(label), key=OTHERS, on_change="rerun")
    if box.open:
        with box:
            for card in others:
                _card(*card)


def others_sentence(others: Sequence[Verdict], control: Verdict) -> str:
    """What lies behind the click: how many checks found nothing, how many could not be made, and the control, whose
    choice has yet to be made."""
    asked = [verdict for verdict in others if verdict is not control]
    fine = sum(verdict.word == FINE for verdict in asked)
    parts = [f"{counted(fine, 'check')} without reason for doubt"] if fine else []
    if without := len(asked) - fine:
        parts.append(f"{counted(without, 'check')} that cannot be made")
    return listed([*parts, *(["the negative control"] if control in others else [])]).capitalize()


def fired_sentence(found: tuple[Verdict, ...]) -> str:
    """Which checks fired, the problems first."""
    fired = [SHORT[verdict.name] for word in (PROBLEM, CLOSER) for verdict in found if verdict.word == word]
    if not fired:
        without = sum(verdict.word == CANNOT for verdict in found)
        return f"{NOTHING}, and {without} of {len(found)} cannot be checked." if without else f"{NOTHING}."
    verb = "gives" if len(fired) == 1 else "give"
    return f"{len(fired)} of {counted(len(found), 'check')} {verb} reason for doubt: {listed(fired)}."


def _card(verdict: Verdict, detail: Callable[[], None], opens: str) -> None:
    with st.container(border=True):
        word, text = st.columns(WIDTHS, vertical_alignment="top")
        icon, colour = SIGNS[verdict.word]
        with word:
            st.badge(escape_markdown(verdict.word.capitalize()), icon=icon, color=colour)
        with text:
            say.strong(verdict.title)
            say.line(verdict.evidence)
            say.small(verdict.advice)
        box = st.expander(escape_markdown(opens), key=f"trust_{verdict.name}", on_change="rerun")
        if box.open:
            with box, guard(f"“{verdict.title}”"):
                detail()


def _around(study: Study, spec: AnalysisSpec) -> None:
    table = around_first_dose.around_first_dose(study, spec)
    exhibit.figure(lambda: draw_around(table, presentation=session.presenting()), "around_first_dose",
                   parts=session.rate_parts(spec))  # fmt: skip
    exhibit.table("around_first_dose", around_table(table), table)


def _few(study: Study, spec: AnalysisSpec) -> None:
    table = few_data.few_data(study, spec)
    exhibit.table("infections_per_patient", spread_table(table), table)


def _after(study: Study, spec: AnalysisSpec) -> None:
    table = infections_after.infections_after(study, spec)
    exhibit.table("infections_after", after_table(table), table, helps={WIDTH: WIDTH_HELP})
    say.line(dispersion_sentence(infections_after.on_and_off(study, spec)))
    say.small(
        "Pairs of infections up to 30 days apart are compared with pairs 61 to 180 days apart, as recorded and with "
        "each infection put on a random day of the same patient on or off IVIG. An infection that brings others on "
        "makes plain intervals too narrow. It also moves the ratio away from 1, because an infection prevented "
        "prevents those it would have brought; “More analyses” above has the ratio without the 30 days after "
        "each infection."
    )


def _ends(study: Study, spec: AnalysisSpec) -> None:
    table = end_of_follow_up.end_of_follow_up(study, spec)
    exhibit.table("end_of_follow_up", ends_table(table), table)
    say.small(
        "All patients; the day of the infection counts as after it. Exact intervals. Sicker patients both have more "
        "infections and leave sooner, so a ratio above 1 need not mean that infections end follow-up."
    )


def _quarters(study: Study, spec: AnalysisSpec) -> None:
    table = exposure_over_time.exposure_over_time(study, spec)
    exhibit.figure(lambda: draw_quarters(table, presentation=session.presenting()), "exposure_over_time",
                   parts=session.rate_parts(spec))  # fmt: skip
    if len(table) and not table.attrs["calendar"]:
        say.small("Not every treated patient has calendar dates: quarters are counted from each patient's start.")
    exhibit.table("exposure_over_time", quarters_table(table), table, TALLEST if len(table) > 10 else "content")


def _gaps(study: Study, spec: AnalysisSpec) -> None:
    table, found = dose_gaps.dose_gaps(study, spec), dose_gaps.gaps(study, spec)
    exhibit.figure(lambda: draw_gaps(table, presentation=session.presenting()), "dose_gaps",
                   parts=session.time_parts(spec))  # fmt: skip
    low, high = dose_gaps.MISSING_DOSE
    say.small(
        f"A dose seems to be missing where {low} to {high} days off IVIG lie between two windows: one monthly dose "
        f"would have closed the gap. A gap over {dose_gaps.BREAK_DAYS} days begins another course."
    )
    if found.assumed:
        say.small(f"{counted(found.assumed, 'gap')} inside courses recorded as regular are not looked at.")
    exhibit.table("dose_gaps", gaps_table(table), table)


DETAILS: dict[str, Callable[[Study, AnalysisSpec], None]] = {
    around_first_dose.NAME: _around,
    few_data.NAME: _few,
    infections_after.NAME: _after,
    end_of_follow_up.NAME: _ends,
    exposure_over_time.NAME: _quarters,
    dose_gaps.NAME: _gaps,
}
