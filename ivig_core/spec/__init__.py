"""Analysis settings: what may be chosen, checked when chosen."""

from ivig_core.spec.analysis_spec import PARTS, SETTINGS, AnalysisSpec
from ivig_core.spec.conditions import Condition, DayFilter
from ivig_core.spec.settings import (
    ADJUSTERS,
    IVIG_GROUPS,
    PATHOGENS,
    SITES,
    SURVIVAL_EVENTS,
    EndpointSpec,
    ExposureSpec,
    ModelSpec,
    SelectionSpec,
    SurvivalSpec,
)

__all__ = [
    "ADJUSTERS", "IVIG_GROUPS", "PARTS", "PATHOGENS", "SETTINGS", "SITES", "SURVIVAL_EVENTS",
    "AnalysisSpec", "Condition", "DayFilter",
    "EndpointSpec", "ExposureSpec", "ModelSpec", "SelectionSpec", "SurvivalSpec",
]  # fmt: skip
