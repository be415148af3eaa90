"""Baseline variables of patients: values for filters, levels for subgroups."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from ivig_core.cohort.baseline_columns import BASELINE
from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.columns import BY_NAME
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import first_dose_day
from ivig_core.persontime.igg import baseline_igg
from ivig_core.spec import ExposureSpec
from ivig_core.terms import IGG_UNKNOWN, igg_levels, label

BASELINE_IGG = "baseline_igg"
MAX_LEVELS = 20
FEW_VALUES = 6
QUARTILES = (0.25, 0.5, 0.75)


def baseline_columns(cohort: Cohort) -> tuple[str, ...]:
    """Every variable that filters and groups may name: those of the format, the user's own, and `baseline_igg`."""
    return (*(column.name for column in BASELINE), BASELINE_IGG, *cohort.own_baseline)


def baseline_values(cohort: Cohort, column: str, exposure: ExposureSpec) -> pd.Series:
    """One value per patient: float64 for numbers, text otherwise; missing as NaN or None."""
    if column != BASELINE_IGG:
        return cohort.patients[column]
    return pd.Series(baseline_igg(Block(cohort, 0, len(cohort)), exposure, first_dose_day(cohort)))


def baseline_levels(cohort: Cohort, column: str, exposure: ExposureSpec, banded: bool = False) -> pd.Categorical:
    """Level of each patient, missing where the value is.

    Text: its values, in the order of the format's list or of the alphabet. Numbers: each value where there are at most
    six, else the bands of the format, or for the user's own quarters of the patients. Age, years and weight: bands;
    with `banded` every number that the format has bands for.
    """
    values = baseline_values(cohort, column, exposure)
    if column == BASELINE_IGG:
        return _igg_levels(values.to_numpy(float), exposure)
    if pd.api.types.is_numeric_dtype(values):
        return _number_levels(values.to_numpy(float), column, banded)
    present = set(values.dropna().unique())
    listed = BY_NAME[column].allowed if column in BY_NAME else ()
    order = [*(value for value in listed if value in present), *sorted(present.difference(listed))]
    return pd.Categorical(values, categories=order)


def subgroup_columns(cohort: Cohort, exposure: ExposureSpec) -> tuple[str, ...]:
    """Variables with 2 to 20 levels in this cohort: those that can be offered as subgroups."""
    counts = {column: _level_count(cohort, column, exposure) for column in baseline_columns(cohort)}
    return tuple(column for column, count in counts.items() if 2 <= count <= MAX_LEVELS)


def _level_count(cohort: Cohort, column: str, exposure: ExposureSpec) -> int:
    """How many levels; of text counted without making them, since a file may have hundreds of columns of it."""
    if column != BASELINE_IGG and not pd.api.types.is_numeric_dtype(cohort.patients[column]):
        return int(cohort.patients[column].nunique())
    return len(baseline_levels(cohort, column, exposure).categories)


def _igg_levels(values: np.ndarray, exposure: ExposureSpec) -> pd.Categorical:
    names = [label(name) for name in igg_levels(exposure.igg_cuts) if name != IGG_UNKNOWN]
    code = np.searchsorted(np.array(exposure.igg_cuts), values, side="right")
    code[np.isnan(values)] = -1
    return pd.Categorical.from_codes(code, names).remove_unused_categories()


def _number_levels(values: np.ndarray, column: str, banded: bool) -> pd.Categorical:
    distinct = np.unique(values[~np.isnan(values)])
    listed = BY_NAME.get(column)
    measured = listed is not None and (listed.type == "number" or (banded and bool(listed.bands)))
    if not measured and len(distinct) <= FEW_VALUES:
        code = np.where(np.isnan(values), -1, np.searchsorted(distinct, values))
        return pd.Categorical.from_codes(code, [f"{value:g}" for value in distinct])
    if listed is not None and listed.bands:
        names = [band.label for band in BY_NAME[column].bands]
        return pd.Categorical.from_codes(BY_NAME[column].band_codes(values), names).remove_unused_categories()
    cuts = np.unique(np.quantile(distinct if len(distinct) < 8 else values[~np.isnan(values)], QUARTILES))
    return pd.Categorical.from_codes(
        np.where(np.isnan(values), -1, np.searchsorted(cuts, values, side="right")), _between(cuts)
    ).remove_unused_categories()


def _between(cuts: np.ndarray) -> list[str]:
    middle = [f"{low:g}–<{high:g}" for low, high in pairwise(cuts)]
    return [f"<{cuts[0]:g}", *middle, f"≥{cuts[-1]:g}"]
