"""Which settings the published ratios on IVIG were made with, as far as the sources print them.

Lancman 2026 alone prints the window and the model of its ratios. Lancman 2021 is known from a summary that prints
neither, and Cheruvalath 2024 compares groups, not days: no row of a specification curve is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ivig_core.evidence.comparisons.daratumumab.ratios import ALL, SEVERE
from ivig_core.evidence.comparisons.daratumumab.where import IVIG_TEXT, at
from ivig_core.evidence.table import Lookup, Result, find
from ivig_core.spec import AnalysisSpec
from ivig_core.terms import ON


@dataclass(frozen=True)
class Specification:
    """An analysis of a `paper` in `words`: the `changes` of the default settings that it is, and its printed ratio."""

    paper: str
    words: str
    lookup: Lookup
    changes: dict[str, Any] = field(default_factory=dict)

    def spec(self, ci_method: str) -> AnalysisSpec:
        """Its settings; what it does not state, such as the dose day, is at its default, and intervals are as asked."""
        return AnalysisSpec().change(ci_method=ci_method, **self.changes)

    @property
    def result(self) -> Result:
        """The number as printed."""
        return find(self.lookup)


def _of_2026(words: str, endpoint: str, model: str, **changes: Any) -> Specification:
    return Specification("Lancman 2026", words, at(endpoint, ON, "irr", IVIG_TEXT, model=model), changes)


SPECIFICATIONS = (
    _of_2026("any grade", ALL, "sccs"),
    _of_2026("any grade, adjusted for progression", ALL, "sccs_adjusted_progression", adjust_for=("phase",)),
    _of_2026("any grade, adjusted for season", ALL, "sccs_adjusted_season", adjust_for=("season",)),
    _of_2026("any grade, 30 days before the first dose apart", ALL, "sccs_pre30", pre_exposure_days=30),
    _of_2026("any grade, 60 days before the first dose apart", ALL, "sccs_pre60", pre_exposure_days=60),
    _of_2026("grade 3 or higher", SEVERE, "sccs", min_grade=3),
    _of_2026(
        "grade 3 or higher, 60 days before the first dose apart",
        SEVERE,
        "sccs_pre60",
        min_grade=3,
        pre_exposure_days=60,
    ),
)
NOT_PRINTED = (
    "Lancman 2021 is known from a summary that prints neither window nor model, and Cheruvalath 2024 compares groups "
    "of patients: no row is theirs."
)
