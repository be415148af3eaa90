"""Does a hazard ratio stay the same over time? The residuals of one covariate of a Cox analysis, and its test."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.estimate.cox.proportional import proportional
from ivig_core.estimate.cox.regression import cox_model
from ivig_core.estimate.cox.schoenfeld import schoenfeld
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import covariates_of
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.cox.ratios import MULTIVARIABLE, UNIVARIABLE
from ivig_core.study.study import Study


@dataclass(frozen=True, eq=False)
class RatioOverTime:
    """Scaled Schoenfeld residuals of a covariate, in the model of several where there is one, else alone.

    `points` and `curve` in the columns of `estimate.schoenfeld.Schoenfeld`, days on the clock of the model, which
    begins on `origin_day` (0, or the landmark). `ratios`: log hazard ratio by term with an estimate. `p_value`: test of
    proportional hazards of the covariate, None with `note` where it is not tested. `event`: the event with its article.
    """

    covariate: str
    model: str
    event: str
    origin_day: int
    points: pd.DataFrame
    curve: pd.DataFrame
    ratios: dict[str, float]
    p_value: float | None
    note: str


def ratio_over_time(study: Study, spec: AnalysisSpec, question: CoxQuestion, covariate: str) -> RatioOverTime:
    """Residuals of `covariate`: one of the model of several if the question has one, else any variable of it.

    Raises as `cox_summary`, and `SpecError` for a covariate that is not in the model.
    """
    return study.once(
        "cox_over_time", *question.parts(spec), covariate,
        make=lambda: _over_time(study, spec, question, covariate),
    )  # fmt: skip


def _over_time(study: Study, spec: AnalysisSpec, question: CoxQuestion, covariate: str) -> RatioOverTime:

    names = question.together or (covariate,)
    if covariate not in names:
        raise SpecError("covariate", covariate, f"one of {', '.join(names)}")
    question.choice.check(question.variables(study, spec))
    design = question.design(study, spec)
    model = MULTIVARIABLE if question.together else UNIVARIABLE
    items = covariates_of(study, spec, design, names, question.choice)
    fit = cox_model(model, design.rows, items, design.event_words, robust=question.robust)
    found, mine = schoenfeld(fit), fit.covariates[covariate]
    tests = proportional(fit)
    test = tests[(tests["covariate"] == covariate).to_numpy()].iloc[0]
    points, curve = (part[part["term"].isin(mine)].reset_index(drop=True) for part in (found.points, found.curve))
    return RatioOverTime(
        covariate, model, design.event_words, question.origin_day(spec), points, curve,
        ratios={row.term: row.log_hr for row in fit.rows if row.term in mine and row.log_hr is not None},
        p_value=float(test["p_value"]) if test["df"] else None,
        note=test["note"],
    )  # fmt: skip
