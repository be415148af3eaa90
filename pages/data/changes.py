"""What a file that was loaded again changed against the version before it, while both are in this session."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from ivig_core.cohort.changes.changes import KINDS, Changes, changes, sentence, share_patients
from ivig_core.study.quality.before_after import before_after
from pages.shell import exhibit, say, session
from pages.shell.panel import panel
from pages.shell.session import CHANGES, Held

TITLE = "What changed since the version before"
HELP = (
    "Facts are compared by patient, kind, first day and content. One left on either side with the same patient, kind "
    "and day is a changed one; a fact that moved to another day is one removed and one added."
)
FIRST = 500
"""Differences that are listed on the page; the download has all."""
HEADS = {
    "record": "Kind", "before": "Before", "gone": "of patients gone", "removed": "removed", "changed": "changed",
    "added": "added", "come": "of patients added", "after": "Now",
}  # fmt: skip
LIST_HEADS = {
    "patient_id": "Patient", "record": "Kind", "start": "Day", "what": "What", "column": "Column", "before": "Before",
    "after": "Now",
}  # fmt: skip
WIDTHS = {"Before": 260, "Now": 260}


@dataclass(frozen=True, eq=False)
class _Compared:
    """Two versions of this session, by their keys on the shelf, and what changed between them."""

    keys: tuple[str, str]
    found: Changes


def changes_panel() -> None:
    """Nothing for a sample or a first file; one sentence where no file before has a patient of this one."""
    held = session.current()
    if held is None or held.sample:
        return
    key = next(name for name, item in session.shelf().items() if item is held)
    own = session.own_uploads()
    before = own[: own.index(key)]
    if not before:
        return
    with panel(TITLE, HELP):
        earlier = next((name for name in reversed(before) if _shares(name, held)), None)
        if earlier is None:
            say.small("No file that was loaded before has a patient of this one: there is nothing to compare.")
        else:
            _show(earlier, key)


def _shares(key: str, held: Held) -> bool:
    return share_patients(session.shelf()[key].cohort, held.cohort)


def _show(earlier: str, key: str) -> None:
    before, held = session.shelf()[earlier], session.shelf()[key]
    found = _compared(earlier, key)
    say.line(f"{held.name} against {before.name}: {sentence(found)}")
    exhibit.sentences(found.notes)
    if found.nothing:
        return
    _ratio(before, held)
    exhibit.table("changes_by_kind", _kinds(found), to_slides=False)
    if found.facts.empty:
        return
    with st.expander("Every difference"):
        if len(found.facts) > FIRST:
            say.small(f"The first {FIRST:,} of {len(found.facts):,}; the download has all.")
        exhibit.table(
            "changes", found.facts.head(FIRST).rename(columns=LIST_HEADS), found.facts, 340, WIDTHS, to_slides=False
        )


def _ratio(before: Held, held: Held) -> None:
    ratio = before_after(before.study, held.study, session.spec())
    said = f"Rate ratio on IVIG with the settings in force: {ratio.before} before, {ratio.after} now."
    say.strong(f"{said} No ratio {ratio.why}." if ratio.why else said)


def _kinds(found: Changes) -> pd.DataFrame:
    names = {name: words[:1].upper() + words[1:] for name, words in KINDS.items()}
    return found.kinds.assign(record=found.kinds["record"].map(names)).rename(columns=HEADS)


def _compared(earlier: str, key: str) -> Changes:
    """Made once; kept in this session alone, until one of the two is removed or another file is loaded."""
    kept: _Compared | None = st.session_state.get(CHANGES)
    if kept is None or kept.keys != (earlier, key):
        made = changes(session.shelf()[earlier].cohort, session.shelf()[key].cohort)
        kept = st.session_state[CHANGES] = _Compared((earlier, key), made)
    return kept.found
