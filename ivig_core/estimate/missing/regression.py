"""Cox regression in completed tables, put together: what missing covariates leave of each hazard ratio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ivig_core.estimate.contrast import OK
from ivig_core.estimate.cox.data import Covariate
from ivig_core.estimate.cox.regression import CoxRow, cox_model
from ivig_core.estimate.missing.chained import SEED, impute
from ivig_core.estimate.missing.hazard import outcome_columns
from ivig_core.estimate.missing.rubin import Pooled, pooled
from ivig_core.estimate.missing.variables import Completed, Incomplete
from ivig_core.estimate.rates.counting import CountingRows

DRAWING, FITTING = 0.7, 0.3
"""Shares of the work."""


@dataclass(frozen=True)
class PooledRow:
    """Log hazard ratio of a term, or the status and the sentence that stand in its place."""

    status: str
    found: Pooled | None = None
    note: str = ""


Alone = dict[str, PooledRow]


class Gaps:
    """Rows at risk with covariates some of which are missing.

    `variables`: the covariates of patients as imputation takes them; `varying`, the one that changes within patients
    and is known of all, is none of them. `lacking`: patients without a value by covariate that has gaps; `patients` in
    all, `complete` of them without a gap. `left_out`: the reason by covariate that no model can use.
    """

    def __init__(
        self, rows: CountingRows, covariates: Sequence[Covariate], event_words: str, varying: Covariate | None = None
    ) -> None:
        self._rows, self._words = rows, event_words
        self._items = [item for item in covariates if item.terms]
        self.left_out = {item.name: item.why_none for item in covariates if not item.terms}
        self._varying = varying
        _, self._first, self._of_row = np.unique(rows.patient, return_index=True, return_inverse=True)
        self.variables = [_incomplete(item.take(self._first)) for item in self._items if item is not varying]
        gaps = {variable.name: variable.missing for variable in self.variables if variable.missing.any()}
        self.lacking = {name: int(missing.sum()) for name, missing in gaps.items()}
        self.patients = len(self._first)
        self.complete = self.patients - int(np.logical_or.reduce([np.zeros(self.patients, bool), *gaps.values()]).sum())

    def ratios(
        self,
        tables: int,
        *,
        robust: bool = False,
        seed: int = SEED,
        progress: Callable[[float], None] = lambda share: None,
    ) -> tuple[Alone, Alone]:
        """Each covariate with gaps alone, and all together: pooled rows by term.

        Gaps are drawn given the other covariates and the outcome (`outcome_columns`), each completed table is fitted as
        `cox_model` does, and the coefficients are put together by Rubin's rules. Their degrees of freedom without a
        missing value are events less terms, as R's `mice::pool` takes them of `coxph`. A term without a finite ratio in
        one table has none.

        Raises `EstimationError` as `impute`.
        """
        inside = None if self._varying is None else self._varying.columns[:, 0] == 1
        outcome = outcome_columns(self._rows, inside)
        completed = impute(self.variables, outcome, tables, seed, lambda share: progress(DRAWING * share))
        alone: dict[str, list[CoxRow]] = {}
        together: dict[str, list[CoxRow]] = {}
        for number in range(tables):
            items = [self._filled(item, completed, number) for item in self._items]
            self._fit(items, robust, together)
            for item in items:
                if item.name in self.lacking:
                    self._fit([item], robust, alone)
            progress(DRAWING + FITTING * (number + 1) / tables)
        width = {term: len(item.terms) for item in self._items for term in item.terms}
        return (
            {term: _put_together(rows, width[term]) for term, rows in alone.items()},
            {term: _put_together(rows, len(width)) for term, rows in together.items()},
        )

    def _fit(self, items: Sequence[Covariate], robust: bool, found: dict[str, list[CoxRow]]) -> None:
        for row in cox_model("", self._rows, items, self._words, robust=robust, limits=False).rows:
            found.setdefault(row.term, []).append(row)

    def _filled(self, item: Covariate, completed: Completed, number: int) -> Covariate:
        if item.name not in self.lacking:
            return item
        source, columns = completed.source[item.name][number], item.columns[self._first].copy()
        blank = np.isnan(columns).any(axis=1)
        if item.places is None:
            columns[blank] = columns[source]
        else:
            columns[blank] = source[:, None] == np.arange(1, columns.shape[1] + 1)
        return replace(item, columns=columns[self._of_row])


def _incomplete(item: Covariate) -> Incomplete:
    """A covariate, one row per patient, as a variable with gaps."""
    if item.places is None:
        return Incomplete(item.name, item.columns[:, 0])
    code = (item.columns * np.arange(1, item.columns.shape[1] + 1)).sum(axis=1)
    return Incomplete(item.name, code, item.columns.shape[1] + 1)


def _put_together(rows: Sequence[CoxRow], terms: int) -> PooledRow:
    without = [row for row in rows if row.status != OK or row.se is None]
    if without:
        why = f"no finite ratio in {len(without):,} of {len(rows):,} completed tables: {without[0].note}"
        return PooledRow(without[0].status, note=why)
    values = np.array([[row.log_hr, row.se] for row in rows], float).T
    return PooledRow(OK, pooled(values[0], values[1] ** 2, max(rows[0].events - terms, 1)))
