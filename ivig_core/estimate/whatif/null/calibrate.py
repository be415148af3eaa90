"""Where an analysis lands when IVIG does nothing, and what its ratio means once that is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from ivig_core.estimate.whatif.null.fit import Evidence, fit, plausible
from ivig_core.estimate.whatif.null.process import LOG_RATIO, Floats, Histories, process
from ivig_core.estimate.whatif.null.simulate import simulate
from ivig_core.estimate.whatif.null.tally import Rule, ratios, tally

SETS = 20
"""Parameter sets that the simulated cohorts are drawn from: how unsure the fitted process is goes into the interval."""
SEED = 20261128
CENTRAL = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class Landing:
    """Simulated cohorts: log rate ratio on IVIG of each, its standard error, and the truth it was drawn with."""

    log_ratio: Floats
    error: Floats
    truth: Floats

    @property
    def deviation(self) -> Floats:
        """How far each finite estimate lies from its truth, in standard errors."""
        finite = np.isfinite(self.log_ratio)
        return ((self.log_ratio - self.truth) / self.error)[finite]


class Calibrated(NamedTuple):
    """A log rate ratio freed of what the analysis does by itself, its limits (95 %) and p."""

    log_ratio: float
    low: float
    high: float
    p_value: float


def land(
    evidence: Evidence, vector: Floats, rule: Rule, cohorts: int, hold: float | None = None, seed: int = SEED,
    tick: Callable[[], None] = lambda: None,
) -> Landing:  # fmt: skip
    """`cohorts` (rounded up to a multiple of `SETS`) analyses of cohorts drawn from around `vector`.

    `hold`: the log rate ratio that all are drawn with. `tick` is called after each of `SETS` parts.
    """
    vectors = plausible(evidence, vector, SETS, np.random.default_rng([seed, SETS]))
    if hold is not None:
        vectors[:, LOG_RATIO] = hold
    models, each = process(vectors), math.ceil(cohorts / SETS)
    found = []
    for number in range(SETS):
        drawn = simulate(evidence, models.one(number), each, rule, np.random.default_rng([seed, number]))
        found.append(ratios(drawn, rule))
        tick()
    log_ratio, error = (np.concatenate(part) for part in zip(*found, strict=True))
    return Landing(log_ratio, error, np.repeat(vectors[:, LOG_RATIO], each))


def calibrate(log_ratio: float, error: float, landing: Landing) -> Calibrated:
    """The ratio less the median deviation of the simulated ones from their truth, with their spread as its error.

    Deviations are in standard errors of each analysis (a bootstrap-t; Davison & Hinkley, Bootstrap Methods and their
    Application, 1997, section 5.2). Their spread is that of the middle 90 %, taken as normal: 400 cohorts say little
    of the outer 2.5 %. p is that of the same normal distribution, so that interval and p agree.
    """
    low, middle, high = np.quantile(landing.deviation, CENTRAL)
    spread = error * (high - low) / (2 * ndtri(CENTRAL[2]))
    centre = log_ratio - middle * error
    reach = ndtri(0.975) * spread
    return Calibrated(centre, centre - reach, centre + reach, float(2 * ndtr(-abs(centre) / spread)))


def seed_error(log_ratio: float, error: float, landing: Landing) -> float:
    """By how much another seed moves a limit of the calibrated log ratio: standard error, the larger of both limits.

    A jackknife that leaves out one pair of the parameter sets of `land` at a time, so that it holds the chance in
    drawing the sets as well as in drawing cohorts (Efron & Tibshirani, An Introduction to the Bootstrap, 1993,
    chapter 11).
    """
    pairs = SETS // 2
    pair = np.repeat(np.arange(SETS) % pairs, len(landing.truth) // SETS)
    limits = np.array([
        calibrate(log_ratio, error, Landing(landing.log_ratio[kept], landing.error[kept], landing.truth[kept]))[1:3]
        for kept in (pair != left for left in range(pairs))
    ])  # fmt: skip
    return float(np.sqrt((pairs - 1) * limits.var(axis=0)).max())


def calibrated(histories: Histories, rule: Rule, cohorts: int, seed: int = SEED) -> tuple[float, float, Calibrated]:
    """Log rate ratio of a cohort and its standard error as analysed, then calibrated."""
    evidence = Evidence(histories)
    estimate, error = (float(part[0]) for part in ratios(tally(histories, rule), rule))
    return estimate, error, calibrate(estimate, error, land(evidence, fit(evidence), rule, cohorts, seed=seed))
