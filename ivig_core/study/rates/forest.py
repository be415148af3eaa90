"""Rate ratios by the levels of a factor: the rows of a forest plot."""

from __future__ import annotations

import pandas as pd

from ivig_core.estimate.rates.interaction import forest_rows, overall
from ivig_core.estimate.rates.splits import by_igg_below
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.factor_splits import split_by
from ivig_core.study.rates.models import sccs_of
from ivig_core.study.study import Study
from ivig_core.terms import ON


def forest(study: Study, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
    """Rate ratios by the levels of one of `factors`, or of everybody ("overall"); see `estimate.rates.subgroup`.

    Raises `SpecError` for a baseline variable that the cohort does not have.
    """
    return study.once(
        "forest", spec.selection, spec.exposure, spec.endpoint, spec.model, factor,
        make=lambda: _forest(study, spec, factor),
    )  # fmt: skip


def forest_igg(study: Study, spec: AnalysisSpec, cut: int) -> pd.DataFrame:
    """Rate ratios with functional IgG below `cut` (mg/dL) and from it on, also where the spec has no such cut-off.

    Rows as `forest` gives them, of the factor "igg".
    """
    more = spec.change(igg_cuts=tuple(sorted({*spec.exposure.igg_cuts, cut})))
    return study.once(
        "forest_igg", spec.selection, spec.exposure, spec.endpoint, spec.model, cut,
        make=lambda: forest_rows(by_igg_below("igg", cut, study.time(more, ("igg",))), spec.model),
    )  # fmt: skip


def _forest(study: Study, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
    if factor == "overall":
        one = spec.change(window_cuts=())
        return overall(study.time(one), sccs_of(study, one, ON), spec.model.population)
    return forest_rows(split_by(study, spec, factor), spec.model)
