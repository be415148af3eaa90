"""A copy of the user's cohort without what leads back to people, and the key to it, each as a download."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ivig_core.cohort.deidentify import deidentify
from ivig_core.cohort.writing import cohort_csv
from ivig_core.export import safe_csv
from pages.shell import exhibit, say, session

COPY = "deidentified_copy"
SHIFT = "deidentify_shift"


@dataclass(frozen=True, eq=False)
class Copy:
    """The two files of one step, as bytes, and what was done; `of` is the key of the cohort on the shelf."""

    of: str
    data: bytes
    key: bytes
    notes: tuple[str, ...]


def copy_panel(key: str) -> None:
    """Make the copy of the cohort `key` of the shelf, download it and its key, let both go."""
    made: Copy | None = st.session_state.get(COPY)
    if made is not None and made.of != key:
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
            "They are in memory until “Done” is pressed, another cohort is shown here, or this window is closed."
        )
        with st.container(horizontal=True):
            st.download_button("Download the copy (CSV)", lambda: made.data, "cohort-deidentified.csv", "text/csv",
                               key="copy_csv", on_click="ignore", icon=":material/download:")  # fmt: skip
            st.download_button("Download the key (CSV)", lambda: made.key, "cohort-key.csv", "text/csv",
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
