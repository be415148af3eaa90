"""The title of the page: how many were given IVIG, and in what they differed most at the start."""

from __future__ import annotations

import numpy as np

from ivig_core.estimate.survival.landmark import IVIG, NO_IVIG
from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import lower
from ivig_core.spec import AnalysisSpec
from ivig_core.study.given.baseline_table import MISSING, had_ivig
from ivig_core.study.given.who_was_given import WhoWasGiven, who_was_given
from ivig_core.study.study import Study

NOTICEABLE = 0.10
"""Standardised difference from which on groups differ noticeably, as the table says."""
FEWEST = 10
"""Patients of a group: in fewer, chance alone brings any difference."""


def given_title(study: Study, spec: AnalysisSpec) -> str:
    """`43 of 143 patients had IVIG; most apart at the start in infections in the year before`."""
    treated = had_ivig(study, spec)
    had, total = int(treated.sum()), len(treated)
    if had in (0, total):
        if total == 1:
            return "The one patient had IVIG" if had else "The one patient had no IVIG"
        return f"All {total:,} patients had IVIG" if had else f"None of {total:,} patients had IVIG"
    apart = most_apart(who_was_given(study, spec))
    more = f"; most apart at the start in {lower(variable_name(apart))}" if apart else ""
    return f"{had:,} of {total:,} patients had IVIG{more}"


def most_apart(result: WhoWasGiven) -> str:
    """The variable with the largest noticeable difference between the groups; empty without one or in small groups."""
    table = result.table
    rows = table[(table["kind"] != MISSING) & np.isfinite(table["difference"].astype(float))]
    sizes = rows.groupby("group")["patients"].max().reindex([IVIG, NO_IVIG], fill_value=0)
    if rows.empty or sizes.min() < FEWEST:
        return ""
    size = rows["difference"].astype(float).abs()
    return str(rows.loc[size.idxmax(), "variable"]) if size.max() > NOTICEABLE else ""
