"""Ways to give IVIG to the patients of a cohort: expected infections and IVIG under each, with intervals."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivig_core.errors import EstimationError
from ivig_core.estimate.whatif.strategies.asked import (
    IGG_GUIDED,
    INFECTION_GUIDED,
    NONE,
    Inputs,
    LogRatio,
    Plan,
    Simulated,
)
from ivig_core.estimate.whatif.strategies.microsimulation import Tell, expected_at, simulate
from ivig_core.estimate.whatif.strategies.rules import AfterInfections, ByIgg, Rhythm
from ivig_core.numbers import counted
from ivig_core.spec import AnalysisSpec
from ivig_core.study.overview.headline import headline
from ivig_core.study.study import Study
from ivig_core.study.whatif.assumptions import NOT_COUNTED, SEVERE_ONLY, Assumptions, Effect
from ivig_core.study.whatif.strategy_inputs import strategy_inputs, whole_follow_up
from ivig_core.study.whatif.strategy_notes import no_ratio, no_ratio_at_all, said_of
from ivig_core.study.whatif.strategy_result import (
    AT_HIGHEST,
    AT_LOWEST,
    LEAST_YEARS,
    STRATEGIES,
    Strategies,
    leader,
)
from ivig_core.study.whatif.strategy_rows import Z95, absent, row

FEWEST_PATIENTS, FEWEST_INFECTIONS = 10, 10
"""A bootstrap of fewer patients, or rates from fewer infections, would give intervals that nobody should trust."""
PATIENT_DRAWS, FEWEST_DRAWS = 500_000, 50
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, eq=False)
class _Made:
    """What was simulated, from what, and why IgG without IVIG has no course (empty where it has one); `ends`: the point
    estimates at either end of the range of the cohort's own ratio, None where there is none."""

    inputs: Inputs
    why: str
    drawn: Simulated
    span: tuple[float, float] | None
    ends: tuple[dict[str, float], dict[str, float]] | None


def strategies(
    study: Study, spec: AnalysisSpec, assumed: Assumptions, effect: Effect, tell: Tell | None = None
) -> Strategies:
    """Expected infections, IVIG and infusions under every strategy; see `estimate.whatif.strategies.microsimulation`.

    With a ratio of the cohort itself, infections averted also with the lowest and the highest ratio of `headline`: its
    interval holds chance alone, not what is done with the days before the first dose. `tell` is called with the share
    that is done, and may raise to stop. Raises `EstimationError` with the reason where there are too few patients or
    infections, or no effect.
    """
    whole = whole_follow_up(spec)
    priced = replace(assumed, price_per_gram=None, grams=None, thrombosis=NOT_COUNTED)
    parts: tuple[Hashable, ...] = (whole.selection, whole.exposure, whole.endpoint, priced, effect.key)
    inputs, why = _enough(study, spec, assumed, effect)
    plan = _plan(spec, assumed)
    drawn = study.once("strategies", *parts, make=lambda: _simulated(inputs, plan, assumed, effect, tell))
    span = headline(study, spec.change(window_cuts=())).span if effect.own else None
    ends = None
    if span is not None:
        ends = study.once("strategies_ends", *parts, span, make=lambda: _ends(inputs, plan, assumed, effect, span))
    return _result(study, spec, assumed, effect, _Made(inputs, why, drawn, span, ends))


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
            f"“{effect.label}” gives no rate ratio on IVIG ({no_ratio_at_all(effect)}): choose another row, a "
            "published estimate, or enter one"
        )
    return strategy_inputs(study, spec, assumed)


def _plan(spec: AnalysisSpec, assumed: Assumptions) -> Plan:
    return Plan(
        rhythm=Rhythm(assumed.interval_days, spec.exposure.window_days),
        primary=(assumed.primary_day, assumed.primary_months),
        igg=ByIgg(assumed.igg_start, assumed.igg_stop, assumed.igg_rise, assumed.igg_half_life),
        after=AfterInfections(assumed.infections, assumed.infections_months, assumed.start_delay_days),
        of_severe=assumed.infections_counted == SEVERE_ONLY,
    )


def _asked(inputs: Inputs) -> Inputs:
    """Without grade 3 and higher where there is none."""
    return replace(inputs, severe=None) if inputs.severe is not None and not inputs.severe.sum() else inputs


def _simulated(inputs: Inputs, plan: Plan, assumed: Assumptions, effect: Effect, tell: Tell | None) -> Simulated:
    inputs = _asked(inputs)
    ratio, severe = _log(effect.ratio), _log(effect.severe)
    if ratio is None:
        raise EstimationError(effect.note)
    draws = draws_of(inputs.calendar.patients, assumed)
    return simulate(inputs, plan, ratio, severe if inputs.severe is not None else None, draws, assumed.seed, tell)


def _ends(
    inputs: Inputs, plan: Plan, assumed: Assumptions, effect: Effect, span: tuple[float, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Infections averted per 100 patient-years by strategy, at the lowest and at the highest ratio; none at ∞."""
    inputs = _asked(inputs)
    per_100 = 100 * DAYS_PER_YEAR / float(inputs.calendar.follow_up.sum())

    def averted(ratio: float) -> dict[str, float]:
        if not np.isfinite(ratio):
            return {}
        severe = None if inputs.severe is None or effect.severe is None else effect.severe[0]
        if effect.severe == effect.ratio and severe is not None:
            severe = ratio
        found = expected_at(inputs, plan, ratio, severe, assumed.seed)
        return {name: float(sums.averted[0]) * per_100 for name, sums in found.items()}

    return averted(span[0]), averted(span[1])


def _log(ratio: tuple[float, float, float] | None) -> LogRatio | None:
    """Normal on the logarithm, on either side of the ratio with the spread of the interval there."""
    if ratio is None:
        return None
    value, low, high = np.log(ratio)
    return LogRatio(float(value), float(value - low) / Z95, float(high - value) / Z95)


def _result(
    study: Study, spec: AnalysisSpec, assumed: Assumptions, effect: Effect, made: _Made
) -> Strategies:  # fmt: skip
    inputs, drawn = made.inputs, made.drawn
    severe = None if inputs.severe is None else int(inputs.severe.sum())
    missing = {IGG_GUIDED: made.why, INFECTION_GUIDED: _no_severe(severe, effect)}
    rows = [
        (row(name, drawn, assumed, inputs) if name in drawn.point else absent(name, missing.get(name, "")))
        | _at_ends(name, made)
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
        most_averted=leader(drawn, lambda sums: sums.averted),
        least_ivig=leader(drawn, lambda sums: sums.averted / np.maximum(sums.on_years, LEAST_YEARS)),
        most_averted_severe=leader(drawn, lambda sums: sums.severe_averted),
        least_ivig_severe=leader(drawn, lambda sums: sums.severe_averted / np.maximum(sums.on_years, LEAST_YEARS)),
        notes=tuple(said_of(spec, assumed, effect, inputs, draws, made.span)),
        synthetic=cohort.synthetic,
        span=made.span,
    )


def _at_ends(name: str, made: _Made) -> dict[str, float]:
    low, high = (end.get(name, np.nan) for end in made.ends or ({}, {}))
    return {AT_LOWEST: low, AT_HIGHEST: high}


def _no_severe(severe: int | None, effect: Effect) -> str:
    if not severe:
        return "no counted infection is of grade 3 or higher"
    return f"no ratio for infections of grade 3 and higher ({no_ratio(effect)})"
