"""Plans without a cohort."""

from __future__ import annotations

from dataclasses import replace

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.size.plan import StudyPlan
from ivig_core.study.whatif.size.size import StudySize, study_size
from tests.core.make import Patient, cohort


def nothing() -> Study:
    """A cohort that tells nothing but one length of follow-up."""
    return Study(cohort(Patient(days=730)))


def without_cohort(plan: StudyPlan) -> StudySize:
    """A plan of two years of follow-up, eight months of them on IVIG in each patient, 2 infections a year."""
    entered = replace(plan, follow_up_days=730, on_days=240, share_on=1.0, rate=2.0, variance=0.5)
    return study_size(nothing(), AnalysisSpec(), entered)
