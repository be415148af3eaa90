"""Ways to give IVIG to the patients of a cohort: expected infections and IVIG under each, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ivig_core.errors import EstimationError
from ivig_core.estimate.whatif.strategies.microsimulation import (
    IGG_GUIDED,
    INFECTION_GUIDED,
    NONE,
    OBSERVED,
    PRIMARY,
    Inputs,
    LogRatio,
    Plan,
    Simulated,
    Sums,
    Tell,
    simulate,
)
from ivig_core.estimate.whatif.strategies.outcome import FINITE, Estimate, estimate, per_averted
from ivig_core.estimate.whatif.strategies.rules import AfterInfections, ByIgg, Rhythm
from ivig_core.numbers import counted
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.assumptions import ARTERIAL, NOT_COUNTED, SEVERE_ONLY, Assumptions, Effect
from ivig_core.study.whatif.strategy_inputs import strategy_inputs, whole_follow_up
from ivig_core.study.whatif.strategy_notes import no_ratio, no_ratio_at_all, said_of

STRATEGIES = (OBSERVED, NONE, PRIMARY, IGG_GUIDED, INFECTION_GUIDED)
RULES = (PRIMARY, IGG_GUIDED, INFECTION_GUIDED)
LEAST_YEARS = 1e-9
MOST = 0.5
"""A rule leads where it is the first in more than so many of the draws."""
FEWEST_PATIENTS, FEWEST_INFECTIONS = 10, 10
"""A bootstrap of fewer patients, or rates from fewer infections, would give intervals that nobody should trust."""
PATIENT_DRAWS, FEWEST_DRAWS = 500_000, 50
Z95 = 1.959963984540054
QUANTITIES = (
    "infections", "severe", "averted_per_100_years", "severe_averted_per_100_years", "ivig_months", "infusions",
    "ivig_years_per_averted", "ivig_years_per_severe_averted", "cost_per_averted", "thromboses",
)  # fmt: skip
EXCESS = {ARTERIAL: (0.7, -0.2, 2.0), "venous": (0.3, -0.4, 1.5)}
"""Extra patients with a thrombosis among 100 in a year on IVIG, with 95 % interval. Ammann et al., Blood 2016;127:200
(myeloma and CLL, SEER-Medicare), one-year excess, as in its abstract."""


@dataclass(frozen=True)
class Leader:
    """The first of the ways to give IVIG by some number, and in what share of the draws it is the first."""

    strategy: str
    share: float


@dataclass(frozen=True, eq=False)
class Strategies:
    """`table`: a row per strategy in the order of `STRATEGIES`, columns `strategy`, `status` ("ok", or "not_possible"
    with the reason in `note`), and for each of `QUANTITIES` its point, `…_low`, `…_high` (95 %) and `…_status`.

    Infections, months and infusions are for `patient_years`, the follow-up of the cohort; as IVIG was given they are
    those recorded, without an interval. Other intervals are for patients like these. Statuses of amounts per
    infection averted are those of `estimate.whatif.outcome`; "not_asked" where a quantity has no number because nothing
    was entered for it. `draws`: as many as were made.
    `most_averted`, `least_ivig`: of the rules (not IVIG as it was given) the one that averts most infections, and the
    one that averts most per year of IVIG; None where fewer than two give IVIG, none averts an infection, or none is
    the first in more than half of the draws. `most_averted_severe`, `least_ivig_severe`: of grade 3 and higher.
    `notes`: what has to be said.
    """

    table: pd.DataFrame
    effect: Effect
    assumed: Assumptions
    patients: int
    patient_years: float
    infections: int
    severe: int | None
    draws: int
    most_averted: Leader | None
    least_ivig: Leader | None
    notes: tuple[str, ...]
    synthetic: bool = False
    most_averted_severe: Leader | None = None
    least_ivig_severe: Leader | None = None

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The rows of the rules that give IVIG to anybody."""
        rows = self.table.to_dict("records")
        return [row for row in rows if row["strategy"] in RULES and row["status"] == FINITE and row["ivig_months"] > 0]

    def row(self, strategy: str) -> dict[str, Any]:
        """The row of one strategy."""
        return self.table.set_index("strategy").loc[strategy].to_dict()


def strategies(
    study: Study, spec: AnalysisSpec, assumed: Assumptions, effect: Effect, tell: Tell | None = None
) -> Strategies:
    """Expected infections, IVIG and infusions under every strategy; see `estimate.whatif.microsimulation`.

    `tell` is called with the share that is done, and may raise to stop. Raises `EstimationError` with the reason where
    there are too few patients or infections, or no effect.
    """
    whole = whole_follow_up(spec)
    priced = replace(assumed, price_per_gram=None, grams=None, thrombosis=NOT_COUNTED)
    parts: tuple[Hashable, ...] = (whole.selection, whole.exposure, whole.endpoint, priced, effect.key)
    inputs, why = _enough(study, spec, assumed, effect)
    drawn = study.once("strategies", *parts, make=lambda: _simulated(inputs, spec, assumed, effect, tell))
    return _result(study, spec, assumed, effect, inputs, why, drawn)


