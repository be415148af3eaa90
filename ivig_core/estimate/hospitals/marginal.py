"""The mean ratio over hospitals by likelihood, with hospitals that have no infection on one side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri, logsumexp

from ivig_core.errors import EstimationError
from ivig_core.estimate.evidence.random_effects import FEWEST
from ivig_core.estimate.hospitals.profile import REACH, Profile
from ivig_core.estimate.intervals import ALPHA, likelihood_ratio_p
from ivig_core.lazy import library

optimize = library("scipy.optimize")

COARSEST, FINEST = 0.02, 0.0005
"""Steps of the integral over a hospital's log ratio. The sum over a grid is exact to e^(−2π² s²/h²) of it for a normal
integrand of standard deviation s and a step h (Trefethen & Weideman, SIAM Rev 2014;56:385); h is 0.7 s or less."""
MOST_SPREAD = 3.0
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
LOG_WEIGHTS = np.log(WEIGHTS) - np.log(WEIGHTS.sum())


@dataclass(frozen=True)
class Marginal:
    """The mean `log_ratio` over hospitals and the standard deviation `tau` between them where the likelihood is
    largest; `low` and `high` are profile-likelihood limits of the mean, `p_value` of its test against 0."""

    log_ratio: float
    tau: float
    low: float
    high: float
    p_value: float


def marginal(profiles: Sequence[Profile]) -> Marginal:
    """The log ratios of hospitals are normal around μ with standard deviation τ, and what each hospital says of its own
    is its profile: l(μ, τ) = Σ log ∫ exp(l_i(β)) φ(β; μ, τ) dβ.

    For crude ratios that is the conditional Poisson-normal model (Stijnen, Hamza & Özdemir, Stat Med 2010;29:3046) with
    patients as strata. No hospital needs an estimate of its own. Maximum likelihood: τ tends to be too small where
    hospitals are few.

    Raises
    ------
    EstimationError
        with fewer than three hospitals that say anything, or where the mean is beyond the grid.
    """
    said = [profile for profile in profiles if profile.information.any()]
    if len(said) < FEWEST:
        raise EstimationError(f"{len(said)} hospitals are too few for a mean over hospitals: it needs {FEWEST}")
    sharpest = max(float(profile.information.max()) for profile in said)
    step = float(np.clip(0.7 / np.sqrt(sharpest), FINEST, COARSEST))
    points = np.linspace(-REACH, REACH, int(2 * REACH / step) + 1)
    fine = np.array([profile.values(points) for profile in said])

    def log_likelihood(mean: float, tau: float) -> float:
        # A spread as narrow as a step is integrated at Hermite's nodes: no profile changes much over it.
        if tau <= step:
            near = mean + tau * NODES
            return float(sum(logsumexp(profile.values(near) + LOG_WEIGHTS) for profile in said))
        density = -(((points - mean) / tau) ** 2) / 2 - np.log(tau * np.sqrt(2 * np.pi))
        return float(logsumexp(fine + density, axis=1).sum()) + len(said) * float(np.log(points[1] - points[0]))

    def best(mean: float) -> tuple[float, float]:
        """The largest log-likelihood at this mean, and the τ of it."""
        found = optimize.minimize_scalar(
            lambda tau: -log_likelihood(mean, tau), bounds=(0.0, MOST_SPREAD), method="bounded",
            options={"xatol": 1e-7},
        )  # fmt: skip
        none = log_likelihood(mean, 0.0)
        return max((none, 0.0), (-float(found.fun), float(found.x)))

    top = optimize.minimize_scalar(lambda mean: -best(mean)[0], bounds=(-REACH, REACH), method="bounded",
                                   options={"xatol": 1e-8})  # fmt: skip
    mean, highest = float(top.x), -float(top.fun)
    if abs(mean) > REACH - 1:
        raise EstimationError("the mean ratio over hospitals is outside the grid of the files")

    def limit(side: int) -> float:
        fallen = float(chdtri(1, ALPHA)) / 2
        return float(optimize.brentq(lambda at: best(at)[0] - highest + fallen, mean, side * (REACH - 0.5), xtol=1e-7))

    try:
        low, high = limit(-1), limit(1)
    except ValueError as error:
        raise EstimationError("a limit of the mean ratio over hospitals is outside the grid of the files") from error
    return Marginal(mean, best(mean)[1], low, high, likelihood_ratio_p(2 * (highest - best(0.0)[0])))
