"""A cohort under analysis, with its person-time and its memory. Every analysis is a function `name(study, spec, …)`."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

import pandas as pd

from ivig_core.cohort.cohort import Cohort
from ivig_core.persontime.endpoint import counted_infections
from ivig_core.persontime.split import PersonTime, person_time
from ivig_core.persontime.states import AXES, axes_of
from ivig_core.spec import AnalysisSpec
from ivig_core.study.memo import Memo
from ivig_core.study.select import select

T = TypeVar("T")

DAYS_KEPT, TABLES_KEPT = 64, 256
"""Results of each kind that a study keeps: the settings of one page make about 25 of the first, 20 of the second."""


class Study:
    """One cohort, its person-time and what was computed from it, so that a changed setting redoes only what needs it.

    `full` is the whole cohort; `cohort`, `infections` and `time` are what a spec leaves of it.
    """

    def __init__(self, cohort: Cohort) -> None:
        self.full = cohort
        # Person-time takes far more room than tables, and is not asked for where the table is still known.
        self._days, self._tables = Memo(DAYS_KEPT), Memo(TABLES_KEPT)

    def once(self, name: str, *parts: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, computed once for these parts of a spec: analyses keep their tables here.

        The same `name` with the same `parts` must always be made by the same analysis.
        """
        memo = self._days if name in ("cohort", "infections", "split", "time") else self._tables
        return memo.get((name, *parts), make)

    def cohort(self, spec: AnalysisSpec) -> Cohort:
        """The patients who meet the baseline filters."""
        where = spec.selection.where
        return self.once("cohort", *_who(spec), make=lambda: select(self.full, where, spec.exposure))

    def infections(self, spec: AnalysisSpec) -> pd.DataFrame:
        """Counted infections, one row each; see `counted_infections`."""
        return self.once(
            "infections", *_who(spec), spec.endpoint,
            make=lambda: counted_infections(self.cohort(spec), spec.endpoint),
        )  # fmt: skip

    def time(self, spec: AnalysisSpec, axes: tuple[str, ...] = ()) -> PersonTime:
        """Counted person-time with the axes asked for and those that the spec adjusts for or filters on."""
        within = spec.selection.within
        wanted = {*axes, *axes_of(spec.model.adjust_for), *(item.factor for item in within)}
        axes = tuple(axis for axis in AXES if axis in wanted)
        split = self.once(
            "split", spec.selection, spec.exposure, axes,
            make=lambda: person_time(self.cohort(spec), spec.exposure, axes).within(within),
        )  # fmt: skip
        return self.once(
            "time", spec.selection, spec.exposure, axes, spec.endpoint,
            make=lambda: split.count(self.infections(spec)),
        )  # fmt: skip


def _who(spec: AnalysisSpec) -> tuple[Hashable, ...]:
    """What the choice of patients depends on: of the exposure only how IgG at the start is read, a filter's value."""
    return spec.selection.where, spec.exposure.igg_blank_heavy_chain
