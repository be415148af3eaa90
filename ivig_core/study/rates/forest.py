"""Rate ratios by the levels of a factor: the rows of a forest plot."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ivig_core.estimate.rates.interaction import forest_rows, overall
from ivig_core.estimate.rates.splits import by_nonprogressive_igg_below
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.factor_splits import igg_before, split_by
from ivig_core.study.rates.intervals_in_force import as_shown, because
from ivig_core.study.rates.models import sccs_on_ivig
from ivig_core.study.study import Study


def forest(study: Study, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
    """Rate ratios by the levels of one of `factors`, or of everybody ("overall"), with the intervals in force
    (`intervals_in_force.as_shown`); see `estimate.rates.interaction`.

    Raises `SpecError` for a baseline variable that the cohort does not have.
    """
    return shown(study, spec, lambda now: forest_as_set(study, now, factor))


def forest_as_set(study: Study, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
    """As `forest`, with the intervals that `ci_method` says."""
    return study.once(
        "forest", spec.selection, spec.exposure, spec.endpoint, spec.model, factor,
        make=lambda: _forest(study, spec, factor),
    )  # fmt: skip


def forest_igg_before(study: Study, spec: AnalysisSpec, cut: int) -> pd.DataFrame:
    """Rate ratios of patients with functional IgG below `cut` (mg/dL) before the first dose and from it on, also where
    the spec has no such cut-off; last those of whom it is not known. Rows as `forest` gives them for "igg_before"."""

    def make(now: AnalysisSpec) -> pd.DataFrame:
        return study.once(
            "forest_igg_before", now.selection, now.exposure, now.endpoint, now.model, cut,
            make=lambda: forest_rows(igg_before(study, now, (cut,)), now.model),
        )  # fmt: skip

    return shown(study, spec, make)


def forest_low_igg_calm(study: Study, spec: AnalysisSpec, cut: int) -> pd.DataFrame:
    """Rate ratios on days with functional IgG of the day below `cut` (mg/dL) and no progression, and on other days, as
    in the 2021 study, also where the spec has no such cut-off. Rows as `forest` gives them for
    "nonprogressive_hgg_days"."""

    def make(now: AnalysisSpec) -> pd.DataFrame:
        more = now.change(igg_cuts=tuple(sorted({*now.exposure.igg_cuts, cut})))
        return study.once(
            "forest_low_igg_calm", now.selection, now.exposure, now.endpoint, now.model, cut,
            make=lambda: forest_rows(by_nonprogressive_igg_below(cut, study.time(more, ("phase", "igg"))), now.model),
        )  # fmt: skip

    return shown(study, spec, make)


def shown(study: Study, spec: AnalysisSpec, make: Callable[[AnalysisSpec], pd.DataFrame]) -> pd.DataFrame:
    """Rows made under the settings as they are shown, those with another interval for it saying why."""
    now = as_shown(study, spec)
    table = make(now)
    return table if now is spec else because(table)


def _forest(study: Study, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
    if factor == "overall":
        one = spec.change(window_cuts=())
        return overall(study.time(one), sccs_on_ivig(study, one), spec.model.population)
    return forest_rows(split_by(study, spec, factor), spec.model)
