"""The few subgroups of the first screen: everybody, low IgG, no progression, very low IgG."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.forest import forest, forest_igg
from ivig_core.study.study import Study
from ivig_core.terms import NONPROGRESSIVE, PRESPECIFIED

NOT_RECORDED, NO_DAYS = "not_recorded", "no_days"
HYPOGAMMAGLOBULINEMIA, VERY_LOW = 700, 400
"""Functional IgG in mg/dL, as in the 2026 study; papers name these levels differently, so rows say the number."""


def key_rows(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Rate ratios on against off IVIG of everybody, and on days with IgG below 700, without progression, below 400.

    The last three from joint models with the other days of the same patients; `p_interaction` against those.

    Returns rows in the columns of `estimate.subgroup.FOREST_COLUMNS`, first the overall one; `status` is also
    "not_recorded" (the cohort has nothing on it) or "no_days" (no day is at that level).
    """
    levels = (
        _level(forest_igg(study, spec, HYPOGAMMAGLOBULINEMIA), "igg", f"igg_lt_{HYPOGAMMAGLOBULINEMIA}"),
        _level(forest(study, spec, "phase"), "phase", NONPROGRESSIVE),
        _level(forest_igg(study, spec, VERY_LOW), "igg", f"igg_lt_{VERY_LOW}"),
    )
    return pd.DataFrame([forest(study, spec, "overall").iloc[0].to_dict(), *levels])


def prespecified_rows(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """`key_rows` for a forest plot: those of subgroups are of the factor "prespecified"."""
    rows = key_rows(study, spec)
    return rows.assign(factor=[name if name == "overall" else PRESPECIFIED for name in rows["factor"]])


def _level(table: pd.DataFrame, factor: str, level: str) -> dict[str, object]:
    """The row of a level, or one that says why there is none."""
    found = table[table["level"] == level]
    if len(found):
        return found.iloc[0].to_dict()
    status = NO_DAYS if len(table) else NOT_RECORDED
    counts = dict.fromkeys(("patients", "infections_on", "infections_off", "person_days_on", "person_days_off"), 0)
    numbers = dict.fromkeys(("irr", "ci_low", "ci_high", "p_value", "p_interaction"), np.nan)
    return {"factor": factor, "level": level, "status": status, **counts, **numbers, "note": ""}
