"""The rate ratio on IVIG from a row of the sensitivity table of the cohort itself."""

from __future__ import annotations

import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.estimate.contrast import OK
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.every import further, variants
from ivig_core.study.trust.rows.variant import Variant
from ivig_core.study.trust.sensitivity import sensitivity_row
from ivig_core.study.whatif.assumptions import OWN_AS_SET, SAME, Assumptions, Effect

GRADE = 3


def own_rows(spec: AnalysisSpec) -> dict[str, str]:
    """Names and labels of the rows that give an effect; the settings in force come first."""
    rows = [row for row in _every(spec.change(window_cuts=())) if row.main and not row.as_set(spec)]
    return {OWN_AS_SET: "Settings in force", **{row.name: row.label for row in rows}}


def severe_spec(spec: AnalysisSpec) -> AnalysisSpec | None:
    """The same with infections of grade 3 and higher only; None where the endpoint leaves all of them out."""
    endpoint = spec.endpoint
    if endpoint.max_grade is not None and endpoint.max_grade < GRADE:
        return None
    return spec.change(min_grade=max(GRADE, endpoint.min_grade))


def own_effect(study: Study, spec: AnalysisSpec, assumed: Assumptions) -> Effect:
    """The ratio of the named row; its `status` and `note` where it has none. `SpecError` where no row that estimates
    what IVIG does has that name."""
    spec = spec.change(window_cuts=())
    found = _variant(spec, assumed.effect)
    if found is None:
        raise SpecError("effect", assumed.effect, f"one of {', '.join(own_rows(spec))}")
    label = f"This cohort: {own_rows(spec).get(assumed.effect, found.label)}"
    row = sensitivity_row(study, spec, found)
    ratio, note = _ratio(row), str(row["note"])
    severe_status, severe, severe_note = _severe(study, spec, found, assumed, ratio)
    return Effect(
        assumed.effect, label, True, str(row["status"]), ratio, note, severe_status, severe, severe_note
    )  # fmt: skip


def _every(spec: AnalysisSpec) -> list[Variant]:
    return [*variants(spec, models=False), *further(spec)]


def _variant(spec: AnalysisSpec, name: str) -> Variant | None:
    for row in _every(spec):
        if row.main and (row.as_set(spec) if name == OWN_AS_SET else row.name == name):
            return row
    return None


def _severe(
    study: Study, spec: AnalysisSpec, found: Variant, assumed: Assumptions, ratio: tuple[float, float, float] | None
) -> tuple[str, tuple[float, float, float] | None, str]:
    severe = severe_spec(spec)
    if severe is None:
        return "not_applicable", None, f"the settings count no infection of grade {GRADE} and higher"
    if assumed.effect_severe == SAME or severe == spec:
        return (OK if ratio else "not_identified"), ratio, "the same as on all infections"
    row = sensitivity_row(study, severe, found)
    return str(row["status"]), _ratio(row), str(row["note"])


def _ratio(row: pd.Series) -> tuple[float, float, float] | None:
    """Ratio with its interval; None where either is missing, 0 or ∞."""
    if row["status"] != OK:
        return None
    values = (float(row["irr"]), float(row["ci_low"]), float(row["ci_high"]))
    return values if all(0 < value < float("inf") for value in values) else None
