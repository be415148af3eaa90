"""Rate ratios by the levels of a factor: the rows of a forest plot."""

from __future__ import annotations

import pandas as pd

from ivig_core.estimate.rates.interaction import forest_rows, overall
from ivig_core.estimate.rates.splits import by_nonprogressive_igg_below
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.factor_splits import igg_before, split_by
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study


def forest(study: Study, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
    """Rate ratios by the levels of one of `factors`, or of everybody ("overall"); see `estimate.rates.subgroup`.

    Raises `SpecError` for a baseline variable that the cohort does not have.
    """
    return study.once(
        "forest", spec.selection, spec.exposure, spec.endpoint, spec.model, factor,
        make=lambda: _forest(study, spec, factor),
    )  # fmt: skip


def forest_igg_before(study: Study, spec: AnalysisSpec, cut: int) -> pd.DataFrame:
    """Rate ratios of patients with functional IgG below `cut` (mg/dL) before the first dose and from it on, also where
    the spec has no such cut-off; last those of whom it is not known. Rows as `forest` gives them for "igg_before"."""
    return study.once(
        "forest_igg_before", spec.selection, spec.exposure, spec.endpoint, spec.model, cut,
        make=lambda: forest_rows(igg_before(study, spec, (cut,)), spec.model),
    )  # fmt: skip


def forest_low_igg_calm(study: Study, spec: AnalysisSpec, cut: int) -> pd.DataFrame:
    """Rate ratios on days with functional IgG of the day below `cut` (mg/dL) and no progression, and on other days, as
    in the 2021 study, also where the spec has no such cut-off. Rows as `forest` gives them for
    "nonprogressive_hgg_days"."""
    more = spec.change(igg_cuts=tuple(sorted({*spec.exposure.igg_cuts, cut})))
    return study.once(
        "forest_low_igg_calm", spec.selection, spec.exposure, spec.endpoint, spec.model, cut,
        make=lambda: forest_rows(by_nonprogressive_igg_below(cut, study.time(more, ("phase", "igg"))), spec.model),
    )  # fmt: skip


def _forest(study: Study, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
    if factor == "overall":
        one = spec.change(window_cuts=())
        return overall(study.time(one), sccs(study, one), spec.model.population)
    return forest_rows(split_by(study, spec, factor), spec.model)
