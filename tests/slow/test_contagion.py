"""Infections that bring infections: how often the check fires, and what the intervals hold then.

Run by `make slow`, never by `make test`. Writes `docs/contagion.md`, whatever it says.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest

from tests.paths import DOCS
from tests.slow.contagion import CELLS, COHORTS, TRUTH, Cell, Found, analyse

WAYS = {"wald": "plain interval", "robust": "robust interval", "joined": "joined at 14 days, plain"}


class Quality(NamedTuple):
    """Share of cohorts whose interval holds the truth, by interval; median ratio; share in which the check fires."""

    covers: dict[str, float]
    ratio: float
    fires: float


def quality(found: list[Found]) -> Quality:
    covers = {name: float(np.mean([one.holds[name] for one in found])) for name in WAYS}
    return Quality(covers, float(np.median([one.ratio for one in found])), float(np.mean([one.fires for one in found])))


@pytest.fixture(scope="module")
def results() -> dict[Cell, Quality]:
    made = {cell: quality(analyse(cell)) for cell in CELLS}
    write(made)
    return made


def test_the_check_fires_where_infections_bring_infections(results):
    for cell, found in results.items():
        assert found.fires < 0.1 if cell.times == 1 else found.fires > 0.8, cell


def test_without_it_every_interval_covers(results):
    for cell, found in results.items():
        if cell.times == 1:
            assert min(found.covers.values()) > 0.95 - 3 * math.sqrt(0.05 * 0.95 / COHORTS), cell


def write(made: dict[Cell, Quality]) -> None:
    error = 100 * math.sqrt(0.05 * 0.95 / COHORTS)
    rows = "\n".join(
        f"| {cell.patients} | ×{cell.times:g} | {100 * found.fires:.0f} % | {found.ratio:.2f} | "
        f"{' | '.join(f'{100 * found.covers[name]:.1f} %' for name in WAYS)} |"
        for cell, found in made.items()
    )
    head = f"| patients | infections after one | check fires | median ratio | {' | '.join(WAYS.values())} |"
    text = f"""# Infections that bring infections

{COHORTS} simulated cohorts a row, drawn day by day by a program of the tests (`tests/slow/contagion.py`): the rate on
IVIG is {TRUTH} times that off it, courses begin whether or not there was an infection, and for 30 days after an
infection others are so many times as frequent. Share of 95 % intervals that hold {TRUTH} (± {error:.1f} where it is
95 %), made by `make slow`.

{head}
|---|---|---|---|---|---|---|
{rows}

Where the check fires, read the robust interval. It does not mend everything: where infections bring many others, those
that IVIG prevents would have brought others too, so the ratio of all infections lies further from 1 than that of the
infections that come by themselves, and no interval around it is about the latter.
"""
    (DOCS / "contagion.md").write_text(text, encoding="utf-8")
