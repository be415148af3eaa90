"""Power by formula against 10 000 simulated studies in five settings, and what infections that bring IVIG on do to it.

Run by `make slow`. Writes `docs/study-size.md` and `docs/study-size.json`, whatever they say.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from ivig_core.estimate.whatif.size.lives import LifeModel
from ivig_core.study.whatif.size.needed import wilson
from ivig_core.study.whatif.size.plan import StudyPlan
from ivig_core.study.whatif.size.simulated import Simulation
from tests.core.estimate.whatif.fixed_studies import SETTINGS, Setting, simulated_power
from tests.core.study.whatif.sizes import without_cohort
from tests.paths import DOCS

STUDIES = 10_000
CLOSE = 0.04
TRIGGERS = (1.0, 2.0, 4.0, 8.0)
TRIGGERED_STUDIES = 2_000
YEAR = 365.25


@pytest.fixture(scope="module")
def fixed() -> dict[str, tuple[float, float]]:
    """Power by formula and by simulation per setting."""
    return {name: simulated_power(setting, STUDIES) for name, setting in SETTINGS.items()}


@pytest.fixture(scope="module")
def triggered() -> list[dict[str, float]]:
    """Studies of one size where a course of IVIG starts so many times as often in the 30 days after an infection."""
    rows = []
    for trigger in TRIGGERS:
        model = LifeModel(
            np.array([730]), 2 / YEAR, 0.6, variance=0.5, doses=8.0, first=0.6 / YEAR, again=0.6 / YEAR, trigger=trigger
        )  # fmt: skip
        run = Simulation(model, without_cohort(StudyPlan()), TRIGGERED_STUDIES)
        while not run.finished:
            run.step()
        table = run.result().table
        largest = table[table["patients"] == table["patients"].max()]
        rows += [{"trigger": trigger, **row} for row in largest.to_dict("records")]
    return rows


@pytest.fixture(scope="module", autouse=True)
def written(fixed, triggered) -> None:
    found = {
        "studies": STUDIES,
        "fixed": [
            {"setting": name, **SETTINGS[name]._asdict(), "power_by_formula": formula, "power_simulated": power}
            for name, (formula, power) in fixed.items()
        ],
        "triggered": triggered,
    }
    (DOCS / "study-size.json").write_text(json.dumps(found, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    (DOCS / "study-size.md").write_text("\n".join(_page(fixed, triggered)) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", list(SETTINGS))
def test_power_by_formula_is_that_of_simulated_studies(fixed, name):
    formula, power = fixed[name]
    assert abs(formula - power) <= CLOSE


def test_without_a_trigger_the_ratio_lands_where_it_is_and_with_one_it_does_not(triggered):
    median = {(row["trigger"], row["before_days"]): row["ratio_median"] for row in triggered}
    assert median[1.0, 0] == pytest.approx(0.6, abs=0.02)
    assert median[2.0, 0] > median[4.0, 0] > median[8.0, 0]
    assert abs(median[8.0, 30] - 0.6) < abs(median[8.0, 0] - 0.6)


HEAD = ("setting", "ratio", "follow-up", "days on IVIG", "treated", "rate", "variance", "by formula", "simulated")
HEAD_TRIGGERED = ("times as often", "days before the first dose apart", "ratio lands at", "middle 95 %", "power",
                  "intervals with 0.60")  # fmt: skip


def _page(fixed: dict[str, tuple[float, float]], triggered: list[dict[str, float]]) -> list[str]:
    return [
        "# Size of a study: the formula against simulation",
        "",
        f"Written by `make slow` (`tests/slow/test_study_size.py`). {STUDIES:,} simulated studies of each setting,",
        "with as many patients as the formula asks for, windows that no infection moves, analysed by the",
        "self-controlled case series with a likelihood-ratio test. Asked for: within 4 percentage points.",
        "",
        *_table(HEAD, [_row(name, SETTINGS[name], *powers) for name, powers in fixed.items()]),
        "",
        "## Where infections bring IVIG on",
        f"{TRIGGERED_STUDIES:,} studies of {triggered[0]['patients']} patients, true ratio 0.60, courses of 8 doses",
        "that start so many times as often in the 30 days after an infection. No formula knows of this: the ratio of",
        "all days lands too far from 1, and part of its power is bias.",
        "",
        *_table(HEAD_TRIGGERED, [_triggered_row(row) for row in triggered]),
    ]


def _table(head: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _row(name: str, setting: Setting, formula: float, power: float) -> list[str]:
    low, high = wilson(power, STUDIES)
    design = (
        f"{setting.ratio:.2f}",
        setting.follow_up,
        setting.on,
        f"{setting.share:.0%}",
        setting.rate,
        setting.variance,
    )
    return [name, *map(str, design), f"{formula:.1%}", f"{power:.1%} ({low:.1%}–{high:.1%})"]


def _triggered_row(row: dict[str, float]) -> list[str]:
    return [
        f"{row['trigger']:g}", str(row["before_days"] or "none"), f"{row['ratio_median']:.2f}",
        f"{row['ratio_low']:.2f}–{row['ratio_high']:.2f}", f"{row['power']:.1%}", f"{row['coverage']:.1%}",
    ]  # fmt: skip
