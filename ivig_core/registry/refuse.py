"""What a registry cannot do yet, by the names of the settings."""

from __future__ import annotations

from ivig_core.errors import SpecError, SpecListError
from ivig_core.persontime.baseline import BASELINE_IGG
from ivig_core.registry.days.axes import AXES
from ivig_core.spec import AnalysisSpec

HERE = "for a registry; `analyze` does it with a cohort in memory"


def refuse(spec: AnalysisSpec) -> None:
    """`SpecListError` with every setting that a registry cannot do."""
    errors = []
    if left := [name for name in spec.model.adjust_for if name not in AXES]:
        errors.append(SpecError("adjust_for", ",".join(left), f"any of {', '.join(AXES)} {HERE}"))
    if items := [item for item in spec.selection.within if item.factor not in AXES]:
        errors.append(SpecError("within", "; ".join(map(str, items)), f"only filters on phase {HERE}"))
    if where := [item for item in spec.selection.where if item.column == BASELINE_IGG]:
        errors.append(SpecError("where", str(where[0]), f"only columns of the table of patients {HERE}"))
    if errors:
        raise SpecListError(errors)
