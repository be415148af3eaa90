"""Which subgroups by IgG invent a difference where IVIG has one ratio at every IgG.

Run by `make slow`, never by `make test`. Writes `docs/igg-subgroups.md`, whatever it says.
"""

from __future__ import annotations

import math

import pytest

from tests.slow.rates.igg_cohorts import ASKED, BEFORE, COHORTS, CUTS, DAY, Cell, analyse, limit
from tests.slow.rates.igg_report import Quality, quality, write_report

NOMINAL = 0.05 + 3 * math.sqrt(0.05 * 0.95 / COHORTS)
TRIGGERED, NO_RISE = Cell("triggered", 1.0, 300.0), Cell("triggered", 1.0, 0.0)


@pytest.fixture(scope="module")
def found() -> dict[Cell, Quality]:
    made = {cell: quality(analyse(cell), limit(cell)) for cell in ASKED}
    write_report(made)
    return made


@pytest.mark.parametrize("cut", CUTS)
def test_by_igg_before_the_first_dose_the_test_keeps_its_level(found, cut):
    for cell, made in found.items():
        assert made.of[cut, BEFORE].differs.value <= NOMINAL, cell


def test_by_igg_of_the_day_donor_igg_makes_a_difference_where_infections_bring_ivig(found):
    raised, plain = (found[cell].limit[400, DAY] for cell in (TRIGGERED, NO_RISE))
    assert raised.p < 0.01 < plain.p
    assert raised.above[0] / raised.below[0] > 1.05
