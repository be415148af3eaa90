"""All checks together: on odd cohorts too, and in agreement with the overview's reasons."""

from __future__ import annotations

import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import headline
from ivig_core.study.study import Study
from ivig_core.study.trust.checks import around_first_dose, dose_gaps, end_of_follow_up, few_data
from ivig_core.study.trust.checks.every import CHECKS, verdicts
from ivig_core.study.trust.checks.verdict import CANNOT, CLOSER, FINE, PROBLEM
from ivig_core.study.trust.doubts import Case, before_first_dose, deaths, missing_doses, one_patient, too_few
from tests.core.make import Patient, cohort
from tests.core.reference import reference_cohort

SPEC = AnalysisSpec()
ODD = {
    "one day": [Patient(days=1, doses=[0], infections=[0])],
    "no infections": [Patient(days=300, doses=[50]) for _ in range(3)],
    "no IVIG": [Patient(days=300, infections=[50, 90]) for _ in range(3)],
    "one patient": [Patient(days=300, doses=[50, 80], infections=[20, 60, 200])],
    "dose after the end": [Patient(days=30, doses=[50], infections=[20])],
    "no dates": [Patient(days=300, doses=[50], infections=[20], start=None)],
}
SETTINGS = [{}, {"window_cuts": "7,14"}, {"from_first_dose": True}, {"population": "all", "adjust_for": "phase,igg"}]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("name", ODD)
def test_odd_cohorts_have_words_and_no_nan(name, settings):
    study = Study(cohort(*ODD[name], calendar="none" if name == "no dates" else "dates"))
    found = verdicts(study, SPEC.change(**settings))
    assert len(found) == len(CHECKS)
    for verdict in found:
        assert verdict.word in (FINE, CLOSER, PROBLEM, CANNOT)
        assert "nan" not in verdict.evidence.replace("informative", "")
        assert verdict.evidence.endswith(".")
        assert verdict.advice.endswith(".")


@pytest.mark.parametrize("name", ["sim43", "sim500"])
@pytest.mark.parametrize("settings", SETTINGS[:3], ids=str)
def test_a_reason_of_the_overview_is_never_fine_here(name, settings):
    study, spec = Study(reference_cohort(name)), SPEC.change(**settings)
    case = Case(study, spec, headline(study, spec))
    pairs = (
        (before_first_dose, around_first_dose), (too_few, few_data), (one_patient, few_data),
        (deaths, end_of_follow_up), (missing_doses, dose_gaps),
    )  # fmt: skip
    for doubt, check in pairs:
        if doubt(case):
            assert check.verdict(study, spec).fired, doubt.__name__
