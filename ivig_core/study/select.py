"""The patients of an analysis: baseline filters of a spec applied to a cohort."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import SpecError
from ivig_core.persontime.baseline import baseline_columns, baseline_values
from ivig_core.spec import Condition, ExposureSpec

SHOWN_LEVELS = 20
COMPARE = {
    ">=": np.greater_equal,
    "<=": np.less_equal,
    ">": np.greater,
    "<": np.less,
}


def passes(cohort: Cohort, condition: Condition, exposure: ExposureSpec) -> np.ndarray:
    """Which patients meet a condition (bool, one per patient). A missing value meets none, not even `!=`.

    Raises
    ------
    SpecError
        for a column that the cohort does not have, or a number asked of a column of text.
    """
    known = baseline_columns(cohort)
    if condition.column not in known:
        raise SpecError("where", str(condition), f"a baseline column of this cohort: {', '.join(known)}")
    values = baseline_values(cohort, condition.column, exposure)
    number = pd.api.types.is_numeric_dtype(values)
    if condition.op in COMPARE:
        if not number and values.notna().any():
            raise SpecError("where", str(condition), f"= or !=, because {condition.column} holds text")
        return COMPARE[condition.op](values.to_numpy(float, na_value=np.nan), float(condition.values[0]))
    present = values.notna().to_numpy(bool)
    if number:
        equal = np.isin(values.to_numpy(float, na_value=np.nan), _numbers(condition))
    else:
        wanted = {value.casefold() for value in condition.values}
        levels = sorted(set(values.dropna().astype("str")))
        if unknown := wanted - {level.casefold() for level in levels}:
            named = ", ".join(levels[:SHOWN_LEVELS]) + (", …" if len(levels) > SHOWN_LEVELS else "")
            missing = next(value for value in condition.values if value.casefold() in unknown)
            raise SpecError("where", str(condition), f"“{missing}” is no value of {condition.column} here: {named}")
        equal = values.astype("str").str.casefold().isin(wanted).to_numpy(bool)
    return present & (equal if condition.op == "=" else ~equal)


def select(cohort: Cohort, where: Sequence[Condition], exposure: ExposureSpec) -> Cohort:
    """The patients who meet every condition."""
    keep = np.ones(len(cohort), bool)
    for condition in where:
        keep &= passes(cohort, condition, exposure)
    return cohort.subset(keep)


def _numbers(condition: Condition) -> list[float]:
    try:
        return [float(value) for value in condition.values]
    except ValueError as error:
        raise SpecError("where", str(condition), f"a number, because {condition.column} holds numbers") from error
