"""The calibrated ratio in cohorts with known truth: its intervals cover, its bias is a small part of the crude one's.

Run by `make slow`, never by `make test`. Writes `docs/null.md` and `docs/null.json`, whatever they say.
"""

from __future__ import annotations

import pytest

from tests.slow.null.cohorts import ASKED, BESIDE, Cell, analyse
from tests.slow.null.report import Quality, quality, write_report

LOW, HIGH = 0.93, 0.97


@pytest.fixture(scope="module")
def found() -> dict[Cell, Quality]:
    made = {cell: quality(cell, analyse(cell)) for cell in (*ASKED, *BESIDE)}
    write_report(made)
    return made


@pytest.mark.parametrize("cell", ASKED, ids=str)
def test_calibrated_intervals_cover(found, cell):
    assert LOW <= found[cell].coverage.value <= HIGH


@pytest.mark.parametrize("cell", ASKED, ids=str)
def test_the_bias_is_a_small_part_of_the_crude_one(found, cell):
    allowed = abs(found[cell].crude_bias.value) / (3 if cell.starts == "triggered" else 1)
    assert abs(found[cell].bias.value) <= allowed
