"""Cohorts worked by hand: what `make` builds, with the columns of infections that only these comparisons read."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from ivig_core.cohort.cohort import Cohort
from ivig_core.evidence.groups import Groups
from tests.core.make import Patient, cohort

MONTH = 365.25 / 12


def people(*patients: Patient, **infection: list) -> Cohort:
    """A cohort; `infection` fills columns of its infections, one entry each in the order of patients and days."""
    made = cohort(*patients)
    rows = made.infection
    for column, kind in (("organism", "str"), ("anc", "float64"), ("alc", "float64")):
        values = infection.get(column, [None] * len(rows))
        rows = rows.assign(**{column: pd.Series(values, dtype=kind)})
    return replace(made, infection=rows)


def groups(*patients: Patient, **infection: list) -> Groups:
    """The groups of such a cohort."""
    return Groups(people(*patients, **infection))


def close(measured, estimate: float, low: float | None = None, high: float | None = None) -> None:
    """The estimate, and the limits where they are given."""
    assert measured.estimate == pytest.approx(estimate)
    if low is not None:
        assert (measured.low, measured.high) == pytest.approx((low, high), rel=1e-3, abs=1e-9)
