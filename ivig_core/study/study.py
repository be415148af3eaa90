"""A cohort under analysis: every table of a spec, each computed once for the parts of the spec it depends on."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import SpecError
from ivig_core.persontime.baseline import BASELINE_IGG, baseline_columns, baseline_levels, subgroup_columns
from ivig_core.persontime.endpoint import counted_infections
from ivig_core.persontime.split import PersonTime, person_time
from ivig_core.persontime.states import AXES
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec
from ivig_core.study.memo import Memo
from ivig_core.study.rates.factors import BASELINE_HGG, NOT_OF_PATIENTS
from ivig_core.study.select import select

DAYS_KEPT, TABLES_KEPT = 64, 256
"""Results of each kind that a study keeps: the settings of one page make about 25 of the first, 20 of the second."""


class Study:
    """Analyses of one cohort. Keeps what it computed, so that a changed setting redoes only what needs it."""

    def __init__(self, cohort: Cohort) -> None:
        self.full = cohort
        # Person-time takes far more room than tables, and is not asked for where the table is still known.
        self._days, self._tables = Memo(DAYS_KEPT), Memo(TABLES_KEPT)

    def once(self, name: str, *parts: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives, computed once for these parts of a spec; analyses of this package keep theirs here too."""
        memo = self._days if name in ("cohort", "infections", "split", "time") else self._tables
        return memo.get((name, *parts), make)

    def cohort(self, spec: AnalysisSpec) -> Cohort:
        """The patients who meet the baseline filters."""
        where = spec.selection.where
        return self.once("cohort", where, spec.exposure, make=lambda: select(self.full, where, spec.exposure))

    def infections(self, spec: AnalysisSpec) -> pd.DataFrame:
        """Counted infections, one row each; see `counted_infections`."""
        return self.once(
            "infections", spec.selection.where, spec.exposure, spec.endpoint,
            make=lambda: counted_infections(self.cohort(spec), spec.endpoint),
        )  # fmt: skip

    def time(self, spec: AnalysisSpec, axes: tuple[str, ...] = ()) -> PersonTime:
        """Counted person-time with the axes asked for and those that the spec adjusts for or filters on."""
        within = spec.selection.within
        wanted = {*axes, *spec.model.adjust_for, *(item.factor for item in within)}
        axes = tuple(axis for axis in AXES if axis in wanted)
        split = self.once(
            "split", spec.selection, spec.exposure, axes,
            make=lambda: person_time(self.cohort(spec), spec.exposure, axes).within(within),
        )  # fmt: skip
        return self.once(
            "time", spec.selection, spec.exposure, axes, spec.endpoint,
            make=lambda: split.count(self.infections(spec)),
        )  # fmt: skip

    def rates(self, spec: AnalysisSpec) -> pd.DataFrame:
        """Incidence rates by period; see `estimate.rates.rates`."""
        from ivig_core.estimate.rates.rates import rates

        return self.once(
            "rates", spec.selection, spec.exposure, spec.endpoint, spec.model.population, spec.model.rate_ci,
            make=lambda: rates(self.time(spec), spec.model.population, spec.model.rate_ci),
        )  # fmt: skip

    def sccs(self, spec: AnalysisSpec) -> pd.DataFrame:
        """Incidence rate ratios; see `estimate.sccs.sccs`."""
        from ivig_core.estimate.rates.sccs import sccs

        return self.once(
            "sccs", spec.selection, spec.exposure, spec.endpoint, spec.model,
            make=lambda: sccs(self.time(spec), spec.model),
        )  # fmt: skip

    def factors(self, spec: AnalysisSpec) -> tuple[str, ...]:
        """Factors that this cohort can be looked at by, in the order of a forest plot."""
        baseline = self.once(
            "factors", spec.selection.where, spec.exposure,
            make=lambda: subgroup_columns(self.cohort(spec), spec.exposure),
        )  # fmt: skip
        hgg = (BASELINE_HGG,) if BASELINE_IGG in baseline else ()
        return (*NOT_OF_PATIENTS, *hgg, *baseline)

    def forest(self, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
        """Rate ratios by the levels of one factor ("overall" for everybody); see `estimate.subgroup.forest_rows`."""
        return self.once(
            "forest", spec.selection, spec.exposure, spec.endpoint, spec.model, factor,
            make=lambda: self._forest(spec, factor),
        )  # fmt: skip

    def _forest(self, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
        from ivig_core.estimate.rates.subgroup import forest_rows, overall
        from ivig_core.study.rates.subgroups import split_by

        if factor == "overall":
            one = spec.change(window_cuts=())
            return overall(self.time(one), self.sccs(one), spec.model.population)
        return forest_rows(split_by(self, spec, factor), spec.model)

    def forest_igg(self, spec: AnalysisSpec, cut: int) -> pd.DataFrame:
        """Rate ratios with functional IgG below `cut` (mg/dL) and from it on, also where the spec has no such cut-off.

        Rows as `forest` gives them, of the factor "igg".
        """
        from ivig_core.estimate.rates.splits import by_igg_below
        from ivig_core.estimate.rates.subgroup import forest_rows

        more = spec.change(igg_cuts=tuple(sorted({*spec.exposure.igg_cuts, cut})))
        return self.once(
            "forest_igg", spec.selection, spec.exposure, spec.endpoint, spec.model, cut,
            make=lambda: forest_rows(by_igg_below("igg", cut, self.time(more, ("igg",))), spec.model),
        )  # fmt: skip

    def levels(self, spec: AnalysisSpec, column: str) -> pd.Categorical:
        """Level of each selected patient of a baseline variable; `SpecError` for one that the cohort does not have."""
        cohort = self.cohort(spec)
        known = baseline_columns(cohort)
        if column not in known:
            raise SpecError("survival_group", column, f"one of none, {', '.join(IVIG_GROUPS)}, {', '.join(known)}")
        return baseline_levels(cohort, column, spec.exposure)

    def survival(self, spec: AnalysisSpec) -> Any:
        """Kaplan–Meier curves with all their tables; see `estimate.survival_tables.SurvivalTables`.

        Raises `EstimationError` where the event or the groups cannot be formed from this cohort.
        """
        from ivig_core.estimate.survival.tables import survival_tables

        return self.once(
            "survival", spec.selection.where, spec.exposure, spec.endpoint, spec.survival,
            make=lambda: survival_tables(self.survival_data(spec), spec.survival.rmst_days),
        )  # fmt: skip

    def survival_data(self, spec: AnalysisSpec) -> Any:
        """Times, causes and groups that the curves are made from; see `estimate.landmark.survival_data`.

        Raises `EstimationError` as `survival`.
        """
        from ivig_core.estimate.survival.landmark import survival_data

        part = spec.survival
        named = part.survival_group in (*IVIG_GROUPS, "none")
        labels = None if named else self.levels(spec, part.survival_group)
        return survival_data(
            self.cohort(spec),
            self.infections(spec),
            part.survival_event,
            part.survival_group,
            part.landmark_day,
            labels,
        )

    def attrition(self, spec: AnalysisSpec) -> pd.DataFrame:
        """What each step of the analysis leaves; see `study.attrition.attrition`."""
        from ivig_core.study.attrition import attrition

        return self.once(
            "attrition", spec.selection, spec.exposure, spec.endpoint,
            make=lambda: attrition(self, spec),
        )  # fmt: skip
