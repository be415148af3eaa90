"""What the hospitals say together: the ratio, the forest, the table, and how much they differ."""

from __future__ import annotations

import streamlit as st

from ivig_core.export import rows_of
from ivig_core.figures.hospitals.forest import hospital_forest
from ivig_core.figures.hospitals.lines import of_ratio
from ivig_core.figures.hospitals.tables import in_full, in_words
from ivig_core.figures.hospitals.words import finding, heterogeneity, model_name, only_in_sum, place
from ivig_core.hospitals.pool import FIXED, Pooled
from ivig_core.numbers import is_number
from ivig_core.study.describe import sentence
from pages.hospitals import held
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard
from pages.shell.presentation import places
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
STILL = "Infections are often why IVIG is started, here as in one hospital: see Can we trust it?"


def ratios(pooled: Pooled) -> list[tuple[str, str]]:
    """Model and term of every ratio, crude ones first."""
    rows = pooled.irr[pooled.irr["model"] == FIXED]
    return [(str(row["adjust_for"]), str(row["term"])) for row in rows_of(rows)]


def chosen(pooled: Pooled) -> tuple[str, str]:
    """The ratio that is shown: the first one until another is chosen."""
    offered = ratios(pooled)
    wanted = st.session_state.get(RATIO)
    return wanted if wanted in offered else offered[0]


def shown(pooled: Pooled) -> bool:
    """Whether the ratio can be shown in the mode in force."""
    if not session.sharing():
        return True
    of = of_ratio(pooled.irr, *chosen(pooled))
    return sum(is_number(value) for value in of["informative_patients"].tolist()[2:]) >= FEWEST_SHARED


def title(pooled: Pooled) -> str:
    """The finding of the ratio that is shown."""
    adjust_for, term = chosen(pooled)
    text = finding(of_ratio(pooled.irr, adjust_for, term), term)
    return f"{text}, {model_name(adjust_for)}" if adjust_for else text


def panel(pooled: Pooled) -> None:
    """Which ratio, the forest or the table, and how much the hospitals differ."""
    controls, drawing = places()
    with controls:
        _choice(pooled)
    if not shown(pooled):
        say.note(NOT_SHARED)
        return
    adjust_for, term = chosen(pooled)
    with drawing:
        _exhibits(pooled, adjust_for, term)
    differ = rows_of(of_ratio(pooled.heterogeneity, adjust_for, term))[0]
    said = heterogeneity(differ)
    say.line(said)
    around.said([said])
    alone = only_in_sum(of_ratio(pooled.irr, adjust_for, term))
    notes = [note for note in pooled.notes if not session.sharing() or not note.startswith("Counts")]
    exhibit.sentences(
        [READING, "" if session.sharing() else alone, *notes, NOT_ALONE if session.sharing() else "", STILL]
    )


def _choice(pooled: Pooled) -> None:
    offered = ratios(pooled)
    if len(offered) == 1:
        return
    st.session_state[RATIO] = chosen(pooled)
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
