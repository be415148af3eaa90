"""The ratio adjusted for what else changes, one by one and together; and for IgG, which lies on the path."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.spec import AnalysisSpec
from ivig_core.study.trust.rows.variant import ADJUSTED, MEDIATOR, Variant

ADJUSTERS = ("phase", "season", "time", "prophylaxis")
SHORT = {"phase": "disease phase", "season": "season", "time": "time since start", "prophylaxis": "prophylaxis"}


def adjusted(spec: AnalysisSpec) -> Iterator[Variant]:
    """Each adjuster with those in force, then all together."""
    now = spec.model.adjust_for
    if now:
        yield Variant("unadjusted", ADJUSTED, "Adjusted for nothing", {"adjust_for": ()})
    for name in ADJUSTERS:
        yield Variant(name, ADJUSTED, f"+ {SHORT[name]}", {"adjust_for": tuple({*now, name})})
    yield Variant("all_four", ADJUSTED, "+ all four", {"adjust_for": tuple({*now, *ADJUSTERS})})


def mediator(spec: AnalysisSpec) -> Iterator[Variant]:
    """With the level of IgG, which IVIG changes."""
    with_igg = tuple({*spec.model.adjust_for, "igg"})
    yield Variant("igg", MEDIATOR, "+ IgG level (a mediator)", {"adjust_for": with_igg})
