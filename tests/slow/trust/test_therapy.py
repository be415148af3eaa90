"""A therapy that brings infections and IVIG: what the crude and the adjusted ratio make of it.

Run by `make slow`, never by `make test`. Writes `docs/therapy.md`, whatever it says.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest

from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs_on_ivig
from tests.core.estimate.rates.test_adjusters import confounded
from tests.paths import DOCS

COHORTS, TRUTH, SEED = 400, 0.6, 20261130
SIZES = (43, 143)
WAYS = {
    "adjusted for nothing": {},
    "therapy by class": {"adjust_for": "therapy"},
    "therapy on or off": {"adjust_for": "therapy", "therapy_levels": "category"},
    "time since start": {"adjust_for": "time"},
}


class Quality(NamedTuple):
    """Median ratio, mean bias of the log ratio, and share of 95 % intervals that hold the truth."""

    ratio: float
    bias: float
    covers: float


def analyse(patients: int, cohorts: int = COHORTS) -> dict[str, Quality]:
    found: dict[str, list[tuple[float, bool]]] = {way: [] for way in WAYS}
    for number in range(cohorts):
        study = confounded(patients, TRUTH, seed=SEED + number)
        for way, settings in WAYS.items():
            row = sccs_on_ivig(study, AnalysisSpec().change(**settings)).set_index("term").loc["on_ivig"]
            found[way].append((float(row["log_irr"]), bool(row["ci_low"] <= TRUTH <= row["ci_high"])))
    return {way: _quality(rows) for way, rows in found.items()}


def _quality(rows: list[tuple[float, bool]]) -> Quality:
    logs = np.array([log for log, _ in rows])
    finite = logs[np.isfinite(logs)]
    return Quality(
        float(np.exp(np.median(finite))), float(finite.mean() - math.log(TRUTH)), float(np.mean([ok for _, ok in rows]))
    )


@pytest.fixture(scope="module")
def results() -> dict[int, dict[str, Quality]]:
    made = {size: analyse(size) for size in SIZES}
    write(made)
    return made


def test_adjusted_by_class_the_ratio_is_right_and_covered(results):
    for size, found in results.items():
        assert abs(found["therapy by class"].bias) < 0.05, size
        assert found["therapy by class"].covers > 0.95 - 3 * math.sqrt(0.05 * 0.95 / COHORTS), size


def test_the_crude_ratio_is_not(results):
    assert all(found["adjusted for nothing"].bias > 0.3 for found in results.values())


def write(made: dict[int, dict[str, Quality]]) -> None:
    error = 100 * math.sqrt(0.05 * 0.95 / COHORTS)
    rows = "\n".join(
        f"| {size} | {way} | {one.ratio:.2f} | {one.bias:+.3f} | {100 * one.covers:.1f} % |"
        for size, found in made.items()
        for way, one in found.items()
    )
    text = f"""# A therapy that brings infections and IVIG

{COHORTS} simulated cohorts a row (`tests/slow/trust/test_therapy.py`, made by `make slow`): two years under
daratumumab, then a bispecific antibody from some day between 150 and 450 on, which triples infections; most
patients begin IVIG 15–60 days after the change. IVIG makes the rate {TRUTH} times as high. Share of 95 %
intervals that hold {TRUTH} (± {error:.1f} where it is 95 %).

| patients | adjusted for | median ratio | bias of the log ratio | covers |
|---|---|---|---|---|
{rows}

Therapy on or off is no help where every day is under some therapy; time since the start takes away a third of the bias,
not more, because patients change at different times. By class the ratio is right, because the classes here are the
cause. Two drugs of one class with different risks, or a cause that no record holds, would still mislead.
"""
    (DOCS / "therapy.md").write_text(text, encoding="utf-8")
