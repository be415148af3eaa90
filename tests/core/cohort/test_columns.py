"""Bands cut every number into exactly one subgroup."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from ivig_core.cohort.baseline_columns import BASELINE
from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import BY_NAME, COLUMNS


@pytest.mark.parametrize(
    ("name", "values", "labels"),
    [
        ("age", [0, 64.9, 65, 74.9, 75, 120], ["<65", "<65", "65–74", "65–74", "≥75", "≥75"]),
        ("infections_prior_year", [0, 1, 2, 3, 4, 9], ["0", "1", "2", "3", "4+", "4+"]),
        ("lines_of_therapy", [0, 1, 2, 3, 4, 9], ["0–1", "0–1", "2", "3", "4+", "4+"]),
        ("years_since_diagnosis", [1.9, 2, 4.9, 5], ["<2", "2–<5", "2–<5", "≥5"]),
        ("weight_kg", [59.9, 60, 79.9, 80], ["<60", "60–<80", "60–<80", "≥80"]),
    ],
)
def test_bands_on_both_sides_of_every_cut(name, values, labels):
    column = BY_NAME[name]
    codes = column.band_codes(np.array([*values, np.nan]))

    assert [column.bands[code].label for code in codes[:-1]] == labels
    assert codes[-1] == -1


def test_every_numeric_baseline_column_has_bands_without_gaps():
    for column in BASELINE:
        assert bool(column.bands) == column.numeric
        edges = [(band.low, band.high) for band in column.bands]
        assert all(high == low for (_, high), (low, _) in pairwise(edges))


def test_specs_are_consistent():
    assert len(BY_NAME) == len(COLUMNS)
    for column in COLUMNS:
        assert set(column.required) <= set(column.records) <= set(KINDS)
        assert bool(column.allowed) == (column.type in ("record", "category", "grade", "unit"))
        assert column.label
        assert column.description.endswith(".")
