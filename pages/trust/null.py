"""If IVIG did nothing: asked for by a button, because hundreds of cohorts are simulated and analysed."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from ivig_core.figures.whatif.null import finding
from ivig_core.figures.whatif.null import null as draw
from ivig_core.numbers import OK, interval, ratio
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.null import IfNothing, if_nothing
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import progress

ASKED, BUTTON = "null_asked", "null_run"
MOST_ASKED = 20
WHAT = (
    "Infections often bring IVIG on. So even if IVIG did nothing, days on and off it would differ. Cohorts like this "
    "one are simulated without effect and analysed as set, to see by how much."
)
RUN, WORKING = "Simulate", "Simulating cohorts and analysing each…"
ASSUMED = (
    "Assumed: patients differ in their rate of infections (gamma distribution), which changes with time since the "
    "start; an infection raises the chance of a first dose, or of another course, for 60 days; a course stops by "
    "chance; IVIG lowers infections alike on all days of its window. What the file does not say of the reason for IVIG "
    "is not simulated. Fitted to this cohort; how unsure the fit is goes into the interval."
)
BIAS, RATIO = "Ratio if IVIG did nothing", "Calibrated rate ratio"
BIAS_HELP = "Median of the simulated cohorts; in brackets the middle 95 % of them. 1.00 would be no bias."
RATIO_HELP = "The cohort's rate ratio freed of what the analysis does by itself, with a 95 % interval."
OWN, OWN_HELP = "Rate ratio as analysed", "The rate ratio on against off IVIG of the case series as set, 95 % interval."


def show(study: Study, spec: AnalysisSpec) -> None:
    """What is done, the button, and once it is pressed the three numbers, the figure and what is assumed."""
    parts = session.rate_parts(spec)
    say.line(WHAT)
    key = (st.session_state.get(session.CURRENT), parts)
    if key not in st.session_state.get(ASKED, ()):
        st.button(escape_markdown(RUN), key=BUTTON, icon=":material/casino:", on_click=_ask, args=(key,))
        return
    found = session.once("null", *parts, make=lambda: _made(study, spec))
    if found.status != OK:
        say.note(say.as_sentence(finding(found)))
        return
    _numbers(found)
    exhibit.figure(lambda: draw(found, presentation=session.presenting()), "null", parts=parts)
    say.small(ASSUMED)


def _ask(key: Hashable) -> None:
    """Remember what was asked for: the same settings of the same cohort need no second press."""
    st.session_state[ASKED] = (*st.session_state.get(ASKED, ())[-MOST_ASKED:], key)


def _made(study: Study, spec: AnalysisSpec) -> IfNothing:
    with progress(WORKING) as tick:
        return if_nothing(study, spec, tick)


def _numbers(found: IfNothing) -> None:
    columns = st.columns(3)
    with columns[0]:
        say.metric(BIAS, ratio(found.null_median), BIAS_HELP, interval(found.null_low, found.null_high))
    with columns[1]:
        say.metric(OWN, ratio(found.observed), OWN_HELP, interval(found.observed_low, found.observed_high))
    with columns[2]:
        below = f"{interval(found.ci_low, found.ci_high)}, {found.p_words}"
        say.metric(RATIO, ratio(found.calibrated_irr), f"{RATIO_HELP} {say.as_sentence(found.note)}", below)
