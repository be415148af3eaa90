"""A row of the table for each way to give IVIG."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from ivig_core.estimate.whatif.strategies.asked import OBSERVED, Inputs, Simulated
from ivig_core.estimate.whatif.strategies.outcome import FINITE, Estimate, estimate, per_averted
from ivig_core.study.whatif.assumptions import ARTERIAL, NOT_COUNTED, Assumptions
from ivig_core.study.whatif.strategy_result import QUANTITIES

Z95 = 1.959963984540054
EXCESS = {ARTERIAL: (0.7, -0.2, 2.0), "venous": (0.3, -0.4, 1.5)}
"""Extra patients with a thrombosis among 100 in a year on IVIG, with 95 % interval. Ammann et al., Blood 2016;127:200
(myeloma and CLL, SEER-Medicare), one-year excess, as in its abstract."""


def absent(name: str, why: str) -> dict[str, Any]:
    row: dict[str, Any] = {"strategy": name, "status": "not_possible", "note": why}
    return row | _cells({quantity: Estimate.absent("not_possible") for quantity in QUANTITIES})


def row(name: str, drawn: Simulated, assumed: Assumptions, inputs: Inputs) -> dict[str, Any]:
    point, draws = drawn.point[name], drawn.draws[name]
    per_100 = 100 / drawn.patient_years
    severe = bool(np.isfinite(point.severe[0]))
    years = (point.on_years, draws.on_years)
    found = {
        "infections": estimate(point.infections, draws.infections),
        "averted_per_100_years": estimate(point.averted * per_100, draws.averted * per_100),
        "ivig_months": estimate(point.on_years * 12, draws.on_years * 12),
        "infusions": estimate(point.doses, draws.doses),
        "ivig_years_per_averted": per_averted(years, (point.averted, draws.averted)),
    }
    if severe:
        averted = (point.severe_averted, draws.severe_averted)
        found["severe"] = estimate(point.severe, draws.severe)
        found["severe_averted_per_100_years"] = estimate(averted[0] * per_100, averted[1] * per_100)
        found["ivig_years_per_severe_averted"] = per_averted(years, averted)
    if assumed.price_per_gram is not None and assumed.grams is not None:
        infusions, price = (point.doses, draws.doses), assumed.price_per_gram * assumed.grams
        found["cost_per_averted"] = per_averted(infusions, (point.averted, draws.averted), price)
        if name == OBSERVED and inputs.subcutaneous:
            # Doses under the skin are smaller and more frequent: the grams of an infusion are not theirs.
            found["cost_per_averted"] = Estimate.absent("not_possible")
    if assumed.thrombosis != NOT_COUNTED:
        excess, each = thromboses(assumed, len(draws.on_years))
        found["thromboses"] = estimate(point.on_years * excess, draws.on_years * each)
    if name == OBSERVED:
        found |= {
            "infections": Estimate(float(inputs.infections.sum()), None, None),
            "ivig_months": Estimate(float(point.on_years[0]) * 12, None, None),
            "infusions": Estimate(float(point.doses[0]), None, None),
        }
    absent = {quantity: Estimate.absent("not_asked") for quantity in QUANTITIES if quantity not in found}
    return {"strategy": name, "status": FINITE, "note": ""} | _cells(found | absent)


def thromboses(assumed: Assumptions, draws: int) -> tuple[float, np.ndarray]:
    """Extra patients with a thrombosis per year on IVIG: the estimate, and draws around it.

    The published interval reaches further up than down: a normal distribution in two pieces, each side with its own
    standard deviation, in stratified draws, so that few of them give the published limits too.
    """
    excess, low, high = (value / 100 for value in EXCESS[assumed.thrombosis])
    order = np.random.default_rng([assumed.seed, 1]).permutation(draws)
    normal = ndtri((order + 0.5) / draws)
    return excess, excess + normal * np.where(normal < 0, excess - low, high - excess) / Z95


def _cells(found: dict[str, Estimate]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name in QUANTITIES:
        each = found[name]
        values = (np.nan if value is None else value for value in (each.value, each.low, each.high))
        cells |= dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))
        cells[f"{name}_status"] = each.status
    return cells
