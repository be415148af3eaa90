"""Infections per patient where death ends the risk, and the rate while alive: bias and coverage with a known truth.

Run by `make slow`, never by `make test`. Writes `docs/death.md`, whatever it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import roots_genlaguerre

from ivig_core.estimate.rates.mean_cumulative import curve
from ivig_core.estimate.rates.terminal.followed import Followed
from ivig_core.estimate.rates.terminal.ghosh_lin import mean_with_death
from ivig_core.estimate.rates.terminal.while_alive import rate_ratios, while_alive
from tests.paths import DOCS

COHORTS, SEED, DAYS = 1000, 20261128, 365
SHAPE = 1.5
"""Of the gamma distribution of patients' rates, whose variance is 1/1.5."""
RATES = {"ivig": 1.4, "no_ivig": 2.4}
DEATHS = {"ivig": 0.15, "no_ivig": 0.45}
"""Infections and deaths a year of a patient of average frailty."""
LONGEST = 900


class Cell(NamedTuple):
    """Patients of both groups together, and whether frail patients die sooner as well."""

    patients: int
    together: bool


DYING = {False: "independent", True: "frail die sooner"}
CELLS = [Cell(size, together) for size in (43, 143, 500) for together in (False, True)]


class Truth(NamedTuple):
    """Mean infections and mean days lived until `DAYS`."""

    mean: float
    lived: float


def truth(group: str, together: bool) -> Truth:
    """Day after day, over the distribution of the frailty by Gauss–Laguerre quadrature."""
    nodes, weights = roots_genlaguerre(60, SHAPE - 1)
    frailty, weights = nodes / SHAPE, weights / weights.sum()
    stays = np.exp(-_hazard(group, frailty, together))
    alive = stays[:, None] ** np.arange(DAYS)
    lived = alive.sum(axis=1)
    return Truth(float(weights @ (frailty * RATES[group] / 365.25 * lived)), float(weights @ lived))


def _hazard(group: str, frailty: np.ndarray, together: bool) -> np.ndarray:
    return DEATHS[group] / 365.25 * (frailty if together else np.ones(len(frailty)))


