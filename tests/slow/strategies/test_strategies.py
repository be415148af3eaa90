"""Ways to give IVIG on cohorts with known truth: writes `docs/strategies.md`. Run with `make slow`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.cohort.read import COMMAND_LIMITS, read_cohort
from ivig_core.errors import EstimationError
from ivig_core.evidence.effects import effect_of
from ivig_core.simulate.generator import simulate
from ivig_core.simulate.model import DAYS_PER_YEAR, SimulationModel
from ivig_core.simulate.parts import Starts
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.assumptions import Assumptions
from ivig_core.study.whatif.strategies import strategies
from tests.paths import DOCS
from tests.slow.strategies.direct import STRATEGIES, Totals, direct, histories

COHORTS, PATIENTS, SEED = 50, 43, 20261128
"""Fixed before the first run and never tuned."""
REPLICATES, LIKE_THESE = 100, 4000
ASKED = 0.86
"""43 of 50 cohorts: what intervals that hold the truth in 95 % reach with a probability of 99.7 %."""
SPEC = AnalysisSpec().change(adjust_for="phase,season,time")
QUANTITIES = {
    "infections": ("infections", "expected", 1.0),
    "severe": ("severe", "expected_severe", 1.0),
    "ivig_months": ("on_days", "on_days", 12 / DAYS_PER_YEAR),
}
"""Of each quantity: what happened and what was expected in a direct simulation, and their unit in that of the table."""

_PLAIN = SimulationModel(irr_before_first_dose=1.0, share_grade_5=0.0)
MODELS = {
    "Dates of doses ignore infections; ratio of the cohort itself": _PLAIN,
    "Infections bring IVIG on; ratio from elsewhere": replace(
        _PLAIN, starts=Starts(share_planned=0.3, after_infection=0.3, again=0.5, share_soon=0.5)
    ),
}
FROM_ELSEWHERE = 0.15
"""Standard error of the log ratio of a study of other patients."""


def test_expected_infections_hold_the_truth():
    table = pd.concat([pd.DataFrame(rows(name, model)) for name, model in MODELS.items()], ignore_index=True)
    write(table)
    found = table[table["quantity"] == "infections"].groupby(["model", "strategy"])["like_these"].mean()
    assert (found >= ASKED).all(), found


def rows(name: str, model: SimulationModel) -> Iterator[dict[str, Any]]:
    """A row per cohort, strategy and quantity."""
    text = simulate(model, COHORTS * PATIENTS, SEED).rows.to_csv(index=False).encode()
    cohort, truth = read_cohort(text, COMMAND_LIMITS).checked(), histories(model, COHORTS * PATIENTS, SEED)
    assert (truth.people.last + 1).tolist() == cohort.days.tolist()
    rng = np.random.default_rng(SEED)
    assumed = Assumptions(igg_rise=int(model.igg.rise_per_dose), igg_half_life=int(model.igg.half_life_days))
    true_rates = like_these(model, assumed)
    simulated = {strategy: direct(model, truth, assumed, strategy, REPLICATES, SEED) for strategy in STRATEGIES}
    for number in range(COHORTS):
        keep = np.zeros(len(cohort), bool)
        keep[number * PATIENTS : (number + 1) * PATIENTS] = True
        study = Study(cohort.subset(keep))
        mine = assumed if model.starts is None else from_elsewhere(model, assumed, rng)
        try:
            result = strategies(study, SPEC, mine, effect_of(study, SPEC, mine))
        except EstimationError:
            continue
        for strategy in STRATEGIES:
            row, totals = result.row(strategy), simulated[strategy]
            for quantity, (happened, expected, unit) in QUANTITIES.items():
                if row[f"{quantity}_status"] != "ok" or np.isnan(row[f"{quantity}_low"]):
                    # As IVIG was given, amounts are recorded: no interval.
                    continue
                sums = getattr(totals, happened)[:, keep].sum(axis=1) * unit
                low, high = np.quantile(sums, (0.025, 0.975))
                these = getattr(totals, expected)[:, keep].sum(axis=1).mean() * unit
                like = true_rates[strategy][expected] * result.patient_years * unit
                value, bounds = row[quantity], (row[f"{quantity}_low"], row[f"{quantity}_high"])
                yield {
                    "model": name, "strategy": strategy, "quantity": quantity, "truth": like,
                    "direct": low <= value <= high, "these": bounds[0] <= these <= bounds[1],
                    "like_these": bounds[0] <= like <= bounds[1], "error": value - these,
                    "width": bounds[1] - bounds[0],
                }  # fmt: skip


def from_elsewhere(model: SimulationModel, assumed: Assumptions, rng: np.random.Generator) -> Assumptions:
    """A ratio as a study of other patients would find it."""
    log = np.log(model.irr_on_all) + FROM_ELSEWHERE * rng.standard_normal()
    reach = 1.96 * FROM_ELSEWHERE
    ratio, low, high = np.exp([log, log - reach, log + reach])
    return replace(assumed, effect="entered", ratio=ratio, ratio_low=low, ratio_high=high)


def like_these(model: SimulationModel, assumed: Assumptions) -> dict[str, dict[str, float]]:
    """Expected amounts per patient-year in many other patients of the same kind."""
    others = histories(model, LIKE_THESE, SEED + 1)
    years = (others.people.last + 1).sum() / DAYS_PER_YEAR
    return {
        strategy: {name: total.sum() / years for name, total in zip(Totals._fields, totals, strict=True)}
        for strategy in STRATEGIES
        for totals in [direct(model, others, assumed, strategy, 1, SEED)]
    }


HEAD = """# Ways to give IVIG: are the intervals right?
Written by `make slow`, not by hand: seed {seed}, {cohorts} cohorts of {patients} patients for each of two models.

