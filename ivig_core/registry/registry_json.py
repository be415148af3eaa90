"""The JSON of a registry: the same names and columns as `analyze`."""

from __future__ import annotations

from typing import Any

from ivig_core.registry.analysis import RegistryAnalysis
from ivig_core.study.analysis_json import RATES_SHOWN, records


def to_json(analysis: RegistryAnalysis) -> dict[str, Any]:
    """Strict JSON types, absent numbers as None."""
    result: dict[str, Any] = {
        "engine": analysis.engine,
        "spec": analysis.spec.to_dict(),
        "cohort": analysis.summary,
    }
    if analysis.rates is not None:
        result["rates"] = records(analysis.rates[list(RATES_SHOWN)])
    if analysis.irr is not None:
        result["irr"] = records(analysis.irr)
    result["notes"] = list(analysis.notes)
    return result
