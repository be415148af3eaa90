"""What the hospitals say together: the ratio, the forest, the table, and how much they differ."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ivig_core.export import rows_of
from ivig_core.figures.hospitals.forest import hospital_forest
from ivig_core.figures.hospitals.lines import of_ratio
from ivig_core.figures.hospitals.tables import in_full, in_words
from ivig_core.figures.hospitals.words import finding, heterogeneity, model_name, only_in_sum, place
from ivig_core.figures.words import counted
from ivig_core.hospitals.pool import FIXED, SITE, Pooled
from ivig_core.numbers import is_number
from ivig_core.study.describe import sentence
from pages.hospitals import held
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.presentation import Subject, places
from pages.slides import around
from pages.slides.offer import Offer, offer

RATIO, TABS = "hospital_ratio", "tabs_hospitals"
NAME = "hospitals"
WIDTHS = {"Hospital": 210, "Rate ratio (95 %)": 160, "Remark": 380}
FEWEST_SHARED = 3
"""Hospitals with something to add from which on their sum is shown in share mode: of two, either knows the other."""
NOT_ALONE = (
    "Share mode: ratios and counts of single hospitals are not shown, only what all of them give together. A file is "
    "for the one who pools the hospitals, and for nobody else."
)
NOT_SHARED = (
    f"Share mode: fewer than {FEWEST_SHARED} hospitals add to this ratio, so that one of them could work out another; "
    "it is not shown."
)
READING = (
    "All together: the ratio common to all hospitals, where the sum of their log-likelihoods is largest. Mean of "
    "hospitals: each has a ratio of its own, and this is their mean. A patient whom two hospitals have counts twice."
)
COMMAND, HERE = "rounds (`share --at`)", "rounds, below"
STILL = "Infections are often why IVIG is started, here as in one hospital: see Can we trust it?"


@dataclass(frozen=True)
class Said:
    """What is said of one ratio: its finding, how much the hospitals differ, remarks, and how many add to it."""

    title: str
    differ: str
    remarks: tuple[str, ...]
    adding: int


def ratios(pooled: Pooled) -> list[tuple[str, str]]:
    """Model and term of every ratio, crude ones first."""
    return held.once("ratios", make=lambda: _ratios(pooled))


def _ratios(pooled: Pooled) -> list[tuple[str, str]]:
    rows = pooled.irr[pooled.irr["model"] == FIXED]
    return [(str(row["adjust_for"]), str(row["term"])) for row in rows_of(rows)]


def chosen(pooled: Pooled) -> tuple[str, str]:
    """The ratio that is shown: the first one until another is chosen."""
    offered = ratios(pooled)
    wanted = st.session_state.get(RATIO)
    return wanted if wanted in offered else offered[0]


def said_of(pooled: Pooled) -> Said:
    """What is said of the ratio that is shown."""
    adjust_for, term = chosen(pooled)
    return held.once("said", adjust_for, term, make=lambda: _said(pooled, adjust_for, term))


def _said(pooled: Pooled, adjust_for: str, term: str) -> Said:
    irr = of_ratio(pooled.irr, adjust_for, term)
    text = finding(irr, term)
    alone = irr[irr["model"].str.startswith(SITE)]["informative_patients"].tolist()
    return Said(
        f"{text}, {model_name(adjust_for)}" if adjust_for else text,
        heterogeneity(rows_of(of_ratio(pooled.heterogeneity, adjust_for, term))[0]),
        (only_in_sum(irr), *(note.replace(COMMAND, HERE) for note in pooled.notes)),
        sum(map(is_number, alone)),
    )


def shown(pooled: Pooled) -> bool:
    """Whether the ratio can be shown in the mode in force."""
    return not session.sharing() or said_of(pooled).adding >= FEWEST_SHARED


def title(pooled: Pooled) -> str:
    """The finding of the ratio that is shown."""
    return said_of(pooled).title


def subject(pooled: Pooled) -> Subject:
    """What the page is about: the hospitals, not the cohort of this one."""
    files = counted(len(held.files()), "hospital")
    return Subject(f"Files of {files}", held.simulated(), sentence(pooled.spec))


def panel(pooled: Pooled) -> None:
    """Which ratio, the forest or the table, and how much the hospitals differ."""
    controls, drawing = places()
    with controls:
        _choice(pooled)
    if not shown(pooled):
        say.note(NOT_SHARED)
        return
    with drawing:
        _exhibits(pooled, *chosen(pooled))
    said = said_of(pooled)
    say.line(said.differ)
    around.said([said.differ])
    # Remarks name single hospitals.
    exhibit.sentences([READING, *((NOT_ALONE,) if session.sharing() else said.remarks), STILL])


def _choice(pooled: Pooled) -> None:
    offered = ratios(pooled)
    if len(offered) == 1:
        return
    if st.session_state.get(RATIO) not in offered:
        st.session_state[RATIO] = offered[0]
    st.selectbox(
        "Ratio", offered, key=RATIO,
        format_func=lambda of: escape_markdown(f"{model_name(of[0]).capitalize()}, {place(of[1])}"),
    )  # fmt: skip


def _exhibits(pooled: Pooled, adjust_for: str, term: str) -> None:
    single = not session.sharing()
    if not single:
        _figure(pooled, adjust_for, term, single)
        return
    figure, table = st.tabs(["Figure", "Table"], key=TABS, on_change="rerun")
    if table.open:
        with table, guard("the table"):
            parts = (adjust_for, term)
            words = held.once("words", *parts, make=lambda: in_words(pooled, *parts))
            full = held.once("full", *parts, make=lambda: in_full(pooled, *parts))
            exhibit.table(NAME, words, full, widths=WIDTHS, to_slides=False)
            offer(Offer(NAME, table=words, full=full, remarks=around.exhibited(), settings=sentence(pooled.spec)))
    else:
        with figure, guard("the figure"):
            _figure(pooled, adjust_for, term, single)


def _figure(pooled: Pooled, adjust_for: str, term: str, single: bool) -> None:
    synthetic = held.simulated()

    def drawn():  # type: ignore[no-untyped-def]
        room = session.presenting()
        return held.once("forest", adjust_for, term, single, room, make=lambda: hospital_forest(
            pooled, adjust_for, term, synthetic=synthetic, single=single, presentation=room
        ))  # fmt: skip

    exhibit.figure(drawn, NAME, to_slides=False)
    offer(Offer(NAME, draw=drawn, remarks=around.exhibited(), settings=sentence(pooled.spec)))
