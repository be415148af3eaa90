"""All reasonable definitions: the ratio under every combination of choices, made in steps that can be stopped."""

from __future__ import annotations

import time
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
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.paper import grid
from pages.whatif.curve_choices import chosen
from pages.whatif.curve_table import full_table, table_in_words

FIGURE, TABLE, TABS = "curve", "curve_table", "tabs_curve"
PALE, BEFORE = "curve_pale", "curve_settings_before"
SLICE, TICK = 0.25, 0.4
"""Seconds of work at a time, and from the beginning of one to that of the next: between them the page answers."""
TABLE_HEIGHT = 420
PALE_HELP = "Rows stay in the curve and in its shares; the reasons stand below the figure."
CLICK = "A click among the ratios, or on a row of the table, puts the choices of that definition in force on all pages."


class Job:
    """A curve in the making, of one session. `stopped`: by the reader, who can let it go on."""

    def __init__(self, curving: Curving) -> None:
        self._curving: Curving | None = curving
        self.result: Curve | None = None
        self.stopped = False
        self.candidates = curving.candidates
        self.share = 0.0

    def work(self, seconds: float) -> None:
        """At least one step, and no new one after so many seconds."""
        end = time.perf_counter() + seconds
        while self._curving is not None and not self.stopped:
            self._curving.step()
            self.share = self._curving.share
            if self._curving.finished:
                self.result, self._curving = self._curving.result(), None
            if time.perf_counter() > end:
                break

    def stop(self, stopped: bool) -> None:
        """Stop, or go on."""
        self.stopped = stopped

    @property
    def words(self) -> str:
        return f"{count(int(self.share * self.candidates))} of {counted(self.candidates, 'definition')}"


def show(study: Study, spec: AnalysisSpec) -> None:
    """The choices, the curve with its table, and what is to be said of it; or how far it is."""
    _undo()
    choices = chosen(spec)
    parts = curve_parts(spec, choices)
    job = session.once("curve_job", *parts, make=lambda: Job(Curving(study, spec, choices)))
    if job.result is None:
        job.work(SLICE)
    if job.result is not None:
        made = job.result
        _shown(study, spec, study.once("curve", *parts, make=lambda: made), parts)
    elif job.stopped:
        say.note(f"Stopped: {job.words} are done.")
        st.button("Go on", key="curve_go_on", on_click=job.stop, args=(False,), type="primary")
    else:
        _progress(job)


@st.fragment(run_every=TICK)
def _progress(job: Job) -> None:
    """A fragment: it works a slice at a time, so that the rest of the page answers in between."""
    with guard("the definitions"):
        if job.result is not None or job.stopped:
            st.rerun()
        job.work(SLICE)
        if job.result is not None:
            st.rerun()
        st.progress(job.share, text=escape_markdown(job.words))
        st.button("Stop", key="curve_stop", on_click=job.stop, args=(True,), icon=":material/stop:")


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