def draws_of(patients: int, assumed: Assumptions) -> int:
    """As many draws as are made: fewer than asked for in a large cohort."""
    return max(min(assumed.draws, PATIENT_DRAWS // max(patients, 1)), FEWEST_DRAWS)


def _enough(study: Study, spec: AnalysisSpec, assumed: Assumptions, effect: Effect) -> tuple[Inputs, str]:
    patients, infections = len(study.cohort(spec)), len(study.infections(whole_follow_up(spec)))
    if patients < FEWEST_PATIENTS or infections < FEWEST_INFECTIONS:
        raise EstimationError(
            f"Too few data for ways to give IVIG: {counted(patients, 'patient')} with "
            f"{counted(infections, 'counted infection')}; at least {FEWEST_PATIENTS} patients and {FEWEST_INFECTIONS} "
            "infections are needed"
        )
    if effect.ratio is None:
        raise EstimationError(
            f"{effect.label} gives no rate ratio on IVIG ({no_ratio_at_all(effect)}): choose another row, a "
            "published estimate, or enter one"
        )
    return strategy_inputs(study, spec, assumed)


def _simulated(
    inputs: Inputs, spec: AnalysisSpec, assumed: Assumptions, effect: Effect, tell: Tell | None
) -> Simulated:
    rhythm = Rhythm(assumed.interval_days, spec.exposure.window_days)
    plan = Plan(
        rhythm=rhythm,
        primary=(assumed.primary_day, assumed.primary_months),
        igg=ByIgg(assumed.igg_start, assumed.igg_stop, assumed.igg_rise, assumed.igg_half_life),
        after=AfterInfections(assumed.infections, assumed.infections_months, assumed.start_delay_days),
        of_severe=assumed.infections_counted == SEVERE_ONLY,
    )
    if inputs.severe is not None and not inputs.severe.sum():
        inputs = replace(inputs, severe=None)
    ratio, severe = _log(effect.ratio), _log(effect.severe)
    if ratio is None:
        raise EstimationError(effect.note)
    draws = draws_of(inputs.calendar.patients, assumed)
    return simulate(inputs, plan, ratio, severe if inputs.severe is not None else None, draws, assumed.seed, tell)


def _log(ratio: tuple[float, float, float] | None) -> LogRatio | None:
    """Normal on the logarithm, on either side of the ratio with the spread of the interval there."""
    if ratio is None:
        return None
    value, low, high = np.log(ratio)
    return LogRatio(float(value), float(value - low) / Z95, float(high - value) / Z95)


def _result(
    study: Study,
    spec: AnalysisSpec,
    assumed: Assumptions,
    effect: Effect,
    inputs: Inputs,
    why: str,
    drawn: Simulated,
) -> Strategies:
    severe = None if inputs.severe is None else int(inputs.severe.sum())
    missing = {IGG_GUIDED: why, INFECTION_GUIDED: _no_severe(severe, effect)}
    rows = [
        _row(name, drawn, assumed, inputs) if name in drawn.point else _absent(name, missing.get(name, ""))
        for name in STRATEGIES
    ]
    draws = len(drawn.draws[NONE].infections)
    cohort = study.cohort(spec)
    return Strategies(
        table=pd.DataFrame(rows),
        effect=effect,
        assumed=assumed,
        patients=len(cohort),
        patient_years=drawn.patient_years,
        infections=int(inputs.infections.sum()),
        severe=severe,
        draws=draws,
        most_averted=_leader(drawn, lambda sums: sums.averted),
        least_ivig=_leader(drawn, lambda sums: sums.averted / np.maximum(sums.on_years, LEAST_YEARS)),
        most_averted_severe=_leader(drawn, lambda sums: sums.severe_averted),
        least_ivig_severe=_leader(drawn, lambda sums: sums.severe_averted / np.maximum(sums.on_years, LEAST_YEARS)),
        notes=tuple(said_of(study, spec, assumed, effect, inputs, draws)),
        synthetic=cohort.synthetic,
    )


def _leader(drawn: Simulated, by: Callable[[Sums], np.ndarray]) -> Leader | None:
    names = [name for name in RULES if name in drawn.point and drawn.point[name].on_years[0] > 0]
    if len(names) < 2:
        return None
    best = max(names, key=lambda name: float(by(drawn.point[name])[0]))
    if not by(drawn.point[best])[0] > 0:
        return None
    first = np.argmax([by(drawn.draws[name]) for name in names], axis=0)
    share = float((first == names.index(best)).mean())
    return Leader(best, share) if share > MOST else None


def _no_severe(severe: int | None, effect: Effect) -> str:
    if not severe:
        return "no counted infection is of grade 3 or higher"
    return f"no ratio for infections of grade 3 and higher ({no_ratio(effect)})"


def _absent(name: str, why: str) -> dict[str, Any]:
    row: dict[str, Any] = {"strategy": name, "status": "not_possible", "note": why}
    return row | _cells({quantity: Estimate.absent("not_possible") for quantity in QUANTITIES})


def _row(name: str, drawn: Simulated, assumed: Assumptions, inputs: Inputs) -> dict[str, Any]:
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
        excess, each = _thromboses(assumed, len(draws.on_years))
        found["thromboses"] = estimate(point.on_years * excess, draws.on_years * each)
    if name == OBSERVED:
        found |= {
            "infections": Estimate(float(inputs.infections.sum()), None, None),
            "ivig_months": Estimate(float(point.on_years[0]) * 12, None, None),
            "infusions": Estimate(float(point.doses[0]), None, None),
        }
    absent = {quantity: Estimate.absent("not_asked") for quantity in QUANTITIES if quantity not in found}
    return {"strategy": name, "status": FINITE, "note": ""} | _cells(found | absent)


def _thromboses(assumed: Assumptions, draws: int) -> tuple[float, np.ndarray]:
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
