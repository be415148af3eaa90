"""A copy of the user's cohort without what leads back to people, and the key to it, each as a download."""

from __future__ import annotations

from collections.abc import Callable
from threading import Timer
from weakref import WeakMethod, finalize

import streamlit as st

from ivig_core.cohort.deidentify import deidentify
from ivig_core.cohort.writing import cohort_csv
from ivig_core.export import safe_csv
from ivig_core.memory import give_back
from pages.shell import exhibit, say, session
from pages.shell.session import COPY

SHIFT = "deidentify_shift"
KEPT = 10 * 60
"""Seconds after which a copy and its key are let go, whether they were downloaded or not."""


class Copy:
    """The two files of one step, as bytes, and what was done; `of` is the key of the cohort on the shelf.

    The key is given away once and is not here any more then; after `KEPT` seconds nothing is.
    """

    def __init__(self, of: str, data: bytes, key: bytes, notes: tuple[str, ...]) -> None:
        self.of, self.notes = of, notes
        self.data: bytes | None = data
        self.key: bytes | None = key
        clock = Timer(KEPT, _let_go, (WeakMethod(self.let_go),))
        clock.daemon = True
        clock.start()
        finalize(self, clock.cancel)

    def take_data(self) -> bytes:
        """The copy."""
        return _there(self.data)

    def take_key(self) -> bytes:
        """The key, once."""
        key, self.key = self.key, None
        return _there(key)

    def let_go(self) -> None:
        """Hold nothing any more."""
        self.data = self.key = None


def _let_go(copy: WeakMethod[Callable[[], None]]) -> None:
    forget = copy()
    if forget is not None:
        forget()
        del forget
        give_back()


def _there(data: bytes | None) -> bytes:
    if data is None:
        raise LookupError("It is not in memory any more. Make the copy again.")
    return data


def copy_panel(key: str) -> None:
    """Make the copy of the cohort `key` of the shelf, download it and its key, let both go."""
    made: Copy | None = st.session_state.get(COPY)
    if made is not None and (made.of != key or made.data is None):
        drop_copy()
        made = None
    with st.expander("A de-identified copy", expanded=made is not None):
        if made is None:
            say.small(
                "New ids, study days instead of dates, ages above 89 as 90, rare and free text left out. Whether that "
                "suffices is for the hospital to decide."
            )
            st.checkbox("Keep dates, moved by another number of days for each patient (seasons are lost)", key=SHIFT)
            st.button("Make a de-identified copy", key="make_copy", on_click=_make, args=(key,))
            return
        exhibit.sentences(made.notes)
        say.small(
            "The key says which new id is whose: keep it apart from the copy. Both were made in one step and cannot "
            "be made again with the same ids. "
            f"They are in memory until this page is left, for {KEPT // 60} minutes at most; the key only until it was "
            "downloaded, so that it can be downloaded once."
        )
        with st.container(horizontal=True):
            st.download_button("Download the copy (CSV)", made.take_data, "cohort-deidentified.csv", "text/csv",
                               key="copy_csv", on_click="ignore", icon=":material/download:")  # fmt: skip
            if made.key is not None:
                # The page is not run again, which could take away what the browser is about to ask for.
                st.download_button("Download the key (CSV)", made.take_key, "cohort-key.csv", "text/csv",
                                   key="copy_key", on_click="ignore", icon=":material/key:")  # fmt: skip
            st.button("Done: forget the copy and the key", key="drop_copy", on_click=drop_copy)


def drop_copy() -> None:
    """Forget the copy and its key."""
    st.session_state.pop(COPY, None)


def _make(key: str) -> None:
    held = session.shelf().get(key)
    if held is None or held.sample:
        return
    made = deidentify(held.cohort, shift=bool(st.session_state.get(SHIFT)))
    st.session_state[COPY] = Copy(key, cohort_csv(made.cohort), safe_csv(made.key), made.notes)