Each cohort is drawn from a model that is known, and read and simulated as an upload is, without a look at the truth.
Then the same patients are simulated directly from the model, day by day, by other code
(`tests/slow/strategies/direct.py`).

- **Point in direct**: cohorts in which the point estimate lies inside the 95 % interval of {replicates} direct
  simulations of the same patients. That interval holds the chance of infections only, not the error of a ratio and of
  rates that are estimated from 43 patients, so that fewer than 95 % are expected.
- **These patients**: cohorts in whose 95 % interval the truly expected number of the same patients lies.
- **Like these**: the same for patients of the same kind ({like} others): what the interval is meant for.
  Asked for infections of any grade: at least {asked}. One standard error at 95 % of 50 cohorts is 3 %.
- Error: of the point estimate against the truth of the same patients, mean ± standard error.

In the second model grade 3 and higher is left out: one ratio from elsewhere is assumed for all infections, whereas the
truth differs by grade.

**What was and was not checked.** The cohort's own ratio only where dates of doses ignore infections: where infections
bring IVIG on, the ratio of all days overstates what is averted, and no interval here shows it; a ratio from elsewhere
is checked there instead. The 95 % intervals hold the number of infections of patients like these in 86 to 94 % of the
cohorts, and the months on IVIG after infections in 88 to 90 %: they are somewhat too narrow. Costs, thromboses, and
infusions are not checked.
"""


def share(value: float) -> str:
    """A share as a percentage."""
    return f"{100 * value:.0f} %"


def signed(value: float) -> str:
    """With a sign, and none for 0.0."""
    text = f"{abs(value):.1f}"
    return text if text == "0.0" else f"{'−' if value < 0 else '+'}{text}"


def write(table: pd.DataFrame) -> None:
    """The tables as Markdown."""
    lines = [
        HEAD.format(
            seed=SEED,
            cohorts=COHORTS,
            patients=PATIENTS,
            replicates=REPLICATES,
            like=f"{LIKE_THESE:,}",
            asked=share(ASKED),
        )
    ]
    words = {"infections": "infections", "severe": "grade ≥ 3", "ivig_months": "IVIG, months"}
    for name, part in table.groupby("model", sort=False):
        lines += [
            f"## {name}",
            "| way to give IVIG | quantity | truth | cohorts | point in direct | these patients | like these | error | "
            "width of interval |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        for (strategy, quantity), cell in part.groupby(["strategy", "quantity"], sort=False):
            if (strategy, quantity) == ("none", "ivig_months") or (quantity == "severe" and "elsewhere" in str(name)):
                continue
            spread = cell["error"].std() / np.sqrt(len(cell))
            shares = " | ".join(share(cell[column].mean()) for column in ("direct", "these", "like_these"))
            if quantity == "ivig_months":
                # Given the patients, days on IVIG hardly have a chance of their own.
                shares = f"– |{shares.partition('|')[2]}"
            lines.append(
                f"| {strategy} | {words[quantity]} | {cell['truth'].mean():.1f} | {len(cell)} | {shares} "
                f"| {signed(cell['error'].mean())} ± {spread:.1f} | {cell['width'].mean():.1f} |"
            )
        lines.append("")
    (DOCS / "strategies.md").write_text("\n".join(lines), encoding="utf-8")
