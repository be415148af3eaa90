"""Which charts to check first: whom, why, and one click to each timeline."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.words import counted
from ivig_core.study.trust.charts import charts_to_check
from pages.patients.lane_choice import draw_lanes, go_to_patient
from pages.shell import say, session
from pages.shell.escape import escape_markdown

TITLE = "Which charts to check first"
HELP = (
    "Patients without whom the ratio would be at least 5 % different, and those in whom a dose seems to be missing or "
    "an infection may be written down twice. It says where an error would matter, not that there is one."
)


def charts_panel() -> None:
    """A row per patient with a button that opens the timeline."""
    # No page of one patient is open here: a click counts, as on the lanes.
    draw_lanes()
    held, spec = session.current(), session.spec()
    if held is None:
        return
    table = charts_to_check(held.study, spec)
    if table.empty:
        say.small(
            "No patient stands out: nobody moves the ratio by 5 %, no dose or infection looks missing or doubled."
        )
        return
    say.small(f"{counted(len(table), 'patient')}, those with most to look at first; click one to open the timeline.")
    for row in table.itertuples():
        if st.button(
            escape_markdown(f"{row.patient_id}: {row.why}"), key=f"chart_{row.patient}", type="tertiary",
            icon=":material/open_in_new:", wrap=True,
        ):  # fmt: skip
            go_to_patient(str(row.patient_id))
