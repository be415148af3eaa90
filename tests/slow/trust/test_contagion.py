"""Infections that bring infections: how often the check fires, and what the intervals hold then.

Run by `make slow`, never by `make test`. Writes `docs/contagion.md`, whatever it says.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import read_cohort
from ivig_core.estimate.whatif.null.process import Histories
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.infections_after import gather, infections_after, pairs
from tests.core.estimate.whatif.daily import daily
from tests.paths import DOCS

COHORTS, TRUTH, SEED = 400, 0.6, 20261129
DAY_0 = np.datetime64("2020-01-01")


class Cell(NamedTuple):
    """Patients on IVIG in a cohort, and how many times as frequent infections are for 30 days after one."""

    patients: int
    times: float


CELLS = [Cell(size, times) for size in (43, 143) for times in (1.0, 3.0, 6.0)]


class Found(NamedTuple):
    """Whether each interval of `infections_after` holds the ratio that infections were drawn with, the ratio itself,
    and whether the check fires."""

    holds: dict[str, bool]
    ratio: float
    fires: bool


def analyse(cell: Cell, cohorts: int = COHORTS) -> list[Found]:
    return [_found(Study(cohort)) for cohort in drawn(cell, cohorts)]


def _found(study: Study) -> Found:
    spec = AnalysisSpec()
    table = infections_after(study, spec).set_index("what")
    holds = {str(name): row["ci_low"] <= TRUTH <= row["ci_high"] for name, row in table.iterrows()}
    return Found(holds, float(table.loc["wald", "irr"]), gather(pairs(study, spec)))


def drawn(cell: Cell, cohorts: int) -> Iterator[Cohort]:
    """Cohorts of patients on IVIG, whose courses begin whether or not there was an infection."""
    for number in range(cohorts):
        people = int(cell.patients * 2.2)
        histories = daily(people, TRUTH, 1.0, seed=SEED + number, contagion=cell.times)
        yield _cohort(histories, min(cell.patients, len(histories)))


def _cohort(histories: Histories, patients: int) -> Cohort:
    """The first patients as a file of ours has them."""
    rows = ["patient_id,record,start,end,grade,dose_g_per_kg"]
    rows += [f"P{who:04},patient,{_date(0)},{_date(histories.days[who] - 1)},," for who in range(patients)]
    for kind, who, day in (
        ("infection", histories.infection_patient, histories.infection_day),
        ("ivig", histories.dose_patient, histories.dose_day),
    ):
        more = ",2," if kind == "infection" else ",,0.4"
        rows += [
            f"P{one:04},{kind},{_date(at)},{more}"
            for one, at in zip(who, day, strict=True)
            if one < patients and at < histories.days[one]
        ]
    cohort = read_cohort(io.BytesIO("\n".join(rows).encode())).cohort
    assert cohort is not None
    return cohort


def _date(day: int) -> str:
    return str(DAY_0 + int(day))


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

{COHORTS} simulated cohorts a row, drawn day by day by a program of the tests
(`tests/slow/trust/test_contagion.py`): the rate on IVIG is {TRUTH} times that off it, courses
begin whether or not there was an infection, and for 30 days after an infection others are so many times as
frequent. Share of 95 % intervals that hold {TRUTH} (± {error:.1f} where it is 95 %), made by `make slow`.

{head}
|---|---|---|---|---|---|---|
{rows}

Where the check fires, read the robust interval. It does not mend everything: where infections bring many others, those
that IVIG prevents would have brought others too, so the ratio of all infections lies further from 1 than that of the
infections that come by themselves, and no interval around it is about the latter.
"""
    (DOCS / "contagion.md").write_text(text, encoding="utf-8")
