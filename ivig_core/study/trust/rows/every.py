"""The rows in order: those that a reader sees at once, and those behind a click."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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

AS_SET = Variant("set", DAYS, "Settings as they are")


def variants(spec: AnalysisSpec, models: bool = True) -> list[Variant]:
    """The rows that are shown at once for the settings in force; `models`: also those other than the case series."""
    rows = [*first_dose(), *adjusted(spec), *counted(spec), *(other_models() if models else ()), *mediator(spec)]
    return rows if any(row.as_set(spec) for row in rows) else [AS_SET, *rows]


TOPICS: dict[str, Callable[[AnalysisSpec], Iterable[Variant]]] = {
    "Adjusted for more": further_adjusted,
    "What counts": lambda spec: (*after_infections(), *few(), *defined(spec)),
    "End of follow-up": lambda _: end_of_follow_up(),
    "IgG of the day": igg_days,
    "Other models": lambda _: other_models(),
}
"""The rows behind a click, by what they are about."""


def further(spec: AnalysisSpec, topic: str = "") -> list[Variant]:
    """The rows that are computed when they are asked for: those of a topic of `TOPICS`, or all."""
    return [row for name, rows in TOPICS.items() if topic in ("", name) for row in rows(spec)]
