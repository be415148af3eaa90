"""The rows in order: those that a reader sees at once, and those behind a click."""

from __future__ import annotations

from ivig_core.spec import AnalysisSpec
from ivig_core.study.trust.rows.adjusted import adjusted, further_adjusted, mediator
from ivig_core.study.trust.rows.after_infections import after_infections
from ivig_core.study.trust.rows.counted import counted, few
from ivig_core.study.trust.rows.defined import defined
from ivig_core.study.trust.rows.end_of_follow_up import end_of_follow_up
from ivig_core.study.trust.rows.first_dose import first_dose
from ivig_core.study.trust.rows.igg import igg_days
from ivig_core.study.trust.rows.models import other_models
from ivig_core.study.trust.rows.variant import DAYS, Variant


def variants(spec: AnalysisSpec, models: bool = True) -> list[Variant]:
    """The rows that are shown at once for the settings in force; `models`: also those other than the case series."""
    rows = [*first_dose(), *adjusted(spec), *counted(spec), *(other_models() if models else ()), *mediator(spec)]
    return rows if any(row.as_set(spec) for row in rows) else [Variant("set", DAYS, "Settings as they are"), *rows]


def further(spec: AnalysisSpec) -> list[Variant]:
    """The rows that are computed when they are asked for."""
    return [
        *further_adjusted(spec), *after_infections(), *defined(spec), *end_of_follow_up(), *igg_days(spec), *few(),
    ]  # fmt: skip
