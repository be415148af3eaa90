"""How much the ratios of hospitals differ by more than chance, and their mean over hospitals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.contrast import NO_CONVERGENCE, OK
from ivig_core.estimate.evidence.random_effects import FEWEST, random_effects
from ivig_core.estimate.hospitals.marginal import marginal
from ivig_core.estimate.hospitals.profile import Profile
from ivig_core.estimate.intervals import likelihood_ratio_p
from ivig_core.estimate.result import RatioRow
from ivig_core.estimate.rows import filled

TOO_FEW = "too_few_hospitals"
"""Status of a mean over hospitals, and of how much they differ, where too few have an estimate."""


@dataclass(frozen=True)
class Heterogeneity:
    """Cochran's `q` with `df` and `p_value`; `i2` (0–1): share of the spread that is not chance; `tau2`: variance of
    the log ratios between hospitals; the ratio of a further hospital lies between `predicted_low` and `predicted_high`
    with 95 % probability. None where there is no such number: then `note` says why. `hospitals`: with an estimate."""

    hospitals: int
    q: float | None = None
    df: int | None = None
    p_value: float | None = None
    i2: float | None = None
    tau2: float | None = None
    predicted_low: float | None = None
    predicted_high: float | None = None
    note: str = ""


def mean_by_likelihood(profiles: Sequence[Profile], model: str, term: str) -> RatioRow:
    """The mean ratio over hospitals by `estimate.hospitals.marginal`, with profile-likelihood limits; never raises."""
    row = RatioRow(model=model, term=term, status=TOO_FEW)
    if sum(profile.information.any() for profile in profiles) < FEWEST:
        return filled(row, note=f"a mean over hospitals needs {FEWEST} that have anything to compare")
    try:
        found = marginal(profiles)
    except EstimationError as error:
        return filled(row, status=NO_CONVERGENCE, note=str(error))
    note = (
        f"maximum likelihood, standard deviation between hospitals {found.tau:.2g}; hospitals without an infection on "
        "one side take part; few hospitals make it narrow"
    )
    return filled(
        row, status=OK, log_irr=found.log_ratio, irr=np.exp(found.log_ratio), ci_low=np.exp(found.low),
        ci_high=np.exp(found.high), p_value=found.p_value, ci_method="profile", note=note,
    )  # fmt: skip


def between(estimates: Sequence[tuple[float, float]], model: str, term: str) -> tuple[RatioRow, Heterogeneity]:
    """The mean ratio over hospitals, and how much they differ, from the log ratio and standard error of each that has
    an estimate; see `estimate.evidence.random_effects`. From three hospitals on; of two, Q alone."""
    number = len(estimates)
    row = RatioRow(model=model, term=term, status=TOO_FEW)
    effects, errors = np.array(estimates, float).reshape(-1, 2).T
    try:
        found = random_effects(effects.tolist(), errors.tolist())
    except EstimationError:
        note = f"{number} of the hospitals have an estimate; a mean over hospitals needs {FEWEST}"
        if number < 2:
            return filled(row, note=note), Heterogeneity(number, note=note)
        weight = errors**-2
        q = float(weight @ (effects - weight @ effects / weight.sum()) ** 2)
        return filled(row, note=note), Heterogeneity(number, q, number - 1, likelihood_ratio_p(q), note=note)
    note = f"Paule–Mandel, Hartung–Knapp t with {number - 1} degrees of freedom"
    mean = filled(
        row, status=OK, log_irr=float(np.log(found.ratio)), se=found.se, irr=found.ratio, ci_low=found.ci_low,
        ci_high=found.ci_high, p_value=found.p_value, ci_method="hartung_knapp", note=note,
    )  # fmt: skip
    return mean, Heterogeneity(
        number, found.q, number - 1, found.p_heterogeneity, found.i2, found.tau2, found.predicted_low,
        found.predicted_high,
    )  # fmt: skip
