"""Deaths that infections bring about: what the case series says then, and the rows that answer it.

Run by `make slow`, never by `make test`. Writes `docs/end-of-follow-up.md`, whatever it says.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.end_of_follow_up import end_of_follow_up
from ivig_core.study.trust.rows.variant import FOLLOW_UP, Variant
from ivig_core.study.trust.sensitivity import sensitivity_row
from tests.core.make import Patient, cohort
from tests.paths import DOCS

COHORTS, TRUTH, SEED = 400, 0.6, 20261130
RATE, SHAPE, DEATHS, EVER = 0.7, 2.0, 0.1, 0.6
"""Infections a year off IVIG, shape of the gamma distribution over patients, deaths a year, share ever on IVIG."""
YEAR, GAP, WINDOW = 365.25, 28, 30
NAMES = {
    "set": "as it is",
    "time": "+ time since start",
    "without_deaths": "without the dead",
    "without_soon": "without infections at the end (biased)",
    "without_last_days": "the same, without these days",
    "weighted": "weighted",
}


class Cell(NamedTuple):
    """Patients, how many times as frequent death is after an infection, and for how many days (0: for good)."""

    patients: int
    times: float
    days: int


CELLS = [Cell(size, *harm) for size in (143, 500) for harm in ((1.0, 0), (5.0, 0), (5.0, 90), (20.0, 90))]


def drawn(cell: Cell, seed: int) -> Study:
    """A cohort day by day: courses of IVIG begin on any day, whether or not there was an infection."""
    generator = np.random.default_rng(seed)
    return Study(cohort(*[_patient(cell, generator) for _ in range(cell.patients)]))


def _patient(cell: Cell, generator: np.random.Generator) -> Patient:
    days = int(generator.integers(365, 4 * 365))
    on, doses = np.zeros(days, bool), []
    if generator.random() < EVER:
        first, number = int(generator.integers(0, days)), int(max(1, generator.exponential(12)))
        doses = [day for day in range(first, first + number * GAP, GAP) if day < days]
        on[first : doses[-1] + WINDOW + 1] = True
    rate = generator.gamma(SHAPE, RATE / SHAPE) / YEAR * np.where(on, TRUTH, 1)
    infections = np.flatnonzero(generator.random(days) < rate)
    hazard = np.full(days, DEATHS / YEAR)
    for day in infections:
        hazard[day + 1 : day + 1 + cell.days if cell.days else None] = cell.times * DEATHS / YEAR
    dead = np.flatnonzero(generator.random(days) < hazard)
    if not len(dead):
        return Patient(days=days, doses=doses, infections=infections.tolist())
    last = int(dead[0])
    seen = [day for day in doses if day <= last], infections[infections <= last].tolist()
    return Patient(days=last + 1, doses=seen[0], infections=seen[1], died=last)


def rows() -> list[Variant]:
    return [
        Variant("set", FOLLOW_UP, ""),
        Variant("time", FOLLOW_UP, "", {"adjust_for": ("time",)}),
        *end_of_follow_up(),
    ]


class Quality(NamedTuple):
    """Median ratio, share of intervals that hold the truth, and share of cohorts with an interval."""

    ratio: float
    covers: float
    known: float


def quality(cell: Cell, cohorts: int = COHORTS) -> dict[str, Quality]:
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in NAMES}
    for number in range(cohorts):
        study = drawn(cell, SEED + number)
        for variant in rows():
            row = sensitivity_row(study, AnalysisSpec(), variant)
            found[variant.name].append((row["irr"], row["ci_low"], row["ci_high"]))
    return {name: _quality(np.array(values, float)) for name, values in found.items()}


def _quality(values: np.ndarray) -> Quality:
    known = values[np.isfinite(values).all(axis=1)]
    covers = (known[:, 1] <= TRUTH) & (known[:, 2] >= TRUTH)
    return Quality(float(np.median(known[:, 0])), float(covers.mean()), len(known) / len(values))


@pytest.fixture(scope="module")
def results() -> dict[Cell, dict[str, Quality]]:
    made = {cell: quality(cell) for cell in CELLS}
    write(made)
    return made


def test_the_weighted_series_is_right_where_infections_kill_and_where_they_do_not(results):
    error = 3 * math.sqrt(0.05 * 0.95 / COHORTS)
    for cell, found in results.items():
        assert found["weighted"].covers > 0.94 - error, cell
        assert abs(math.log(found["weighted"].ratio / TRUTH)) < 0.06, cell


def test_the_series_as_it_is_is_not(results):
    for cell, found in results.items():
        if cell.times == 20:
            assert found["set"].ratio > 1.1 * TRUTH, cell
        if cell.times == 1:
            assert found["set"].covers > 0.95 - 3 * math.sqrt(0.05 * 0.95 / COHORTS), cell


def write(made: dict[Cell, dict[str, Quality]]) -> None:
    table = "\n".join(
        f"| {cell.patients} | ×{cell.times:g}{_until(cell)} | "
        + " | ".join(f"{found[name].ratio:.2f}, {100 * found[name].covers:.1f} %" for name in NAMES)
        + f" | {100 * found['weighted'].known:.0f} % |"
        for cell, found in made.items()
    )
    head = "| patients | death after an infection | " + " | ".join(NAMES.values()) + " | weighted exists |"
    error = 100 * math.sqrt(0.05 * 0.95 / COHORTS)
    text = f"""# Deaths that infections bring about

{COHORTS} simulated cohorts a row (`tests/slow/trust/test_end_of_follow_up.py`, made by `make slow`). The rate on
IVIG is {TRUTH} times that off it, {RATE} infections a year off it, patients differ (gamma, shape {SHAPE:g});
{100 * EVER:.0f} % have one course of IVIG that begins on any day of follow-up, infection or not. Follow-up is planned
for 1 to 4 years; {DEATHS} deaths a year end it, and after an infection so many times as many. Each cell: median ratio,
and share of 95 % intervals that hold {TRUTH} (± {error:.1f} where it is 95 %).

{head}
|{"---|" * (len(NAMES) + 3)}
{table}

{SAYS}"""
    (DOCS / "end-of-follow-up.md").write_text(text, encoding="utf-8")


def _until(cell: Cell) -> str:
    return f" for {cell.days} days" if cell.days else " for good" if cell.times > 1 else ""


SAYS = """*As it is*: the settings in force. *Without infections at the end*: without patients whose follow-up ended
within 90 days of an infection; who is kept has none in these days because of it, so that this row is biased also where
death has nothing to do with infections. *The same, without these days*: these days of all others are left out as well.
*Weighted*: the weighted case series (Farrington and others 2011), adjusted for time since the start, with the patient
sandwich; it exists where 10 patients with an infection died. Readings: [decisions](decisions/ends-and-controls.md).
"""
