"""Hazard ratios of each variable alone and of several together, level by level, with whom they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ivig_core.estimate.cox.data import Covariate
from ivig_core.estimate.cox.proportional import PH_COLUMNS, proportional
from ivig_core.estimate.cox.regression import CoxFit, CoxRow, cox_model
from ivig_core.persontime.baseline import baseline_values
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import Design, covariates_of
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.cox.ratios import MULTIVARIABLE, UNIVARIABLE
from ivig_core.study.study import Study

IVIG, NUMBER, LEVEL, REFERENCE, NOTHING = "ivig", "number", "level", "reference", "nothing"
YES, NO = "yes", "no"
SUMMARY_COLUMNS = (
    "model", "variable", "kind", "level", "unit", "patients", "events", "missing", "term", "status", "log_hr", "se",
    "hr", "ci_low", "ci_high", "p_value", "note",
)  # fmt: skip
NUMBERS = ("log_hr", "se", "hr", "ci_low", "ci_high", "p_value")


@dataclass(frozen=True, eq=False)
class CoxSummary:
    """A Cox analysis as a table of a paper.

    `rows` (`SUMMARY_COLUMNS`), first of each variable alone (`model` "univariable"), then of the model of several
    ("multivariable"), variables and levels in order. `kind`: "ivig" (IVIG against none of it, `level` "yes"),
    "number" (per `unit`), "level", "reference" (of a variable of levels or of IVIG; no ratio), "nothing" (no term at
    all: `note` says why). `patients`, `events`: in this level among those with a value, in the model of several among
    those with all values; with IVIG that changes over time a patient can be in both. `missing`: patients without a
    value of the variable. Numbers as of `estimate.cox.CoxRow`.

    `patients`, `events`: at risk; `complete`, `complete_events`: of them with all values of the model of several, whose
    `terms` have an estimate; None without such a model. `event`: the event with its article. `said`: who and what does
    not count. `origin_day`: from which time is counted, 0 or the landmark. `checks`: the test of proportional hazards,
    in the columns of `CoxResult.checks`.
    """

    rows: pd.DataFrame
    checks: pd.DataFrame
    event: str
    said: str
    origin_day: int
    patients: int
    events: int
    complete: int | None = None
    complete_events: int | None = None
    terms: int = 0

    @cached_property
    def ivig_variables(self) -> frozenset[str]:
        """Variables that say whether IVIG was given: asked for every label of a figure."""
        return frozenset(self.rows.loc[self.rows["kind"] == IVIG, "variable"])


def cox_summary(study: Study, spec: AnalysisSpec, question: CoxQuestion) -> CoxSummary:
    """Each variable alone and those of the question together; see `CoxSummary`.

    A variable of the user's own that offers nothing to compare has no row, nor has one of `question.left_out`, unless
    the question names it.

    Raises `SpecError` for a covariate, level or unit that is not allowed, `EstimationError` where the event cannot be
    formed from this cohort.
    """
    return study.once("cox_summary", *question.parts(spec), make=lambda: _summary(study, spec, question))


def _summary(study: Study, spec: AnalysisSpec, question: CoxQuestion) -> CoxSummary:

    question.choice.check(question.variables(study, spec))
    design = question.design(study, spec)
    names = _names(study, spec, question)
    items = {item.name: item for item in covariates_of(study, spec, design, names, question.choice)}
    missing = _missing(study, spec, design, question.variables(study, spec))

    def fitted(model: str, several: Sequence[Covariate]) -> CoxFit:
        return cox_model(model, design.rows, several, design.event_words, robust=question.robust, said=design.said)

    alone = [
        item for item in items.values()
        if item.terms or item.name not in study.cohort(spec).own_baseline or item.name in question.covariates
    ]  # fmt: skip
    fits = [fitted(UNIVARIABLE, [item]) for item in alone]
    rows = [row for item, fit in zip(alone, fits, strict=True) for row in _rows(design, [item], fit, missing)]
    counts: dict[str, int] = {}
    if question.together:
        several = [items[name] for name in question.together]
        fit = fitted(MULTIVARIABLE, several)
        rows += _rows(design, several, fit, missing)
        fits.append(fit)
        counts = {
            "complete": fit.rows[0].patients, "complete_events": fit.rows[0].events,
            "terms": sum(row.log_hr is not None for row in fit.rows),
        }  # fmt: skip
    table = pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))
    return CoxSummary(
        table.astype(dict.fromkeys(NUMBERS, float)), _checks(fits), design.event_words, design.said,
        question.origin_day(spec), len(np.unique(design.rows.patient)), int(design.rows.event.sum()), **counts,
    )  # fmt: skip


def _names(study: Study, spec: AnalysisSpec, question: CoxQuestion) -> tuple[str, ...]:
    """IVIG first, then the baseline variables, and what else is asked for: a covariate refuses it."""
    left_out = set(question.left_out(study, spec))
    known = [name for name in question.variables(study, spec) if name not in left_out]
    return tuple(dict.fromkeys((*filter(None, [question.ivig]), *known, *question.covariates)))


def _missing(study: Study, spec: AnalysisSpec, design: Design, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Rows of the design without a value (bool) by baseline variable."""
    cohort, patient = study.cohort(spec), design.rows.patient
    return {name: baseline_values(cohort, name, spec.exposure).isna().to_numpy(bool)[patient] for name in names}


