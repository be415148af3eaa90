"""Settings in words, with the names of columns as a clinician reads them."""

from __future__ import annotations

from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import listed
from ivig_core.spec import IVIG_GROUPS, AnalysisSpec, Condition
from ivig_core.spec.words import SIGNS, chip


def condition_text(item: Condition) -> str:
    """A filter on patients: `Age ≥ 65`, `ISS stage is II or III`."""
    return f"{variable_name(item.column)} {SIGNS.get(item.op, item.op)} {' or '.join(item.values)}"


def chip_text(spec: AnalysisSpec, name: str) -> str:
    """A changed setting in a few words."""
    if name == "where":
        return listed([condition_text(item) for item in spec.selection.where])
    if name == "survival_group" and spec.get(name) not in (*IVIG_GROUPS, "none"):
        return f"Compared: {variable_name(spec.get(name))}"
    return chip(spec, name)
