"""How strong a hidden cause, or how wrong the records, would have to be: made when its box is opened."""

from __future__ import annotations

import streamlit as st

from ivig_core.figures.trust.hidden_words import (
    LIMIT,
    STRENGTH,
    records_sentence,
    strength_sentence,
    strength_table,
)
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.hidden_cause import hidden_cause
from pages.shell import exhibit, say, session
from pages.shell.panel import guard

BOX = "trust_hidden"
NOTHING = "There is no ratio that a hidden cause could explain away."
SMALL = (
    "E-values (VanderWeele and Ding 2017): the least that a hidden cause would need with both IVIG and infections, "
    "beyond what the comparison allows for. Within patients it has to change over time: what stays the same in a "
    "patient cannot be it. A hazard ratio of a frequent event is converted to a ratio of risks first. Doses given "
    "elsewhere that have nothing to do with infections would do the opposite: the true ratio would be further from 1."
)
HELPS = {
    STRENGTH: "E-value of the ratio: as a ratio of risks, with IVIG and with infections alike.",
    LIMIT: "E-value of the limit of the interval that is nearer to 1.",
}


def show(study: Study, spec: AnalysisSpec) -> None:
    """Two sentences and the table, once the box is open."""
    box = st.expander("The numbers", key=BOX, on_change="rerun")
    if not box.open:
        return
    with box, guard("the hidden cause"):
        parts = (*session.rate_parts(spec), spec.survival)
        with st.spinner("Looking for where the interval reaches 1…"):
            found = session.once("hidden cause", *parts, make=lambda: hidden_cause(study, spec))
        if found.strength.empty:
            say.note(NOTHING)
            return
        say.line(strength_sentence(found))
        say.line(records_sentence(found))
        exhibit.table("hidden_cause", strength_table(found.strength), found.strength, helps=HELPS)
        say.small(SMALL)
