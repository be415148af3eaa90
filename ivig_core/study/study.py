"""A cohort under analysis: every table of a spec, each computed once for the parts of the spec it depends on."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.errors import SpecError
from ivig_core.persontime.baseline import baseline_columns, baseline_levels, subgroup_columns
from ivig_core.persontime.endpoint import counted_infections
from ivig_core.persontime.split import PersonTime, person_time
from ivig_core.persontime.states import AXES
from ivig_core.spec import IVIG_GROUPS, PATHOGENS, SITES, AnalysisSpec
from ivig_core.study.memo import Memo
from ivig_core.study.select import select

STATE_FACTORS = ("phase", "season", "igg")
INFECTION_FACTORS = ("grade", "pathogen", "site")
DAYS_KEPT, TABLES_KEPT = 64, 256
"""Results of each kind that a study keeps: the settings of one page make about 25 of the first, 20 of the second."""
GRADE_BANDS = {"1-2": (1, 2), "3-5": (3, 5)}


class Study:
    """Analyses of one cohort. Keeps what it computed, so that a changed setting redoes only what needs it."""

    def __init__(self, cohort: Cohort) -> None:
        self.full = cohort
        # Person-time takes far more room than tables, and is not asked for where the table is still known.
        self._days, self._tables = Memo(DAYS_KEPT), Memo(TABLES_KEPT)

    def _once(self, name: str, *parts: Hashable, make: Callable[[], Any]) -> Any:
        memo = self._days if name in ("cohort", "infections", "split", "time") else self._tables
        return memo.get((name, *parts), make)

    def cohort(self, spec: AnalysisSpec) -> Cohort:
        """The patients who meet the baseline filters."""
        where = spec.selection.where
        return self._once("cohort", where, spec.exposure, make=lambda: select(self.full, where, spec.exposure))

    def infections(self, spec: AnalysisSpec) -> pd.DataFrame:
        """Counted infections, one row each; see `counted_infections`."""
        return self._once(
            "infections", spec.selection.where, spec.exposure, spec.endpoint,
            make=lambda: counted_infections(self.cohort(spec), spec.endpoint),
        )  # fmt: skip

    def time(self, spec: AnalysisSpec, axes: tuple[str, ...] = ()) -> PersonTime:
        """Counted person-time with the axes asked for and those that the spec adjusts for or filters on."""
        within = spec.selection.within
        wanted = {*axes, *spec.model.adjust_for, *(item.factor for item in within)}
        axes = tuple(axis for axis in AXES if axis in wanted)
        split = self._once(
            "split", spec.selection, spec.exposure, axes,
            make=lambda: person_time(self.cohort(spec), spec.exposure, axes).within(within),
        )  # fmt: skip
        return self._once(
            "time", spec.selection, spec.exposure, axes, spec.endpoint,
            make=lambda: split.count(self.infections(spec)),
        )  # fmt: skip

    def rates(self, spec: AnalysisSpec) -> pd.DataFrame:
        """Incidence rates by period; see `estimate.rates.rates`."""
        from ivig_core.estimate.rates import rates

        return self._once(
            "rates", spec.selection, spec.exposure, spec.endpoint, spec.model.population, spec.model.rate_ci,
            make=lambda: rates(self.time(spec), spec.model.population, spec.model.rate_ci),
        )  # fmt: skip

    def sccs(self, spec: AnalysisSpec) -> pd.DataFrame:
        """Incidence rate ratios; see `estimate.sccs.sccs`."""
        from ivig_core.estimate.sccs import sccs

        return self._once(
            "sccs", spec.selection, spec.exposure, spec.endpoint, spec.model,
            make=lambda: sccs(self.time(spec), spec.model),
        )  # fmt: skip

    def factors(self, spec: AnalysisSpec) -> tuple[str, ...]:
        """Factors that this cohort can be looked at by, in the order of a forest plot."""
        own = self._once(
            "factors", spec.selection.where, spec.exposure,
            make=lambda: subgroup_columns(self.cohort(spec), spec.exposure),
        )  # fmt: skip
        return (*INFECTION_FACTORS, *STATE_FACTORS, *own)

    def forest(self, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
        """Rate ratios by the levels of one factor ("overall" for everybody); see `estimate.subgroup.forest_rows`."""
        return self._once(
            "forest", spec.selection, spec.exposure, spec.endpoint, spec.model, factor,
            make=lambda: self._forest(spec, factor),
        )  # fmt: skip

    def _forest(self, spec: AnalysisSpec, factor: str) -> pd.DataFrame:
        from ivig_core.estimate.subgroup import by_infection, by_patient, by_state, forest_rows, overall

        if factor == "overall":
            one = spec.change(window_cuts=())
            return overall(self.time(one), self.sccs(one), spec.model.population)
        if factor in STATE_FACTORS:
            split = by_state(factor, self.time(spec, (factor,)))
        elif factor in INFECTION_FACTORS:
            infections = self.infections(spec)
            split = by_infection(factor, self.time(spec), infections, infection_types(infections, factor))
        else:
            split = by_patient(factor, self.time(spec), self.levels(spec, factor))
        return forest_rows(split, spec.model)

    def forest_igg(self, spec: AnalysisSpec, cut: int) -> pd.DataFrame:
        """Rate ratios with functional IgG below `cut` (mg/dL) and from it on, also where the spec has no such cut-off.

        Rows as `forest` gives them, of the factor "igg".
        """
        from ivig_core.estimate.subgroup import by_igg_below, forest_rows

        cuts = tuple(sorted({*spec.exposure.igg_cuts, cut}))
        return self._once(
            "forest_igg", spec.selection, spec.exposure, spec.endpoint, spec.model, cut,
            make=lambda: forest_rows(by_igg_below(cut, self.time(spec.change(igg_cuts=cuts), ("igg",))), spec.model),
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
        return self._once(
            "survival", spec.selection.where, spec.exposure, spec.endpoint, spec.survival,
            make=lambda: self._survival(spec),
        )  # fmt: skip

    def _survival(self, spec: AnalysisSpec) -> Any:
        from ivig_core.estimate.landmark import survival_data
        from ivig_core.estimate.survival_tables import survival_tables

        part = spec.survival
        named = part.survival_group in (*IVIG_GROUPS, "none")
        labels = None if named else self.levels(spec, part.survival_group)
        data = survival_data(
            self.cohort(spec),
            self.infections(spec),
            part.survival_event,
            part.survival_group,
            part.landmark_day,
            labels,
        )
        return survival_tables(data, part.rmst_days)

    def attrition(self, spec: AnalysisSpec) -> pd.DataFrame:
        """What each step of the analysis leaves; see `study.attrition.attrition`."""
        from ivig_core.study.attrition import attrition

        return self._once(
            "attrition", spec.selection, spec.exposure, spec.endpoint,
            make=lambda: attrition(self, spec),
        )  # fmt: skip


def infection_types(infections: pd.DataFrame, factor: str) -> pd.Categorical:
    """Type of each infection by grade band, pathogen or site; types that do not occur are no categories."""
    if factor == "grade":
        grade = infections["grade"].to_numpy(float)
        code = np.full(len(grade), -1)
        for number, (low, high) in enumerate(GRADE_BANDS.values()):
            code[(grade >= low) & (grade <= high)] = number
        types = pd.Categorical.from_codes(code, list(GRADE_BANDS))
    else:
        types = pd.Categorical(infections[factor], categories=PATHOGENS if factor == "pathogen" else SITES)
    return types.remove_unused_categories()
