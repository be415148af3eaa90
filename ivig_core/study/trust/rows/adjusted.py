"""The ratio adjusted for what else changes, one by one and together; and for IgG, which lies on the path."""

from __future__ import annotations

from collections.abc import Iterator

from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import season_harmonic
from ivig_core.study.trust.rows.variant import ADJUSTED, MEDIATOR, Variant

FIRST = ("phase", "season", "time", "prophylaxis")
FURTHER = ("therapy", "calendar", "counts")
ADJUSTERS = (*FIRST, *FURTHER)
SHORT = {
    "phase": "disease phase", "season": "season", "time": "time since start", "prophylaxis": "prophylaxis",
    "therapy": "anti-myeloma therapy", "calendar": "calendar half-year", "counts": "blood counts",
}  # fmt: skip
WAVE = "season as a wave over the year (sine and cosine) in the place of two halves"


def adjusted(spec: AnalysisSpec) -> Iterator[Variant]:
    """Each of the first adjusters with those in force, then these together."""
    now = spec.model.adjust_for
    if now:
        yield Variant("unadjusted", ADJUSTED, "Adjusted for nothing", {"adjust_for": ()})
    for name in FIRST:
        yield _with(spec, name, f"+ {SHORT[name]}", name)
    yield _with(spec, "all_four", "+ these four together", *FIRST)


def further_adjusted(spec: AnalysisSpec) -> Iterator[Variant]:
    """Each of the other adjusters, all together, and other forms of three of them."""
    for name in FURTHER:
        yield _with(spec, name, f"+ {SHORT[name]}", name)
    yield _with(spec, "all_seven", "+ all seven adjusters", *ADJUSTERS)
    if spec.exposure.therapy_levels == "class":
        yield _with(spec, "therapy_on_or_off", "+ therapy, on or off", "therapy", therapy_levels="category")
    if spec.exposure.time_last_band == "open":
        yield _with(spec, "time_closed", "+ time, last band as wide", "time", time_last_band="closed")
    yield Variant("season_harmonic", ADJUSTED, "+ season as a wave", fit=season_harmonic, says=WAVE)


def _with(spec: AnalysisSpec, name: str, label: str, *adjusters: str, **changes: str) -> Variant:
    return Variant(name, ADJUSTED, label, {"adjust_for": tuple({*spec.model.adjust_for, *adjusters}), **changes})


def mediator(spec: AnalysisSpec) -> Iterator[Variant]:
    """With the level of IgG, which IVIG changes."""
    with_igg = tuple({*spec.model.adjust_for, "igg"})
    yield Variant("igg", MEDIATOR, "+ IgG level (a mediator)", {"adjust_for": with_igg})
