"""The level that each patient has of a baseline variable."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.persontime import igg as persontime_igg
from ivig_core.persontime.baseline import (
    BASELINE_IGG,
    baseline_columns,
    baseline_levels,
    baseline_values,
    subgroup_columns,
)
from ivig_core.persontime.block import Block
from ivig_core.persontime.doses import first_dose_day
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec
from ivig_core.study.study import Study

MOST_OWN_LEVELS = 60
"""Levels of the user's own columns in a table of everything: each is a term of a fit, and of 60 three look significant
by chance."""


def levels(study: Study, spec: AnalysisSpec, column: str) -> pd.Categorical:
    """Level of each selected patient of a baseline variable; `SpecError` for one that the cohort does not have."""
    cohort = study.cohort(spec)
    known = baseline_columns(cohort)
    if column not in known:
        raise SpecError("survival_group", column, f"one of none, {', '.join(IVIG_GROUPS)}, {', '.join(known)}")
    return baseline_levels(cohort, column, spec.exposure)


def igg_at_start(study: Study, spec: AnalysisSpec) -> np.ndarray:
    """Functional IgG of each selected patient at the start (mg/dL, NaN where unknown); `persontime.igg.baseline_igg`.

    Made once for all settings of exposure that do not change how IgG is read.
    """
    return study.once(
        "igg_at_start_values", spec.selection.where, spec.exposure.igg_blank_heavy_chain,
        make=lambda: baseline_values(study.cohort(spec), BASELINE_IGG, spec.exposure).to_numpy(float),
    )  # fmt: skip


def igg_before_ivig(study: Study, spec: AnalysisSpec) -> np.ndarray:
    """Functional IgG of each selected patient before any dose (mg/dL, NaN where unknown), as
    `persontime.igg.igg_before_ivig`."""

    def make() -> np.ndarray:
        cohort = study.cohort(spec)
        return persontime_igg.igg_before_ivig(Block(cohort, 0, len(cohort)), spec.exposure, first_dose_day(cohort))

    return study.once(
        "igg_before_values", spec.selection.where, spec.exposure.igg_blank_heavy_chain, spec.exposure.igg_carry_days,
        make=make,
    )  # fmt: skip


def own_left_out(study: Study, spec: AnalysisSpec, asked: Collection[str] = ()) -> tuple[str, ...]:
    """The user's own columns that could be subgroups and are in a table of everything only if `asked` for.

    A file may have hundreds. Those with the fewest levels come first, then in the order of the file, as long as they
    have at most `MOST_OWN_LEVELS` levels together.
    """
    counts = study.once(
        "own_levels", spec.selection.where, spec.exposure.igg_blank_heavy_chain, make=lambda: _own_levels(study, spec)
    )
    left, left_out = MOST_OWN_LEVELS, set[str]()
    for name in sorted(counts, key=lambda name: counts[name]):
        left -= counts[name]
        if left < 0:
            left_out.add(name)
    return tuple(name for name in counts if name in left_out.difference(asked))


def _own_levels(study: Study, spec: AnalysisSpec) -> dict[str, int]:
    cohort = study.cohort(spec)
    own = [name for name in subgroup_columns(cohort, spec.exposure) if name in cohort.own_baseline]
    return {name: len(baseline_levels(cohort, name, spec.exposure).categories) for name in own}
