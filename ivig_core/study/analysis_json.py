"""The stable JSON of the command line, described in `docs/json.md`."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import pandas as pd

from ivig_core.study.analysis import Analysis

RATES_SHOWN = ("period", "infections", "person_days", "rate", "ci_low", "ci_high")


def to_json(analysis: Analysis, notes: Collection[str] = ()) -> dict[str, Any]:
    """The command line's JSON object: strict JSON types, absent numbers as None. `notes` come before the analysis's."""
    result: dict[str, Any] = {
        "spec": analysis.spec.to_dict(),
        "cohort": {name: plain(value) for name, value in analysis.summary.items()},
        "attrition": records(analysis.attrition),
    }
    if analysis.rates is not None:
        result["rates"] = records(analysis.rates[list(RATES_SHOWN)])
    if analysis.irr is not None:
        result["irr"] = records(analysis.irr)
    if analysis.forest is not None:
        result["forest"] = records(analysis.forest)
    if "survival" in analysis.asked:
        result["survival"] = _survival_json(analysis)
    result["notes"] = [*notes, *analysis.notes]
    return result


def _survival_json(analysis: Analysis) -> dict[str, Any]:
    spec, tables = analysis.spec.survival, analysis.survival
    head = {"event": spec.survival_event, "group": spec.survival_group, "landmark_day": spec.landmark_day}
    if tables is None:
        empty = ("curves", "medians", "restricted_mean", "cumulative_incidence", "cox")
        untested = {"chi2": None, "df": None, "p_value": None}
        return {**head, "excluded": 0, **{name: [] for name in empty}, "logrank": untested}
    test = tables.logrank
    return {
        **head,
        "excluded": plain(tables.excluded),
        "curves": records(tables.km.curves),
        "medians": records(tables.km.medians),
        "logrank": {
            "chi2": number(test.chi2) if test else None,
            "df": int(test.df) if test else None,
            "p_value": number(test.p_value) if test else None,
        },
        "restricted_mean": records(tables.restricted_mean),
        "cumulative_incidence": records(tables.cumulative_incidence.curves),
        "cox": records(analysis.cox),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts of plain Python values."""
    columns = {name: [plain(value) for value in table[name].tolist()] for name in table.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def plain(value: object) -> object:
    """A value as JSON can hold it."""
    return number(value) if isinstance(value, float) else value


def number(value: float) -> float | None:
    """A finite number, or None."""
    return float(value) if math.isfinite(value) else None
