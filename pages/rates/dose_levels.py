"""The rate ratio by the dose per body weight: each level on IVIG against the time off it."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.rates.dose_levels import remarks, with_everybody
from ivig_core.figures.rates.forest import forest as draw
from ivig_core.figures.rates.tables import forest_table, level_names
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.dose_levels import by_dose
from ivig_core.study.rates.forest import forest
from ivig_core.study.study import Study
from pages.shell import exhibit, session


def show(study: Study, spec: AnalysisSpec) -> None:
    """The figure, what it can and cannot say, and the table."""
    found = by_dose(study, spec)
    rows: pd.DataFrame = with_everybody(forest(study, spec, "overall"), found)
    parts = session.rate_parts(spec)
    exhibit.figure(lambda: draw(rows, presentation=session.presenting()), "dose_levels", parts=parts)
    exhibit.sentences(remarks(found))
    exhibit.table("dose_levels", forest_table(rows), rows)
    exhibit.remarks(level_names(rows), rows["note"].tolist())
