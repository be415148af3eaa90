"""Where the sources disagree, the comparison with and without immortal time first."""

from __future__ import annotations

import streamlit as st

from ivig_core.evidence.disagreements import DETAILS, DISAGREEMENTS, READS
from ivig_core.evidence.immortal import finding
from ivig_core.figures.evidence.tables import immortal_table
from pages.shell import exhibit, say
from pages.shell.escape import escape_markdown
from pages.shell.navigation import FOLDER

SURVIVAL = "4_infection_free_survival.py"
WHY = (
    "Immortal time: a patient with primary IVIG has lived without infection until it began. Medians from the start "
    "count these days for IVIG; incidences that account for them differ little. Meeting abstract of Cheruvalath 2024, "
    "95 % intervals as printed."
)
LINK = "See it in this cohort: Infection-free survival, Four designs"
WIDTHS = {"As printed": 430, "Primary IVIG": 170, "No primary IVIG": 150}


def show() -> None:
    """The finding that matters most with its table and a link to the same in the cohort; then the others, short."""
    say.strong(f"{finding()}.")
    exhibit.table("published_immortal", immortal_table(), widths=WIDTHS)
    say.small(WHY)
    st.page_link(FOLDER / SURVIVAL, label=escape_markdown(LINK), icon=":material/arrow_forward:")
    for block in (READS, DETAILS):
        say.strong(block)
        say.points(
            [
                (f"{item.study}: {item.about}.", f"{item.text} [{item.where}]")
                for item in DISAGREEMENTS
                if item.block == block
            ]
        )