def drawn(cell: Cell, random: np.random.Generator) -> dict[str, Followed]:
    """One cohort: half of the patients in each group; end of follow-up between day 100 and 900, or death."""
    return {
        group: _group(group, size, cell.together, random)
        for group, size in zip(RATES, (cell.patients // 2, cell.patients - cell.patients // 2), strict=True)
    }


def _group(group: str, size: int, together: bool, random: np.random.Generator) -> Followed:
    frailty = random.gamma(SHAPE, 1 / SHAPE, size)
    # Day of death: the first on which a coin of its chance falls so.
    death = 1 + np.floor(random.exponential(1, size) / _hazard(group, frailty, together))
    end = random.integers(100, LONGEST + 1, size)
    days = np.minimum(death, end).astype(np.int64)
    counts = random.poisson(frailty * RATES[group] / 365.25 * days)
    patient = np.repeat(np.arange(size), counts)
    return Followed(days, death <= end, patient, 1 + np.floor(random.random(len(patient)) * days[patient]).astype(int))


def results(cell: Cell) -> Iterator[dict[str, float]]:
    """Of every cohort: estimates, and whether each interval holds the truth (NaN without one)."""
    random = np.random.default_rng([SEED, cell.patients, cell.together])
    true = {group: truth(group, cell.together) for group in RATES}
    wanted, ratio = true["no_ivig"], _ratio(true)
    for _ in range(COHORTS):
        groups = drawn(cell, random)
        of = groups["no_ivig"]
        row = _until(mean_with_death(of))
        rates = while_alive(groups, DAYS)
        rate = rates.set_index("group").loc["no_ivig"]
        (compared,) = rate_ratios(rates, "no_ivig").to_dict("records")
        yield {
            "mean": row["mean"] / wanted.mean,
            "naive": _until(curve(of.days, of.patient, of.time))["mean"] / wanted.mean,
            "mean held": _holds(row["ci_low"], row["ci_high"], wanted.mean),
            "rate": rate["rate"] / (365.25 * wanted.mean / wanted.lived),
            "rate held": _holds(rate["ci_low"], rate["ci_high"], 365.25 * wanted.mean / wanted.lived),
            "log ratio": float(np.log(compared["ratio"] / ratio)) if compared["ratio"] > 0 else np.nan,
            "ratio held": _holds(compared["ci_low"], compared["ci_high"], ratio),
        }


def _until(table):
    return table[table["time"] <= DAYS].iloc[-1]


def _holds(low: float, high: float, value: float) -> float:
    return float(low <= value <= high) if np.isfinite(high) else np.nan


def test_means_and_rates_are_those_drawn_with():
    rows = {cell: {name: np.array(values) for name, values in _columns(cell).items()} for cell in CELLS}
    (DOCS / "death.md").write_text(report(rows), encoding="utf-8")
    for cell, found in rows.items():
        assert abs(np.nanmean(found["mean"]) - 1) < 0.02, cell
        assert abs(np.nanmedian(found["log ratio"])) < 0.05, cell
        for name in ("mean held", "rate held", "ratio held"):
            assert np.nanmean(found[name]) > (0.88 if cell.patients < 100 else 0.92), (cell, name)
        assert np.nanmean(found["naive"]) > 1.05


def _columns(cell: Cell) -> dict[str, list[float]]:
    found = list(results(cell))
    return {name: [row[name] for row in found] for name in found[0]}


def report(rows: dict[Cell, dict[str, np.ndarray]]) -> str:
    """The text of `docs/death.md`."""
    true = {together: {group: truth(group, together) for group in RATES} for together in (False, True)}
    told = "; ".join(
        f"{DYING[together]}: {of['no_ivig'].mean:.3f} infections until then, "
        f"{365.25 * of['no_ivig'].mean / of['no_ivig'].lived:.3f} per year alive, ratio {_ratio(of):.3f}"
        for together, of in true.items()
    )
    lines = [
        "# Death and recurrent infections: what the intervals hold", "",
        f"Written by `make slow` (`tests/slow/death`), {COHORTS:,} simulated cohorts a row. Two groups of equal size",
        f"with {RATES['ivig']} and {RATES['no_ivig']} infections and {DEATHS['ivig']} and {DEATHS['no_ivig']} deaths a",
        f"year of an average patient; rates of patients vary (gamma, variance {1 / SHAPE:.2f}); “{DYING[True]}” where",
        "the same frailty multiplies the hazard of death.",
        f"Follow-up ends between day 100 and day {LONGEST}. Horizon: day {DAYS}. Mean and rate are those of the group",
        "with more deaths.", "",
        f"Truth: {told}.", "",
        "| patients | deaths | mean ÷ truth | as censoring ÷ truth | mean covers | rate ÷ truth | rate covers | median "
        "error of log ratio | ratio covers | without interval |",
        "|" + "---|" * 10,
    ]  # fmt: skip
    for cell, found in rows.items():
        cells = [
            cell.patients, DYING[cell.together], f"{np.nanmean(found['mean']):.3f}",
            f"{np.nanmean(found['naive']):.3f}", _share(found["mean held"]),
            f"{np.nanmean(found['rate']):.3f}", _share(found["rate held"]),
            f"{np.nanmedian(found['log ratio']):+.3f}", _share(found["ratio held"]),
            f"{100 * np.isnan(found['ratio held']).mean():.1f} %",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def _ratio(true: dict[str, Truth]) -> float:
    """Ratio of the rates while alive."""
    ivig, without = true["ivig"], true["no_ivig"]
    return (ivig.mean / ivig.lived) / (without.mean / without.lived)


def _share(held: np.ndarray) -> str:
    return f"{100 * np.nanmean(held):.1f} %"
