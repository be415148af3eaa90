"""How many patients had IVIG, and in what they differed most at the start from those who had none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ivig_core.spec import AnalysisSpec
from ivig_core.study.given.baseline_table import GROUPS, MISSING, had_ivig
from ivig_core.study.given.who_was_given import who_was_given
from ivig_core.study.study import Study

NOTICEABLE = 0.10
"""Standardised difference from which on groups differ noticeably."""
FEWEST = 10
"""Patients of each group: in fewer, chance alone brings any difference."""


@dataclass(frozen=True)
class Apart:
    """`treated` of `patients` had a day on IVIG; `variable` with the largest noticeable standardised difference of the
    two groups at the start, empty without one or where a group has fewer than 10 patients."""

    patients: int
    treated: int
    variable: str = ""


def apart(study: Study, spec: AnalysisSpec) -> Apart:
    """The size of the groups, and what tells them apart most: described, not tested."""
    treated = had_ivig(study, spec)
    had, total = int(treated.sum()), len(treated)
    if min(had, total - had) < FEWEST:
        return Apart(total, had)
    return Apart(total, had, most_apart(who_was_given(study, spec).table))


def most_apart(table: pd.DataFrame) -> str:
    """The variable of a `baseline_table` with the largest noticeable standardised difference; empty without one."""
    rows = table[(table["kind"] != MISSING) & (table["group"] == GROUPS[0])]
    size = pd.to_numeric(rows["difference"], errors="coerce").abs()
    size = size[np.isfinite(size)]
    if size.empty or size.max() <= NOTICEABLE:
        return ""
    return str(rows.loc[size.idxmax(), "variable"])
