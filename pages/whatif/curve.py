"""All reasonable definitions: the ratio under every combination of choices, made in steps that can be stopped."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

import pandas as pd
import streamlit as st

from ivig_core.evidence.specifications import NOT_PRINTED
from ivig_core.figures.whatif.curve import curve as draw
from ivig_core.figures.whatif.curve_words import View
from ivig_core.figures.words import count, counted
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.curve.against import Against, against
from ivig_core.study.whatif.curve.choices import VARIED
from ivig_core.study.whatif.curve.curve import Curve, Curving, curve_parts
from ivig_core.study.whatif.curve.sentences import left_out
from pages.shell import exhibit, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard, panel
from pages.shell.paper import grid
from pages.whatif import curve_nothing, job
from pages.whatif.curve_choices import chosen
from pages.whatif.curve_table import full_table, table_in_words
from pages.whatif.job import Job

FIGURE, TABLE, TABS = "curve", "curve_table", "tabs_curve"
PALE, BEFORE = "curve_pale", "curve_settings_before"
TABLE_HEIGHT = 420
PALE_HELP = "Rows stay in the curve and in its shares; the reasons stand below the figure."
CLICK = (
    "A click among the ratios or the choices, or on a row of the table, puts the choices of that definition in force "
    "on all pages."
)
NOTHING, NOTHING_HELP = (
    "If IVIG did nothing",
    "How many definitions give a ratio below 1 in simulated cohorts like this one in which IVIG has no effect.",
)


def job_of(curving: Curving) -> Job[Curve]:
    """A curve in the making."""
    every = curving.candidates
    return Job(curving, lambda share: f"{count(int(share * every))} of {counted(every, 'definition')}")


def show(study: Study, spec: AnalysisSpec) -> None:
    """The choices, the curve with its table, and what is to be said of it; or how far it is."""
    _undo()
    choices = chosen(spec)
    parts = curve_parts(spec, choices)
    making = session.once("curve_job", *parts, make=lambda: job_of(Curving(study, spec, choices)))
    if making.result is None:
        making.work(job.SLICE)
    if making.result is None:
        job.show(making, "curve", "the definitions")
        return
    made = making.result
    _shown(study, spec, study.once("curve", *parts, make=lambda: made), parts)
    with panel(NOTHING, NOTHING_HELP):
        curve_nothing.show(study, spec, choices)


def _shown(study: Study, spec: AnalysisSpec, made: Curve, parts: tuple[Hashable, ...]) -> None:
    doubts = against(study, spec, made)
    faint = bool(doubts) and st.toggle(
        "Rows that a check speaks against in pale",
        value=True,
        key=PALE,
        persist_state="session",
        help=escape_markdown(PALE_HELP),
    )
    view = View(made, spec, doubts if faint else ())
    figure, table = st.tabs(["Figure", "Table"], key=TABS, on_change="rerun")
    if table.open:
        with table, guard("the table"):
            _table(View(made, spec, doubts))
    else:
        with figure, guard("the figure"):
            exhibit.figure(
                lambda: draw(view, presentation=session.presenting()), FIGURE, partial(_clicked, made),
                (*session.rate_parts(spec), *parts, faint),
            )  # fmt: skip
    exhibit.sentences([CLICK, *left_out(made, spec), *_doubts(doubts), NOT_PRINTED])


def _doubts(doubts: tuple[Against, ...]) -> list[str]:
    return [f"{item.reason} ({counted(int(item.rows.sum()), 'definition')})" for item in doubts]


def _table(view: View) -> None:
    shown: pd.DataFrame = table_in_words(view)
    grid(shown, TABLE, height=TABLE_HEIGHT, on_select=partial(_chosen_row, view), selection_mode="single-row")
    exhibit.download("definitions", full_table(view))


def _clicked(made: Curve) -> None:
    points = st.session_state[FIGURE].selection.points
    rows = [point["customdata"] for point in points if point.get("customdata") is not None]
    if rows:
        apply(made, int(rows[0][0] if isinstance(rows[0], list) else rows[0]))


def _chosen_row(view: View) -> None:
    rows = st.session_state[TABLE].selection.rows
    if rows:
        apply(view.curve, int(view.order[rows[0]]))


def apply(made: Curve, row: int) -> None:
    """Make the choices of a row the settings in force, and remember those before."""
    before = session.spec()
    session.change(window_cuts=(), **made.settings(row))
    if session.spec() != before:
        st.session_state[BEFORE] = before
    st.rerun("app")


def _undo() -> None:
    """A way back from a definition that was clicked."""
    before = st.session_state.get(BEFORE)
    if isinstance(before, AnalysisSpec) and before != session.spec():
        st.button("Back to the settings before the click", key="curve_back", on_click=_go_back, icon=":material/undo:")


def _go_back() -> None:
    before = st.session_state.pop(BEFORE)
    session.change(**{name: before.get(name) for name in ("window_cuts", *VARIED)})
    st.rerun("app")
