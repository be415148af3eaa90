"""Infections that bring infections: how often the check fires, and what intervals, rows and the test of subgroups hold.

Run by `make slow`, never by `make test`. Writes `docs/contagion.md`, whatever it says.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from ivig_core.estimate.rates.interaction import forest_rows
from ivig_core.estimate.rates.splits import by_patient
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.forest import forest
from ivig_core.study.rates.intervals_in_force import EPISODE_DAYS, as_shown, gather, pairs
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from ivig_core.study.trust.checks.infections_after import on_and_off
from ivig_core.study.trust.rows.after_infections import first_infections, without_days
from ivig_core.terms import ON
from tests.slow.trust.contagion_cohorts import SEED, TRUTH, Cell, Total, drawn, total
from tests.slow.trust.contagion_report import write

COHORTS = 400
CELLS = [Cell(size, times) for size in (43, 143) for times in (1.0, 3.0, 6.0)]
SPEC = AnalysisSpec()
ROBUST = SPEC.change(ci_method="robust")
GROUPS = (0.6, 0.4)
"""Shares of the patients in two groups made by chance, between which the ratio does not differ."""


class Found(NamedTuple):
    """Of one cohort: ratio and limits of each way (3 numbers), whether the check fires, p of two groups by chance with
    the likelihood ratio, as shown and with the robust test, and the dispersion with its p."""

    ways: dict[str, tuple[float, float, float]]
    fires: bool
    p_likelihood: float
    p_shown: float
    p_robust: float
    dispersion: float
    p_dispersion: float


def analyse(cell: Cell, cohorts: int = COHORTS) -> list[Found]:
    rng = np.random.default_rng(SEED)
    return [_found(Study(cohort), rng) for cohort in drawn(cell, cohorts)]


def _found(study: Study, rng: np.random.Generator) -> Found:
    joined = {"episode_gap_days": EPISODE_DAYS}
    tables = {
        "before": sccs(study, SPEC),
        "after": forest(study, SPEC, "overall"),
        "robust": sccs(study, ROBUST),
        "joined": sccs(study, SPEC.change(**joined)),
        "joined_robust": sccs(study, ROBUST.change(**joined)),
        "without_days": without_days(study, ROBUST),
        "first": first_infections(study, ROBUST),
    }
    ways = {name: _numbers(table) for name, table in tables.items()}
    before, robust = ways["before"], ways["robust"]
    ways["wider"] = (before[0], min(before[1], robust[1]), max(before[2], robust[2]))
    fires, split = gather(pairs(study, SPEC)), by_patient("group", study.time(SPEC), _groups(study, rng))
    likelihood, of_robust = (
        float(forest_rows(split, model)["p_interaction"].iloc[0]) for model in (SPEC.model, ROBUST.model)
    )
    spread = on_and_off(study, SPEC)
    assert (as_shown(study, SPEC) is not SPEC) == fires
    return Found(
        ways, fires, likelihood, of_robust if fires else likelihood, of_robust, spread.ratio, spread.p_value
    )  # fmt: skip


def _numbers(table: pd.DataFrame) -> tuple[float, float, float]:
    row = table[table["term"] == ON].iloc[0] if "term" in table else table.iloc[0]
    return float(row["irr"]), float(row["ci_low"]), float(row["ci_high"])


def _groups(study: Study, rng: np.random.Generator) -> pd.Categorical:
    return pd.Categorical.from_codes(rng.choice(2, len(study.full), p=GROUPS), ["a", "b"])


class Quality(NamedTuple):
    """Over cohorts: median ratio and coverage of the ratio drawn and of the total one, by way; shares of p < 0.05."""

    ratio: dict[str, float]
    drawn: dict[str, float]
    total: dict[str, float]
    fires: float
    likelihood: float
    shown: float
    robust: float
    dispersion: float
    overdispersed: float


def quality(found: list[Found], within: float) -> Quality:
    ways = found[0].ways

    def holds(name: str, truth: float) -> float:
        return float(np.mean([one.ways[name][1] <= truth <= one.ways[name][2] for one in found]))

    return Quality(
        ratio={name: float(np.median([one.ways[name][0] for one in found])) for name in ways},
        drawn={name: holds(name, TRUTH) for name in ways},
        total={name: holds(name, within) for name in ways},
        fires=float(np.mean([one.fires for one in found])),
        likelihood=_share([one.p_likelihood for one in found]),
        shown=_share([one.p_shown for one in found]),
        robust=_share([one.p_robust for one in found]),
        dispersion=float(np.median([one.dispersion for one in found])),
        overdispersed=_share([one.p_dispersion for one in found]),
    )


def _share(p: list[float]) -> float:
    """Of the p values there are, those below 0.05."""
    known = np.array(p)[~np.isnan(p)]
    return float(np.mean(known < 0.05))


@pytest.fixture(scope="module")
def results() -> dict[Cell, Quality]:
    totals: dict[float, Total] = {times: total(times) for times in sorted({cell.times for cell in CELLS})}
    made = {cell: quality(analyse(cell), totals[cell.times].within) for cell in CELLS}
    write(made, totals, COHORTS)
    return made


def test_the_check_fires_where_infections_bring_infections(results):
    for cell, found in results.items():
        assert found.fires < 0.1 if cell.times == 1 else found.fires > 0.8, cell


def test_without_it_every_interval_covers(results):
    for cell, found in results.items():
        if cell.times == 1:
            assert min(found.drawn.values()) > 0.95 - 4 * math.sqrt(0.05 * 0.95 / COHORTS), cell


def test_the_headline_covers_the_total_ratio_better_than_before(results):
    for cell, found in results.items():
        if cell.times > 1:
            assert found.total["after"] > max(found.total["before"], 0.88), cell


def test_the_robust_test_of_subgroups_keeps_its_size(results):
    for cell, found in results.items():
        assert found.robust < 0.05 + 3 * math.sqrt(0.05 * 0.95 / COHORTS), cell
