"""Ways to give IVIG to the patients of a cohort over their own follow-up: expected infections and IVIG under each.

One draw is a bootstrap sample of patients, a ratio on IVIG, rates shrunken anew, and for rules that react one course of
IgG and one set of potential infections per patient, the same for every strategy. What is added up are expectations
along the way: a rate off IVIG over all days, less the share of it that IVIG takes away on days on IVIG. So a ratio of 1
averts exactly 0 in every draw, and chance in single infections does not widen an interval.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from ivig_core.estimate.whatif.strategies.asked import (
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
)
from ivig_core.estimate.whatif.strategies.calendar import Weighted
from ivig_core.estimate.whatif.strategies.igg_path import igg_path
from ivig_core.estimate.whatif.strategies.outcome import expanded, expansion
from ivig_core.estimate.whatif.strategies.shrink import Shrunken, shrink
from ivig_core.estimate.whatif.strategies.under import Relief, by_igg, from_a_day, recorded, when_infected
from ivig_core.estimate.whatif.strategies.within import within_patient

DAYS_PER_YEAR = 365.25
CELLS, PATHS = 1_500_000, 300_000
"""Segments × draws and paths that are held at once."""
POINT_PATHS, DRAW_PATHS = 20_000, 400
"""Paths behind the point estimates, and at least so many behind each draw."""

Tell = Callable[[float], None]


class _Parts(NamedTuple):
    """One entry a draw. `none`, `on`: infections expected without IVIG, on all days and on those on IVIG under the
    strategy; `severe_none`, `severe_on`: of grade 3 and higher (NaN where not asked)."""

    none: np.ndarray
    on: np.ndarray
    severe_none: np.ndarray
    severe_on: np.ndarray
    on_years: np.ndarray
    doses: np.ndarray


class _Draws(NamedTuple):
    """`counts`: patients × draws; `beta`: covariates × draws; `ratio`, `ratio_severe`: per draw."""

    counts: np.ndarray
    beta: np.ndarray
    ratio: np.ndarray
    ratio_severe: np.ndarray | None

    def part(self, low: int, high: int) -> _Draws:
        severe = None if self.ratio_severe is None else self.ratio_severe[low:high]
        return _Draws(self.counts[:, low:high], self.beta[:, low:high], self.ratio[low:high], severe)


def simulate(
    inputs: Inputs,
    plan: Plan,
    ratio: LogRatio,
    severe: LogRatio | None,
    draws: int,
    seed: int,
    tell: Tell | None = None,
) -> Simulated:
    """Expected infections, IVIG and infusions under each strategy.

    `ratio`, `severe`: on all infections and on those of grade 3 and higher; `tell` is called with the share done (0 to
    1) and may raise to stop. Strategies that cannot be simulated (IgG without `inputs.samples`) are left out.
    """
    rng = np.random.default_rng(seed)
    patients = inputs.calendar.patients
    point = _point(inputs, plan, float(np.exp(ratio.log)), None if severe is None else float(np.exp(severe.log)), rng)
    drawn = _draw(inputs, ratio, severe, draws, rng)
    inner = max(DRAW_PATHS // patients, 1)
    step = max(min(CELLS // len(inputs.calendar.patient), PATHS // (patients * inner)), 1)
    parts = []
    for low in range(0, draws, step):
        if tell is not None:
            tell(low / draws)
        parts.append(_under(inputs, plan, drawn.part(low, low + step), inner, rng))
    by = expansion(patients)
    joined = {name: _Parts(*map(np.concatenate, zip(*(part[name] for part in parts), strict=True))) for name in point}
    sums = {name: _sums(each, drawn, by) for name, each in joined.items()}
    return Simulated(
        point,
        sums,
        float(inputs.calendar.follow_up.sum()) / DAYS_PER_YEAR,
    )


def expected_at(inputs: Inputs, plan: Plan, ratio: float, severe: float | None, seed: int) -> dict[str, Sums]:
    """The point estimates (arrays of one entry) if the ratio were this one, 0 or above and finite.

    With the chance of the point estimates of `simulate` with the same seed: two ratios differ in nothing else.
    """
    return _point(inputs, plan, ratio, severe, np.random.default_rng(seed))


def _point(
    inputs: Inputs, plan: Plan, ratio: float, severe: float | None, rng: np.random.Generator
) -> dict[str, Sums]:  # fmt: skip
    """Everybody once, at one ratio."""
    patients = inputs.calendar.patients
    everybody = np.ones((patients, 1), np.int64)
    ratios, of_severe = np.array([ratio]), None if severe is None else np.array([severe])
    one = _Draws(everybody, _within(inputs, everybody), ratios, of_severe)
    found = _under(inputs, plan, one, max(POINT_PATHS // patients, 1), rng)
    return {name: _sums(each, one) for name, each in found.items()}


def _draw(inputs: Inputs, ratio: LogRatio, severe: LogRatio | None, draws: int, rng: np.random.Generator) -> _Draws:
    """Bootstrap samples of patients, each with a ratio drawn from its distribution, normal on the logarithm.

    Stratified: one ratio from the middle of each of as many equal parts as there are draws, so that also with few draws
    an interval holds no effect where that of the ratio does.
    """
    patients = inputs.calendar.patients
    counts = rng.multinomial(patients, np.full(patients, 1 / patients), size=draws).T
    scores = [ndtri((rng.permutation(draws) + 0.5) / draws) for _ in range(2)]
    ratios = ratio.at(scores[0])
    of_severe = None
    if severe is not None:
        # The same ratio is the same draw.
        of_severe = ratios if severe == ratio else severe.at(scores[1])
    return _Draws(counts, _within(inputs, counts), ratios, of_severe)


def _within(inputs: Inputs, counts: np.ndarray) -> np.ndarray:
    """Log ratios of the calendar's covariates, covariates × draws, beside IVIG in the same model."""
    calendar = inputs.calendar
    levels = len(calendar.design)
    pattern = calendar.on * levels + calendar.level
    design = np.column_stack([np.repeat([0.0, 1.0], levels), np.vstack([calendar.design] * 2)])
    used = np.unique(pattern)
    cell = calendar.patient * len(used) + np.searchsorted(used, pattern)

    def table(values: np.ndarray) -> np.ndarray:
        return np.bincount(cell, values, calendar.patients * len(used)).reshape(calendar.patients, len(used))

    return within_patient(table(calendar.days), table(inputs.infections), design[used], counts)[1:]


