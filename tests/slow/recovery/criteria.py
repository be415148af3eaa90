"""What the estimator of the rate ratio on IVIG has to achieve, written once for the test and for the report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from ivig_core.simulate.model import SimulationModel
from tests.slow.recovery.cohorts import BIAS_REDUCED
from tests.slow.summary import Number, Performance


class Variant(NamedTuple):
    """A model with what sets it apart."""

    words: str
    model: SimulationModel


VARIANTS = {
    "treated": Variant("all treated", replace(SimulationModel(), share_never_ivig=0.0)),
    "as_simulated": Variant("30 % never treated", SimulationModel()),
}
"""The first is the size of the study of 2026, 43 patients on IVIG, the second the preset as it stands."""


@dataclass(frozen=True)
class Criterion:
    """`quantity` of a `Performance` lies between `low` and `high`, for the full model with default settings, or for
    another of the `cohorts.ANALYSES`."""

    endpoint: str
    quantity: str
    words: str
    low: float
    high: float
    analysis: str = "full"

    def found(self, performance: Performance) -> Number:
        """The number that is judged."""
        return getattr(performance, self.quantity)

    def met(self, performance: Performance) -> bool:
        """Judged by the value alone, whatever its Monte-Carlo error."""
        return self.low < self.found(performance).value < self.high


CRITERIA = (
    Criterion("all_grades", "coverage", "coverage", 0.935, 0.965),
    Criterion("all_grades", "mean_bias", "mean bias", -0.02, 0.02),
    Criterion("grade_3_plus", "coverage", "coverage", 0.90, 0.98),
    Criterion("grade_3_plus", "median_bias", "median bias", -0.05, 0.05),
    Criterion("grade_3_plus", "coverage", "coverage, bias-reduced", 0.90, 0.98, BIAS_REDUCED),
    Criterion("grade_3_plus", "mean_bias", "mean bias, bias-reduced", -0.05, 0.05, BIAS_REDUCED),
)
