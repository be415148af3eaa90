"""The level that each patient has of a baseline variable."""

from __future__ import annotations

import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.persontime.baseline import baseline_columns, baseline_levels
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec
from ivig_core.study.study import Study


def levels(study: Study, spec: AnalysisSpec, column: str) -> pd.Categorical:
    """Level of each selected patient of a baseline variable; `SpecError` for one that the cohort does not have."""
    cohort = study.cohort(spec)
    known = baseline_columns(cohort)
    if column not in known:
        raise SpecError("survival_group", column, f"one of none, {', '.join(IVIG_GROUPS)}, {', '.join(known)}")
    return baseline_levels(cohort, column, spec.exposure)