def _under(inputs: Inputs, plan: Plan, drawn: _Draws, inner: int, rng: np.random.Generator) -> dict[str, _Parts]:
    """Amounts under every strategy for some draws, with `inner` paths for every patient of a draw."""
    calendar = inputs.calendar
    weighted = calendar.weighted(np.exp(calendar.design @ drawn.beta))
    rates, share = _rates(inputs, weighted, drawn)
    trigger = share if plan.of_severe else None
    ratio = drawn.ratio_severe if plan.of_severe else drawn.ratio
    relief: dict[str, Relief] = {
        OBSERVED: recorded(weighted, rates.rate, inputs.doses),
        NONE: Relief.nothing(calendar.patients, len(drawn.ratio)),
        PRIMARY: from_a_day(weighted, rates.rate, *plan.primary, plan.rhythm),
    }
    if inputs.samples is not None:
        path = igg_path(inputs.samples, calendar.patients, drawn.counts)
        relief[IGG_GUIDED] = by_igg(weighted, rates.rate, path, plan.igg, plan.rhythm, inner, rng)
    if not plan.of_severe or (share is not None and ratio is not None):
        chosen = drawn.ratio if ratio is None else ratio
        relief[INFECTION_GUIDED] = when_infected(
            weighted, rates, trigger, chosen, drawn.counts > 0, plan.after, plan.rhythm, inner, rng
        )
    years = calendar.follow_up.sum() / (drawn.counts * calendar.follow_up[:, None]).sum(axis=0)
    counts = drawn.counts * years
    none = rates.rate * weighted.total / DAYS_PER_YEAR
    return {name: _parts(each, none, share, drawn, counts) for name, each in relief.items()}


def _rates(inputs: Inputs, weighted: Weighted, drawn: _Draws) -> tuple[Shrunken, np.ndarray | None]:
    """Rates per patient-year off IVIG, and the share of infections of grade 3 and higher there (patients × draws)."""
    calendar = inputs.calendar
    off, on = (calendar.days_by_level(state) @ weighted.weights / DAYS_PER_YEAR for state in (False, True))
    by_patient = np.bincount(calendar.patient, inputs.infections, calendar.patients)
    rates = shrink(by_patient, off + drawn.ratio * on, drawn.counts)
    if inputs.severe is None or drawn.ratio_severe is None:
        return rates, None
    severe = np.bincount(calendar.patient, inputs.severe, calendar.patients)
    expected = inputs.graded * rates.rate * (off + drawn.ratio_severe * on)
    return rates, np.minimum(shrink(severe, expected, drawn.counts).rate, 1.0)


def _parts(relief: Relief, none: np.ndarray, share: np.ndarray | None, drawn: _Draws, counts: np.ndarray) -> _Parts:
    def total(values: np.ndarray) -> np.ndarray:
        return (counts * values).sum(axis=0)

    severe = severe_none = np.full(len(drawn.ratio), np.nan)
    if share is not None and drawn.ratio_severe is not None:
        severe, severe_none = total(share * relief.infections), total(share * none)
    on_years = total(relief.on_days) / DAYS_PER_YEAR
    return _Parts(total(none), total(relief.infections), severe_none, severe, on_years, total(relief.doses))


def _sums(parts: _Parts, drawn: _Draws, by: float = 1.0) -> Sums:
    """`by`: how much further than in the draws the amounts lie from their median. The ratio is left as it was drawn, so
    that an interval of infections averted holds 0 where that of the ratio holds 1, and only there."""
    parts = _Parts(*(expanded(part, by) for part in parts))
    averted = (1 - drawn.ratio) * parts.on
    severe_averted = np.full(len(averted), np.nan) if drawn.ratio_severe is None else 1 - drawn.ratio_severe
    severe_averted = severe_averted * parts.severe_on
    return Sums(
        parts.none - averted, parts.severe_none - severe_averted, averted, severe_averted, parts.on_years, parts.doses
    )
