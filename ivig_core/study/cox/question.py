"""What a Cox regression is asked: a value that results can be remembered by."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ivig_core.errors import SpecError
from ivig_core.estimate.cox.data import EVER
from ivig_core.persontime.baseline import baseline_columns
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.covariates import CovariateChoice
from ivig_core.study.cox.designs import (
    BY_LANDMARK,
    Design,
    at_groups,
    has_landmark_groups,
    to_first_dose,
    varying,
)
from ivig_core.study.levels import own_left_out
from ivig_core.study.study import Study
from ivig_core.terms import ON

IVIG_TERMS = (BY_LANDMARK, ON, EVER)


@dataclass(frozen=True)
class CoxQuestion:
    """One Cox analysis: whom it compares and what enters it.

    `first_ivig`: the event is the first dose of IVIG, else the survival event of the spec. `ivig`: how IVIG enters it,
    one of `IVIG_TERMS` or "" for not at all. `covariates`: baseline variables of the model of several, none for no such
    model; a column of the user's own that is called as `ivig` is cannot be one of them. `choice`: how they enter.
    `robust`: standard errors by patient.
    """

    first_ivig: bool = False
    ivig: str = ""
    covariates: tuple[str, ...] = ()
    choice: CovariateChoice = field(default_factory=CovariateChoice)
    robust: bool = False

    def __post_init__(self) -> None:
        if self.ivig and (self.first_ivig or self.ivig not in IVIG_TERMS):
            raise SpecError("ivig", self.ivig, "nothing" if self.first_ivig else f"nothing or {', '.join(IVIG_TERMS)}")

    @property
    def together(self) -> tuple[str, ...]:
        """Names of the model of several, IVIG first; none where there is only one to enter it."""
        names = tuple(dict.fromkeys(filter(None, (self.ivig, *self.covariates))))
        return names if len(names) > 1 else ()

    def variables(self, study: Study, spec: AnalysisSpec) -> tuple[str, ...]:
        """Baseline variables that the cohort has."""
        return tuple(name for name in baseline_columns(study.cohort(spec)) if name != self.ivig)

    def left_out(self, study: Study, spec: AnalysisSpec) -> tuple[str, ...]:
        """The user's own columns that are not looked at alone because there are too many; see `levels.own_left_out`."""
        return own_left_out(study, spec, self.covariates)

    def design(self, study: Study, spec: AnalysisSpec) -> Design:
        """Whom it compares, from when on.

        Raises `EstimationError` where the event cannot be formed from this cohort, `SpecError` for IVIG by the landmark
        where these are not the groups.
        """
        if self.first_ivig:
            return to_first_dose(study, spec)
        if self.ivig in (ON, EVER):
            return varying(study, spec, self.ivig)
        if self.ivig and not has_landmark_groups(spec):
            raise SpecError("ivig", self.ivig, "this only with the groups ivig_by_landmark and a landmark")
        made = at_groups(study, spec)
        return made if self.ivig else replace(made, ivig=None)

    def origin_day(self, spec: AnalysisSpec) -> int:
        """Day from which time is counted: the landmark of the curves, else the first day at risk."""
        return 0 if self.first_ivig or self.ivig in (ON, EVER) else spec.survival.landmark_day

    def parts(self, spec: AnalysisSpec) -> tuple[object, ...]:
        """Everything that the results depend on besides the cohort."""
        if self.first_ivig:
            return spec.selection.where, spec.exposure, self
        return spec.selection.where, spec.exposure, spec.endpoint, spec.survival, self


def ivig_terms(spec: AnalysisSpec) -> tuple[str, ...]:
    """Ways in which IVIG can enter a Cox regression of this spec."""
    return IVIG_TERMS if has_landmark_groups(spec) else (ON, EVER)
