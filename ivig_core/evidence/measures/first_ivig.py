"""Hazard ratios of a first dose by what a patient is at the start, as published ones are made."""

from __future__ import annotations

from collections.abc import Sequence

from ivig_core.errors import EstimationError, SpecError
from ivig_core.estimate.contrast import NO_EXPOSED, NO_REFERENCE, OK
from ivig_core.evidence.first_ivig import Factor
from ivig_core.evidence.groups import ALL, Groups
from ivig_core.evidence.measured import RATIO, Measured, reached
from ivig_core.evidence.quantity import Measure
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.ratios import first_ivig

SPEC = AnalysisSpec()


def alone(factor: Factor) -> Measure:
    """Hazard ratio of a factor without any other variable in the model."""
    return together(factor, [factor])


def together(factor: Factor, factors: Sequence[Factor]) -> Measure:
    """Hazard ratio of one factor in the model of all of them, complete cases, Efron's ties, Wald limits."""

    def measure(groups: Groups) -> Measured:
        if not factor.variable:
            raise EstimationError(factor.note)
        cuts = tuple({item.cut for item in factors if item.cut})
        spec = SPEC.change(igg_cuts=cuts) if cuts else SPEC
        return _ratio(groups, spec, factor, factors)

    return measure


def _ratio(groups: Groups, spec: AnalysisSpec, factor: Factor, factors: Sequence[Factor]) -> Measured:
    try:
        rows = first_ivig(
            groups.study(ALL), spec, list(dict.fromkeys(item.variable for item in factors)),
            references={item.variable: item.reference for item in factors if item.reference},
            units={item.variable: item.unit for item in factors if not item.level},
            bands={item.variable for item in factors if item.band},
        ).rows  # fmt: skip
    except SpecError as reason:
        raise EstimationError(f"nobody of this cohort is at the reference level, {factor.reference}") from reason
    term = f"{factor.variable}={factor.level}" if factor.level else factor.variable
    found = rows[(rows["term"] == term).to_numpy(bool)]
    if found.empty:
        raise EstimationError(f"nobody at risk of a first dose has the level {factor.level}" if factor.level
                              else "the variable is not in the model")  # fmt: skip
    row = found.iloc[0]
    if row["status"] not in (OK, NO_EXPOSED, NO_REFERENCE) or not row["ci_low"] == row["ci_low"]:
        raise EstimationError(row["note"] or "the model gives no ratio")
    return Measured(reached(row["hr"]), float(row["ci_low"]), reached(row["ci_high"]), RATIO, remark=row["note"])
