"""The variables of a Cox regression where death competes with infection: three hazards beside each other."""

from __future__ import annotations

import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.cox.data import EVER
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import covariates_of
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.study import Study
from ivig_core.study.survival.beside_death import competing_data, three_hazards
from ivig_core.terms import ON

CHANGES = (
    "IVIG day by day has no value after a death, and the share of patients with an infection needs one: choose IVIG by "
    "the landmark, or leave it out of the model."
)


def cox_beside_death(study: Study, spec: AnalysisSpec, question: CoxQuestion) -> pd.DataFrame:
    """The model of several of a question, or each of its variables alone where there is none.

    `variable`, `level` ("" of a number), `unit`, `against` (the reference level), then the columns of `three_hazards`.
    Patients and times are those of the curves; the hazard of an infection takes death as censoring also where the event
    of the curves is infection or death.

    Raises `EstimationError` for an event that death does not compete with, for IVIG that changes over time, and as
    `study.survival`; `SpecError` as `cox_summary`.
    """
    return study.once("cox_beside_death", *question.parts(spec), make=lambda: _made(study, spec, question))


def _made(study: Study, spec: AnalysisSpec, question: CoxQuestion) -> pd.DataFrame:
    data = competing_data(study, spec)
    if question.ivig in (ON, EVER):
        raise EstimationError(CHANGES)
    names, design = question.together or _each(study, spec, question), question.design(study, spec)
    items = covariates_of(study, spec, design, names, question.choice)
    own = study.cohort(spec).own_baseline
    items = [item for item in items if item.terms or item.name not in own or item.name in question.covariates]
    several = [items] if question.together else [[item] for item in items]
    tables = [three_hazards(data, part) for part in several]
    if not tables:
        return pd.DataFrame(columns=["variable", "level", "unit", "against", "hazard", "term", "status", "hr"])
    said = {
        term: (item.name, *_said(item.name, term, item.said)) for item in items for term in item.terms or (item.name,)
    }
    table = pd.concat(tables, ignore_index=True)
    for at, name in enumerate(("variable", "level", "unit", "against")):
        table.insert(at, name, [said[term][at] for term in table["term"]])
    return table


def _each(study: Study, spec: AnalysisSpec, question: CoxQuestion) -> tuple[str, ...]:
    left_out = set(question.left_out(study, spec))
    known = [name for name in question.variables(study, spec) if name not in left_out]
    return tuple(dict.fromkeys((*filter(None, [question.ivig]), *known, *question.covariates)))


def _said(name: str, term: str, said: str) -> tuple[str, str, str]:
    """Level, what a ratio is per, and the level that it is against."""
    if said.startswith("per "):
        return "", said.removeprefix("per ").removesuffix(" more"), ""
    return (term.removeprefix(f"{name}="), "", said.removeprefix("against ")) if term != name else ("", "", "")
