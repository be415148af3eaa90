"""What two hospitals must have in common so that their files can be put together, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ivig_core.errors import SpecError
from ivig_core.estimate.hospitals.profile import REACH, STEP
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.analysis_spec import PARTS

FORMAT = 1
"""Raised where a site file is written otherwise than before."""
DEFINITIONS = 1
"""Raised where the same settings and the same cohort give other numbers than before."""
NO_MATTER = ("rate_ci",)
"""Settings of the parts below that change nothing of a site file."""
SHARED_PARTS = ("exposure", "endpoint", "model", "selection")
NAMES = tuple(
    field.name for part in SHARED_PARTS for field in fields(PARTS[part]) if field.name not in NO_MATTER
)  # fmt: skip
INTERVALS = ("auto", "wald", "profile")


def settings_of(spec: AnalysisSpec) -> dict[str, Any]:
    """The settings that define a site file, as JSON has them: all but those of survival and of intervals of rates.

    Raises
    ------
    SpecError
        for an interval that is not made of a sum of log-likelihoods.
    """
    method = spec.model.ci_method
    if method not in INTERVALS:
        raise SpecError(
            "ci_method", method, f"for hospitals any of {', '.join(INTERVALS)}: no others add over patients"
        )
    told = spec.to_dict()
    return {name: told[name] for name in NAMES}


def fingerprint(settings: Mapping[str, Any]) -> str:
    """One text of the settings, of the definitions and of the grid: equal where files can be put together."""
    told = {"format": FORMAT, "definitions": DEFINITIONS, "grid": [REACH, STEP], "settings": dict(settings)}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Name and both values of every setting that differs."""
    return [(name, one[name], other[name]) for name in NAMES if one[name] != other[name]]