def _checks(fits: Sequence[CoxFit]) -> pd.DataFrame:

    tests = [proportional(fit).assign(model=fit.rows[0].model) for fit in fits]
    empty = pd.DataFrame(columns=["model", *PH_COLUMNS])
    return pd.concat(tests, ignore_index=True)[["model", *PH_COLUMNS]] if tests else empty


def _rows(
    design: Design, items: Sequence[Covariate], fit: CoxFit, missing: dict[str, np.ndarray]
) -> Iterator[dict[str, object]]:
    """Rows of a model; the rows of `fit` come in the order of the terms."""
    nobody = np.zeros(len(design.rows.patient), bool)
    complete = ~np.logical_or.reduce([nobody, *(item.missing for item in items if item.terms)])
    results = iter(fit.rows)
    for item in items:
        about_ivig = design.ivig is not None and item.name == design.ivig.name
        blank = nobody if about_ivig else missing[item.name]
        lacking = _count(design, blank)["patients"]
        for kind, level, unit, inside in _parts(item, about_ivig):
            yield {
                "model": fit.rows[0].model, "variable": item.name, "kind": kind, "level": level, "unit": unit,
                **_count(design, complete & inside & ~blank), "missing": lacking,
                **({"term": "", "status": "", "note": ""} if kind == REFERENCE else _result(next(results))),
            }  # fmt: skip


def _parts(item: Covariate, about_ivig: bool) -> Iterator[tuple[str, str, str, np.ndarray]]:
    """Kind, level, unit and rows (bool) of each line of a covariate; the reference level first."""
    everybody = np.ones(len(item.columns), bool)
    if not item.terms:
        yield NOTHING, "", "", everybody
    elif item.places is None:
        yield NUMBER, "", item.said.removeprefix("per ").removesuffix(" more"), everybody
    else:
        off = item.columns.sum(axis=1) == 0
        yield REFERENCE, NO if about_ivig else item.said.removeprefix("against "), "", off
        for term, inside in zip(item.terms, (item.columns == 1).T, strict=True):
            kind, level = (IVIG, YES) if about_ivig else (LEVEL, term.removeprefix(f"{item.name}="))
            yield kind, level, "", inside


def _count(design: Design, inside: np.ndarray) -> dict[str, int]:
    rows = design.rows
    return {"patients": len(np.unique(rows.patient[inside])), "events": int((rows.event & inside).sum())}


def _result(row: CoxRow) -> dict[str, object]:
    values = asdict(row)
    return {name: values[name] for name in ("term", "status", *NUMBERS, "note")}
