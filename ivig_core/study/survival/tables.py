"""Time to the event of a spec in its groups, without a model."""

from __future__ import annotations

from ivig_core.estimate.survival.landmark import SurvivalData
from ivig_core.estimate.survival.landmark import survival_data as data_of
from ivig_core.estimate.survival.tables import SurvivalTables as SurvivalTables
from ivig_core.estimate.survival.tables import survival_tables
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec
from ivig_core.study.levels import levels
from ivig_core.study.study import Study


def survival(study: Study, spec: AnalysisSpec) -> SurvivalTables:
    """Kaplan–Meier curves with all their tables; see `estimate.survival.tables.SurvivalTables`.

    Raises `EstimationError` where the event or the groups cannot be formed from this cohort.
    """
    return study.once(
        "survival", spec.selection.where, spec.exposure, spec.endpoint, spec.survival,
        make=lambda: survival_tables(survival_data(study, spec), spec.survival.rmst_days),
    )  # fmt: skip


def survival_data(study: Study, spec: AnalysisSpec) -> SurvivalData:
    """Times, causes and groups that the curves are made from; see `estimate.survival.landmark.survival_data`.

    Raises `EstimationError` as `survival`.
    """
    part = spec.survival
    named = part.survival_group in (*IVIG_GROUPS, "none")
    labels = None if named else levels(study, spec, part.survival_group)
    return data_of(
        study.cohort(spec),
        study.infections(spec),
        part.survival_event,
        part.survival_group,
        part.landmark_day,
        labels,
    )
