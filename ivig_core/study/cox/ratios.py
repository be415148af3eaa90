"""Hazard ratios of the survival part of a spec, and of who was given IVIG."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.estimate.cox.data import EVER
from ivig_core.estimate.cox.proportional import PH_COLUMNS, proportional
from ivig_core.estimate.cox.regression import CoxFit, cox_model, cox_table
from ivig_core.persontime.baseline import baseline_columns
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.covariates import CovariateChoice
from ivig_core.study.cox.designs import (
    BY_LANDMARK,
    Design,
    at_groups,
    covariates_of,
    design_of,
    has_landmark_groups,
    to_first_dose,
    varying,
)
from ivig_core.study.levels import own_left_out
from ivig_core.study.study import Study
from ivig_core.terms import ON

LANDMARK, TIME_VARYING, UNIVARIABLE, MULTIVARIABLE = "landmark", "time_varying", "univariable", "multivariable"


@dataclass(frozen=True, eq=False)
class CoxResult:
    """Results of Cox regressions.

    `rows` in the columns of `estimate.cox.CoxRow`; `checks`: the test of proportional hazards of each covariate, in
    the columns of `estimate.proportional.PH_COLUMNS` after `model`.
    """

    rows: pd.DataFrame
    checks: pd.DataFrame


def cox_rows(study: Study, spec: AnalysisSpec, *, robust: bool = False, by: Collection[str] = ()) -> pd.DataFrame:
    """Rows of `cox`: the table `cox` of the JSON contract, with `patients` and `events` of each model."""
    return cox(study, spec, robust=robust, by=by).rows


def cox(study: Study, spec: AnalysisSpec, *, robust: bool = False, by: Collection[str] = ()) -> CoxResult:
    """Hazard ratios of the survival event of a spec, Efron's ties.

    - `landmark`, term `ivig`: IVIG by the landmark against none by then, where these are the groups.
    - `time_varying`, terms `on_ivig` (a day inside the window of a dose against any other day) and `ever_ivig` (a day
      from the first dose on against a day before it or of a patient without one), each a model of its own, of all
      selected patients from the first day at risk. Windows and `dose_day` are those of the spec; states that look ahead
      or that only rates have (before the first dose, washout, days left out) are ordinary days off IVIG here. Deaths
      and progressions after the end of follow-up, where doses are not recorded, do not count.
    - `univariable`: each baseline variable alone, of the patients and times of the curves (after the landmark where
      there is one) whatever their groups are, complete cases of that variable. Terms `column=level`, or the column of a
      number. A variable of the user's own that offers nothing to compare has no row, nor has one that
      `levels.own_left_out` names.

    `by`: own columns that have rows in any case. `robust`: standard errors by patient.

    Raises `EstimationError` where the event cannot be formed from this cohort.
    """
    return study.once("cox", *_parts(spec), robust, tuple(by), make=lambda: _result(_all(study, spec, robust, by)))


def multivariable(
    study: Study,
    spec: AnalysisSpec,
    covariates: Sequence[str],
    references: Mapping[str, str] | None = None,
    units: Mapping[str, float] | None = None,
    *,
    bands: Collection[str] = (),
    robust: bool = False,
) -> CoxResult:
    """One model of several covariates, complete cases.

    `covariates`: baseline variables, and at most one of `ivig` (by the landmark, where these are the groups), `on_ivig`
    and `ever_ivig` (then all patients from the first day at risk, as in the time-varying models). `references`: level
    to compare with, by variable; `units`: what the ratio of a number is per; `bands`: numbers to be taken in bands.
    Where they say nothing: `cox_data.default_reference`, `cox_covariates.UNITS`.

    Raises `SpecError` for a covariate, level or unit that is not allowed, `EstimationError` as `cox`.
    """
    names, choice = _checked(spec, covariates), CovariateChoice.of(references, units, bands)
    choice.check(baseline_columns(study.cohort(spec)))
    return study.once(
        "cox_multivariable", *_parts(spec), names, choice, robust,
        make=lambda: _result([_together(study, spec, design_of(study, spec, names), names, choice, robust)]),
    )  # fmt: skip


def first_ivig(
    study: Study,
    spec: AnalysisSpec,
    covariates: Sequence[str] | None = None,
    references: Mapping[str, str] | None = None,
    units: Mapping[str, float] | None = None,
    *,
    bands: Collection[str] = (),
    robust: bool = False,
) -> CoxResult:
    """Who was given IVIG: hazard ratios of the time to the first dose, as in Table 1 of Lancman et al. 2026.

    Without `covariates` each baseline variable alone (`univariable`), with them one model of these (`multivariable`);
    the rest as `multivariable`. Times as of `cox_data.time_to_first_ivig`: a patient with a dose before the first day
    at risk is left out, as the note says; death and the end of follow-up censor.

    Raises `SpecError` for a covariate, level or unit that is not allowed.
    """
    names = None if covariates is None else _checked(spec, covariates, ivig_is_the_event=True)
    choice = CovariateChoice.of(references, units, bands)
    choice.check(baseline_columns(study.cohort(spec)))
    return study.once(
        "cox_first_ivig", spec.selection.where, spec.exposure, names, choice, robust,
        make=lambda: _result(_first_ivig(study, spec, names, choice, robust)),
    )  # fmt: skip


def _parts(spec: AnalysisSpec) -> tuple[object, ...]:
    return spec.selection.where, spec.exposure, spec.endpoint, spec.survival


def _checked(spec: AnalysisSpec, covariates: Sequence[str], ivig_is_the_event: bool = False) -> tuple[str, ...]:

    names = tuple(dict.fromkeys(covariates))
    about_ivig = [name for name in names if name in (BY_LANDMARK, ON, EVER)]
    if not names:
        raise SpecError("covariates", "", "at least one variable")
    if about_ivig and ivig_is_the_event:
        raise SpecError("covariates", about_ivig[0], "a baseline variable: IVIG is the event here")
    if len(about_ivig) > 1:
        raise SpecError("covariates", ", ".join(about_ivig), f"only one of {BY_LANDMARK}, {ON} and {EVER}")
    if BY_LANDMARK in names and not has_landmark_groups(spec):
        raise SpecError("covariates", BY_LANDMARK, "this only with the groups ivig_by_landmark and a landmark")
    return names


def _all(study: Study, spec: AnalysisSpec, robust: bool, by: Collection[str]) -> list[CoxFit]:

    groups = at_groups(study, spec)
    fits = [_about_ivig(LANDMARK, groups, robust)] if groups.ivig else []
    fits += [_about_ivig(TIME_VARYING, varying(study, spec, term), robust) for term in (ON, EVER)]
    return fits + _one_by_one(study, spec, groups, CovariateChoice(), robust, by)


def _first_ivig(
    study: Study, spec: AnalysisSpec, names: tuple[str, ...] | None, choice: CovariateChoice, robust: bool
) -> list[CoxFit]:

    design = to_first_dose(study, spec)
    if names is None:
        return _one_by_one(study, spec, design, choice, robust)
    return [_together(study, spec, design, names, choice, robust)]


def _about_ivig(model: str, design: Design, robust: bool) -> CoxFit:

    return cox_model(model, design.rows, [design.ivig_term], design.event_words, robust=robust, said=design.said)


def _together(
    study: Study,
    spec: AnalysisSpec,
    design: Design,
    names: Sequence[str],
    choice: CovariateChoice,
    robust: bool,
) -> CoxFit:

    covariates = covariates_of(study, spec, design, names, choice)
    return cox_model(MULTIVARIABLE, design.rows, covariates, design.event_words, robust=robust, said=design.said)


def _one_by_one(
    study: Study, spec: AnalysisSpec, design: Design, choice: CovariateChoice, robust: bool, by: Collection[str] = ()
) -> list[CoxFit]:

    cohort, left_out = study.cohort(spec), own_left_out(study, spec, by)
    names = [name for name in baseline_columns(cohort) if name not in left_out]
    return [
        cox_model(UNIVARIABLE, design.rows, [item], design.event_words, robust=robust, said=design.said)
        for item in covariates_of(study, spec, replace(design, ivig=None), names, choice)
        if item.terms or item.name not in cohort.own_baseline
    ]


def _result(fits: Sequence[CoxFit]) -> CoxResult:

    tests = [proportional(fit).assign(model=fit.rows[0].model) for fit in fits]
    checks = pd.concat(tests, ignore_index=True)[["model", *PH_COLUMNS]]
    return CoxResult(cox_table([row for fit in fits for row in fit.rows]), checks)
