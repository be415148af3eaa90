"""Two laboratory values of one day: said where they differ, and the analysis is the same in any order of rows."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.persontime.block import Block
from ivig_core.persontime.igg import functional_igg
from ivig_core.spec import AnalysisSpec
from tests.core.cohort.reading.build_file import fact, kinds, read

DOSE = fact("ivig", "2020-02-01")


def lab(value: str, analyte: str = "igg", unit: str = "mg/dL", day: str = "2020-03-01"):
    return fact("lab", day, analyte=analyte, value=value, unit=unit)


@pytest.mark.parametrize(("analyte", "unit", "used"), [("igg", "mg/dL", "lowest"), ("m_spike", "g/dL", "highest")])
def test_two_values_of_one_day_are_said(analyte, unit, used):
    intake = read(DOSE, lab("3", analyte, unit), lab("2", analyte, unit))
    problem = next(item for item in intake.problems if item.kind == "same_day_values")
    assert (problem.severity, problem.row, problem.column, problem.patient) == ("warning", 5, "value", "P1")
    assert f"{analyte} 2 is not the only value" in problem.message
    assert f"the {used} of the day is used" in problem.message


@pytest.mark.parametrize(
    "other",
    [
        lab("6.5", unit="g/L"),
        lab("700", day="2020-03-02"),
        lab("2", "anc", "10^9/L"),
        lab("1.1", "m_spike", "g/dL"),
    ],
    ids=["the same value in another unit", "another day", "another analyte", "an M-spike beside IgG"],
)
def test_one_value_a_day_is_no_reason_for_a_remark(other):
    assert "same_day_values" not in kinds(read(DOSE, lab("650"), other))


def test_functional_igg_is_the_same_in_any_order_of_rows():
    rows = [lab("2500"), lab("2450"), lab("1.9", "m_spike", "g/dL"), lab("2.2", "m_spike", "g/dL")]
    found = set()
    for order in (rows, rows[::-1], [*rows[2:], *rows[:2]]):
        cohort = read(DOSE, *order).cohort
        cohort.patients["heavy_chain"] = "IgG"
        igg = functional_igg(Block(cohort, 0, 1), AnalysisSpec().exposure)
        found.add(tuple(np.round(igg.value, 6)))
    assert found == {(250.0,)}
