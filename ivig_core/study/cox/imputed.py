"""Hazard ratios of a model of several variables with missing values imputed, beside those of complete cases."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.cox.data import EVER
from ivig_core.estimate.missing.chained import tables_needed
from ivig_core.estimate.missing.regression import Gaps, PooledRow
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import covariates_of
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.cox.ratios import MULTIVARIABLE, UNIVARIABLE
from ivig_core.study.cox.summary import CoxSummary, cox_summary
from ivig_core.study.study import Study
from ivig_core.terms import ON

IMPUTED_NUMBERS = ("hr", "ci_low", "ci_high", "p_value", "log_hr", "se", "df", "missing_information")
IMPUTED_COLUMNS = ("imputed_status", "imputed_note", *(f"imputed_{name}" for name in IMPUTED_NUMBERS))
ALONE_ONLY = "one variable alone has nothing that its missing values could be drawn from: choose a second one"
COMPLETE = "nobody lacks a value of the variables that can be compared"


@dataclass(frozen=True, eq=False)
class CoxImputed:
    """A Cox analysis of complete cases and with missing values imputed.

    `rows`: those of `CoxSummary.rows` of the variables of the model of several, alone and together, and of each the
    same ratio from `tables` completed tables in `IMPUTED_COLUMNS`, NaN where there is none. A variable of which nobody
    lacks a value has none alone: it would be the same ratio.

    `patients` at risk, `complete` of them with all values; `lacking`: patients without a value, by variable that has
    gaps; `left_out`: the reason by variable that no model can use, as one that nobody has. `why_not`: the sentence
    where nothing was imputed; `tables` is 0 then.
    """

    rows: pd.DataFrame
    patients: int
    complete: int
    lacking: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    tables: int = 0
    why_not: str = ""


def cox_imputed(
    study: Study, spec: AnalysisSpec, question: CoxQuestion, progress: Callable[[float], None] = lambda share: None
) -> CoxImputed:
    """The model of several of a question, and each of its variables alone, by multiple imputation.

    Values are taken as missing at random given the variables of the model, IVIG as the question has it, and the
    outcome. Drawn by chained equations (`estimate.missing.chained`) with a seed of its own, so that the same question
    has the same answer; how the ratios are put together: `estimate.missing.regression.Gaps.ratios`.

    Raises as `cox_summary`.
    """
    return study.once(
        "cox_imputed", *question.parts(spec), make=lambda: _imputed(study, spec, question, progress)
    )  # fmt: skip


def _imputed(study: Study, spec: AnalysisSpec, question: CoxQuestion, progress: Callable[[float], None]) -> CoxImputed:
    summary = cox_summary(study, spec, question)
    rows = summary.rows[summary.rows["variable"].isin(question.together).to_numpy()].reset_index(drop=True)
    found = CoxImputed(_joined(rows, {}), summary.patients, summary.patients)
    if not question.together:
        return replace(found, why_not=ALONE_ONLY)
    gaps = _gaps(study, spec, question)
    found = replace(found, complete=gaps.complete, lacking=gaps.lacking, left_out=gaps.left_out)
    if why_not := _nothing(summary, gaps):
        return replace(found, why_not=why_not)
    tables = tables_needed(1 - gaps.complete / gaps.patients)
    try:
        alone, together = gaps.ratios(tables, robust=question.robust, progress=progress)
    except EstimationError as error:
        return replace(found, why_not=str(error))
    return replace(found, rows=_joined(rows, {UNIVARIABLE: alone, MULTIVARIABLE: together}), tables=tables)


def _gaps(study: Study, spec: AnalysisSpec, question: CoxQuestion) -> Gaps:
    design = question.design(study, spec)
    items = covariates_of(study, spec, design, question.together, question.choice)
    varying = next((item for item in items if item.name == question.ivig and item.name in (ON, EVER)), None)
    return Gaps(design.rows, items, design.event_words, varying)


def _nothing(summary: CoxSummary, gaps: Gaps) -> str:
    if not gaps.lacking:
        return COMPLETE
    return "" if summary.events else f"no patient had {summary.event}: nothing to compare"


def _joined(rows: pd.DataFrame, found: dict[str, dict[str, PooledRow]]) -> pd.DataFrame:
    cells = [_cells(found.get(row.model, {}).get(row.term)) for row in rows[["model", "term"]].itertuples()]
    table = pd.DataFrame(cells, columns=list(IMPUTED_COLUMNS), index=rows.index)
    return pd.concat([rows, table.astype(dict.fromkeys(IMPUTED_COLUMNS[2:], float))], axis=1)


def _cells(row: PooledRow | None) -> tuple[object, ...]:
    if row is None or row.found is None:
        about = ("", "") if row is None else (row.status, row.note)
        return *about, *(math.nan for _ in IMPUTED_NUMBERS)
    it = row.found
    ratios = (math.exp(value) for value in (it.estimate, it.low, it.high))
    return row.status, row.note, *ratios, it.p_value, it.estimate, it.se, it.df, it.missing_information
