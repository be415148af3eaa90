"""The baseline columns of `patient` rows: filters and subgroups are made of them."""

from __future__ import annotations

import math
from typing import TypedDict, Unpack

from ivig_core.cohort.column_type import Band, Column, ColumnType

_INF = math.inf
_YES_NO = ("yes", "no")


class _More(TypedDict, total=False):
    allowed: tuple[str, ...]
    low: float
    high: float
    unit: str
    bands: tuple[Band, ...]
    examples: tuple[str, ...]


def _bands(*cuts: tuple[str, float, float]) -> tuple[Band, ...]:
    return tuple(Band(label, low, high) for label, low, high in cuts)


def _baseline(name: str, kind: ColumnType, label: str, description: str, **more: Unpack[_More]) -> Column:
    return Column(name, kind, ("patient",), description, label=label, baseline=True, **more)


BASELINE: tuple[Column, ...] = (
    _baseline(
        "age",
        "number",
        "Age",
        "Age at `start`.",
        low=0,
        high=120,
        unit="years",
        bands=_bands(("<65", -_INF, 65), ("65–74", 65, 75), ("≥75", 75, _INF)),
        examples=("67",),
    ),
    _baseline("sex", "category", "Sex", "Sex.", allowed=("female", "male")),
    _baseline(
        "index_therapy",
        "text",
        "Index therapy",
        "Myeloma therapy at `start`, in your own words.",
        examples=("daratumumab",),
    ),
    _baseline(
        "years_since_diagnosis",
        "number",
        "Years since diagnosis",
        "Years from diagnosis to `start`.",
        low=0,
        high=100,
        unit="years",
        bands=_bands(("<2", -_INF, 2), ("2–<5", 2, 5), ("≥5", 5, _INF)),
        examples=("3.5",),
    ),
    _baseline(
        "lines_of_therapy",
        "integer",
        "Lines of therapy",
        "Lines of therapy up to `start`.",
        low=0,
        high=50,
        bands=_bands(("0–1", -_INF, 2), ("2", 2, 3), ("3", 3, 4), ("4+", 4, _INF)),
        examples=("2",),
    ),
    _baseline(
        "infections_prior_year",
        "integer",
        "Infections in the year before",
        "Infections in the year before `start`.",
        low=0,
        high=365,
        bands=_bands(("0", -_INF, 1), ("1", 1, 2), ("2", 2, 3), ("3", 3, 4), ("4+", 4, _INF)),
        examples=("1",),
    ),
    _baseline(
        "heavy_chain",
        "category",
        "Heavy chain",
        "Heavy chain of the M protein; `none` = light chain only.",
        allowed=("none", "IgG", "IgA", "IgD", "IgE", "IgM"),
    ),
    _baseline("light_chain", "category", "Light chain", "Light chain.", allowed=("kappa", "lambda", "both")),
    _baseline("iss", "category", "ISS stage", "International Staging System.", allowed=("I", "II", "III")),
    _baseline("r_iss", "category", "R-ISS stage", "Revised ISS.", allowed=("I", "II", "III")),
    _baseline(
        "high_risk_cytogenetics", "category", "High-risk cytogenetics", "High-risk cytogenetics.", allowed=_YES_NO
    ),
    _baseline(
        "extramedullary_disease", "category", "Extramedullary disease", "Extramedullary disease.", allowed=_YES_NO
    ),
    _baseline(
        "weight_kg",
        "number",
        "Weight",
        "Body weight at `start`.",
        low=1,
        high=500,
        unit="kg",
        bands=_bands(("<60", -_INF, 60), ("60–<80", 60, 80), ("≥80", 80, _INF)),
        examples=("72",),
    ),
)
FREE_TEXT = tuple(column.name for column in BASELINE if column.type == "text")
"""Columns whose values are whatever a hospital writes."""
