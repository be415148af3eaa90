"""Where the rows of a curve lie without effect: cohorts with truth 1 lie anywhere among those simulated like them.

Run by `make slow`, never by `make test`. Writes `docs/curve-null.md` and `docs/curve-null.json`, whatever they say.
"""

from __future__ import annotations

import pytest

from tests.slow.null.cohorts import Cell
from tests.slow.null.curve_cohorts import CELLS, places
from tests.slow.null.curve_report import Quality, quality, write_report

MANY_ERRORS = 3.0


@pytest.fixture(scope="module")
def found() -> dict[Cell, dict[str, Quality]]:
    made = {cell: quality(places(cell)) for cell in CELLS}
    write_report(made)
    return made


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("measure", ["below", "clear", "middle"])
def test_few_cohorts_lie_where_fewer_than_one_in_twenty_do(found, cell, measure):
    row = found[cell][measure]
    assert row.rare.value <= 0.05 + MANY_ERRORS * (0.05 * 0.95 / row.cohorts) ** 0.5


@pytest.mark.parametrize("cell", CELLS, ids=str)
@pytest.mark.parametrize("measure", ["below", "middle"])
def test_on_average_they_lie_in_the_middle(found, cell, measure):
    row = found[cell][measure]
    assert abs(row.place.value - 0.5) <= MANY_ERRORS * row.place.error
