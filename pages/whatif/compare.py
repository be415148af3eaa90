"""Other patients or other settings side by side: what A gives, what B gives, and how far apart they are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.figures.whatif.compare import compare as draw
from ivig_core.figures.whatif.compare import survival_of_both
from ivig_core.figures.whatif.compare_words import MEASURE, about_methods, table_rows
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.compare.comparison import compare
from pages.shell import exhibit, session
from pages.shell.panel import guard
from pages.whatif import second, second_set

LOOKED = (
    "Settings that were chosen because of what they give prove nothing: decide which one is right before looking, and "
    "see all of them under “All reasonable definitions”."
)
WIDTHS = {MEASURE: 430, "B against A": 200}
HELPS = {
    MEASURE: "What is compared, with its unit; survival in each group that A and B both have.",
    "A": "With the settings in force, with 95 % interval.",
    "B": "With the settings of “what if”, with 95 % interval.",
    "B against A": "×: B divided by A. Otherwise B less A, in percentage points or days. With 95 % interval.",
    "p": "Two-sided, of no difference between A and B.",
    "How": "How the interval of the difference was made; the sentences below say more.",
}


def show(study: Study, spec: AnalysisSpec) -> None:
    """Both sets of settings, the forest, the curves and every number."""
    held = session.current()
    if held is None:
        return
    second.settings(held)
    session.write_url()
    a, b = session.spec(), second_set.second()
    with guard("the comparison"):
        with st.spinner("Drawing patients…"):
            result = compare(study, a, b)
        exhibit.figure(lambda: draw(result, presentation=session.presenting()), "compare", parts=(a, b))
        exhibit.sentences(result.notes)
        curves = session.once(
            "compare_survival", a, b, session.presenting(),
            make=lambda: survival_of_both(result, a, b, presentation=session.presenting()),
        )  # fmt: skip
        if curves is not None:
            exhibit.figure(curves, "compare_survival")
        shown = table_rows(result, a, b)
        exhibit.table("compare", pd.DataFrame(shown), result.rows, widths=WIDTHS, helps=HELPS)
        exhibit.remarks([row[MEASURE] for row in shown], result.rows["note"].tolist())
        exhibit.sentences([*about_methods(result), LOOKED])
