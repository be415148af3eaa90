"""Work of seconds that is done in slices, so that the page answers in between, and that can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import streamlit as st

from pages.shell import say
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard

SLICE, TICK = 0.25, 0.4
"""Seconds of work at a time, and from the beginning of one to that of the next: between them the page answers."""

RESULT = TypeVar("RESULT", covariant=True)


class Making(Protocol[RESULT]):
    """What is made step by step; `share` of it is done."""

    @property
    def finished(self) -> bool: ...

    @property
    def share(self) -> float: ...

    def step(self) -> None: ...

    def result(self) -> RESULT: ...


class Job(Generic[RESULT]):
    """Something in the making, of one session. `stopped`: by the reader, who can let it go on. `shown`: how far it is
    has been shown once.

    `said`: in words how much is done, given the share.
    """

    def __init__(self, making: Making[RESULT], said: Callable[[float], str]) -> None:
        self._making: Making[RESULT] | None = making
        self._said = said
        self.result: RESULT | None = None
        self.stopped = False
        self.shown = False
        self.share = 0.0

    def work(self, seconds: float) -> None:
        """At least one step, and no new one after so many seconds."""
        end = time.perf_counter() + seconds
        while self._making is not None and not self.stopped:
            self._making.step()
            self.share = self._making.share
            if self._making.finished:
                self.result, self._making = self._making.result(), None
            if time.perf_counter() > end:
                break

    def stop(self, stopped: bool) -> None:
        """Stop, or go on."""
        self.stopped = stopped

    @property
    def words(self) -> str:
        return self._said(self.share)


def show(job: Job[object], key: str, name: str) -> None:
    """How far a job is that has no result yet, with a way to stop it or to let it go on. `name`: what is made."""
    if job.stopped:
        say.note(f"Stopped: {job.words} are done.")
        st.button("Go on", key=f"{key}_go_on", on_click=job.stop, args=(False,), type="primary")
    else:
        _progress(job, key, name)


@st.fragment(run_every=TICK)
def _progress(job: Job[object], key: str, name: str) -> None:
    """A fragment: it works a slice at a time, so that the rest of the page answers in between."""
    with guard(name):
        if job.result is not None or job.stopped:
            st.rerun()
        # The run that shows it first ends at once: its next tick would cut it off before the browser has tidied up.
        if job.shown:
            job.work(SLICE)
        job.shown = True
        if job.result is not None:
            st.rerun()
        st.progress(min(job.share, 1.0), text=escape_markdown(job.words))
        st.button("Stop", key=f"{key}_stop", on_click=job.stop, args=(True,), icon=":material/stop:")
