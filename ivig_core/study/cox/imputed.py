"""Hazard ratios of a model of several variables with missing values imputed, beside those of complete cases."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.contrast import OK
from ivig_core.estimate.cox.data import EVER, Covariate
from ivig_core.estimate.cox.regression import CoxRow, cox_model
from ivig_core.estimate.missing.chained import impute, tables_needed
from ivig_core.estimate.missing.hazard import outcome_columns
from ivig_core.estimate.missing.rubin import pooled
from ivig_core.estimate.missing.variables import Completed, Incomplete
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import Design, covariates_of
from ivig_core.study.cox.question import IVIG_TERMS, CoxQuestion
from ivig_core.study.cox.ratios import MULTIVARIABLE, UNIVARIABLE
from ivig_core.study.cox.summary import cox_summary
from ivig_core.study.study import Study
from ivig_core.terms import ON

IMPUTED_COLUMNS = ("hr", "ci_low", "ci_high", "p_value", "log_hr", "se", "df", "missing_information")
ALONE_ONLY = "one variable alone has nothing that its missing values could be drawn from: choose a second one"
COMPLETE = "nobody lacks a value of these variables: there is nothing to impute"
DRAWING, FITTING = 0.7, 0.3
"""Shares of the work."""


@dataclass(frozen=True, eq=False)
class CoxImputed:
    """A Cox analysis of complete cases and with missing values imputed.

    `rows`: those of `CoxSummary.rows` of the variables of the model of several, alone and together, and of each the same
    ratio from `tables` completed tables in `imputed_` and the names of `IMPUTED_COLUMNS`, with `imputed_status` and
    `imputed_note`; NaN where there is none. A variable alone of which nobody lacks a value has none: it would be the
    same ratio.

    `patients` at risk, `complete` of them with all values; `lacking`: patients without a value, by variable that has
    gaps. `why_not`: the sentence where nothing was imputed; `tables` is 0 then.
    """

    rows: pd.DataFrame
    tables: int
    patients: int
    complete: int
    lacking: dict[str, int]
    why_not: str = ""


def cox_imputed(
    study: Study, spec: AnalysisSpec, question: CoxQuestion, progress: Callable[[float], None] = lambda share: None
) -> CoxImputed:
    """The model of several of a question, and each of its variables alone, by multiple imputation.

    Values are missing at random given the variables of the model, IVIG as the question has it, the event and the
    cumulative hazard (`missing.hazard.outcome_columns`); drawn by chained equations (`missing.chained.impute`) with a
    seed of its own, so that the same question has the same answer; each completed table is fitted as the complete cases
    are, and the ratios are put together by Rubin's rules with events less terms as the degrees of freedom without a
    missing value (as R's `mice::pool` has them of `coxph`).

    Raises as `cox_summary`.
    """
    return study.once(
        "cox_imputed", *question.parts(spec), make=lambda: _imputed(study, spec, question, progress)
    )  # fmt: skip


def _imputed(study: Study, spec: AnalysisSpec, question: CoxQuestion, progress: Callable[[float], None]) -> CoxImputed:
    summary = cox_summary(study, spec, question)
    rows = summary.rows[summary.rows["variable"].isin(question.together).to_numpy()].reset_index(drop=True)
    if not question.together:
        return CoxImputed(_joined(rows, {}), 0, summary.patients, summary.patients, {}, ALONE_ONLY)
    design = question.design(study, spec)
    items = covariates_of(study, spec, design, question.together, question.choice)
    table = _Table(design, items)
    complete = summary.patients if summary.complete is None else summary.complete
    nothing = CoxImputed(_joined(rows, {}), 0, summary.patients, complete, table.lacking)
    if not table.lacking:
        return replace(nothing, why_not=COMPLETE)
    if not summary.events:
        return replace(nothing, why_not=f"no patient had {design.event_words}: nothing to compare")
    tables = tables_needed(1 - complete / summary.patients)
    try:
        completed = impute(table.variables, table.also, tables, progress=lambda share: progress(DRAWING * share))
    except EstimationError as error:
        return replace(nothing, why_not=str(error))
    fits: dict[tuple[str, str], list[CoxRow]] = {}
    for number in range(tables):
        for row in table.fitted(completed, number, question.robust):
            fits.setdefault((row.model, row.term), []).append(row)
        progress(DRAWING + FITTING * (number + 1) / tables)
    found = {key: _pooled(several, len(table.terms(key[0], key[1]))) for key, several in fits.items()}
    return replace(nothing, rows=_joined(rows, found), tables=tables)


class _Table:
    """The patients of a design and the covariates of a model, as imputation needs them."""

    def __init__(self, design: Design, items: Sequence[Covariate]) -> None:
        self._design, self._items = design, items
        _, self._first, self._of_row = np.unique(design.rows.patient, return_index=True, return_inverse=True)
        mine = [item for item in items if item.terms and item.name not in IVIG_TERMS]
        self.variables = [_incomplete(item.take(self._first)) for item in mine]
        gaps = {variable.name: int(variable.missing.sum()) for variable in self.variables}
        self.lacking = {name: number for name, number in gaps.items() if number}
        self.also = self._known()

    def _known(self) -> np.ndarray:
        """The outcome, and IVIG where it is in the model."""
        ivig = next((item for item in self._items if item.name in IVIG_TERMS), None)
        inside = ivig.columns[:, 0] == 1 if ivig is not None else None
        if ivig is not None and ivig.name in (ON, EVER):
            return outcome_columns(self._design.rows, inside)
        fixed = [] if inside is None else [inside[self._first].astype(float)[:, None]]
        return np.hstack([outcome_columns(self._design.rows), *fixed])

    def terms(self, model: str, term: str) -> list[str]:
        """Terms of the model that a term is in."""
        several = [item.terms for item in self._items if model == MULTIVARIABLE or term in item.terms]
        return [name for terms in several for name in terms]

    def fitted(self, completed: Completed, number: int, robust: bool) -> list[CoxRow]:
        """Rows of the model of several and of each variable with gaps alone, in one completed table."""
        items = [self._filled(item, completed, number) for item in self._items]
        models = [(MULTIVARIABLE, items), *((UNIVARIABLE, [i]) for i in items if i.name in completed.source)]
        rows, words = self._design.rows, self._design.event_words
        fits = [cox_model(name, rows, several, words, robust=robust) for name, several in models]
        return [row for fit in fits for row in fit.rows]

    def _filled(self, item: Covariate, completed: Completed, number: int) -> Covariate:
        if item.name not in completed.source:
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


def _pooled(rows: Sequence[CoxRow], terms: int) -> dict[str, object]:
    """Numbers of one term from all tables, or why there are none."""
    without = [row for row in rows if row.status != OK or row.se is None]
    if without:
        first, tables = without[0], f"{len(without):,} of {len(rows):,} completed tables"
        return {"imputed_status": first.status, "imputed_note": f"no finite ratio in {tables}: {first.note}"}
    found = pooled(
        np.array([row.log_hr for row in rows], float), np.array([row.se for row in rows], float) ** 2,
        max(rows[0].events - terms, 1),
    )  # fmt: skip
    numbers = (
        math.exp(found.estimate), math.exp(found.low), math.exp(found.high), found.p_value, found.estimate, found.se,
        found.df, found.missing_information,
    )  # fmt: skip
    named = {f"imputed_{name}": value for name, value in zip(IMPUTED_COLUMNS, numbers, strict=True)}
    return {"imputed_status": OK, "imputed_note": "", **named}


def _joined(rows: pd.DataFrame, found: dict[tuple[str, str], dict[str, object]]) -> pd.DataFrame:
    none = {"imputed_status": "", "imputed_note": ""}
    more = [found.get((row.model, row.term), none) for row in rows[["model", "term"]].itertuples()]
    names = [f"imputed_{name}" for name in IMPUTED_COLUMNS]
    table = pd.DataFrame(more, columns=[*none, *names], index=rows.index)
    return pd.concat([rows, table.astype(dict.fromkeys(names, float))], axis=1)
