"""Below the curve: how its rows lie to 1 in simulated cohorts in which IVIG does nothing. Asked for by a button."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from ivig_core.figures.whatif.curve_nothing import curve_nothing as draw
from ivig_core.figures.whatif.curve_nothing import finding
from ivig_core.numbers import OK, percent
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.curve.choices import Choices
from ivig_core.study.whatif.curve.curve import curve_parts
from ivig_core.study.whatif.curve.if_nothing import CurveIfNothing, CurvingNothing
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.whatif import job
from pages.whatif.job import Job

ASKED, BUTTON, FIGURE = "curve_nothing_asked", "curve_nothing_run", "curve_nothing"
MOST_ASKED = 20
WHAT = (
    "Infections often bring IVIG on, so that ratios lie below 1 although it does nothing, and all definitions use the "
    "same patients. Cohorts like this one are simulated without effect, and the same definitions computed in each."
)
RUN = "Simulate"
NO_P = (
    "How many of them lie as far is a guide, no p-value: of cohorts known to have no effect up to one in ten lay where "
    "fewer than 5 % of those simulated like them did."
)
ASSUMED = (
    "Assumed, as in “If IVIG did nothing” under “Can we trust it?”: patients differ in their rate of infections, which "
    "changes with time since the start; an infection raises the chance of IVIG for 60 days; courses stop by chance. "
    "Grades are drawn from those of the cohort, whenever an infection occurs. Infections that bring on further ones, "
    "and reasons for IVIG that are in no record of an infection, are not simulated."
)


def job_of(making: CurvingNothing) -> Job[CurveIfNothing]:
    """The simulation in the making."""
    return Job(making, lambda share: f"{percent(share)} of the simulated curves")


def show(study: Study, spec: AnalysisSpec, choices: Choices) -> None:
    """What is done, the button, and once it is pressed the figure and what is assumed."""
    parts = curve_parts(spec, choices)
    say.line(WHAT)
    key = (st.session_state.get(session.CURRENT), parts)
    # What comes next takes the place of the button, also where a run ends before the browser has tidied up.
    place = st.empty()
    if key not in st.session_state.get(ASKED, ()):
        place.button(escape_markdown(RUN), key=BUTTON, icon=":material/casino:", on_click=_ask, args=(key,))
        return
    making = session.once("curve_nothing_job", *parts, make=lambda: job_of(CurvingNothing(study, spec, choices)))
    if making.result is None:
        with place.container():
            job.show(making, "curve_nothing", "the simulated curves")
        return
    place.empty()
    found = making.result
    if found.status != OK:
        say.note(say.as_sentence(finding(found)))
        return
    exhibit.figure(lambda: draw(found, presentation=session.presenting()), FIGURE, parts=parts)
    exhibit.sentences([NO_P, *found.sentences, ASSUMED])


def _ask(key: Hashable) -> None:
    """Remember what was asked for: the same choices of the same cohort need no second press."""
    st.session_state[ASKED] = (*st.session_state.get(ASKED, ())[-MOST_ASKED:], key)
