"""One ratio for all hospitals from the sum of their log-likelihoods: what all data together would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ivig_core.errors import EstimationError
from ivig_core.estimate.contrast import NO_CONTRAST, NO_CONVERGENCE, NO_EXPOSED, NO_REFERENCE, ON_NEITHER_SIDE
from ivig_core.estimate.fit import FEW, kind_of_interval, with_interval
from ivig_core.estimate.hospitals.profile import FLAT, GRID, REACH, Profile, added, crossing
from ivig_core.estimate.intervals import ALPHA, CHI2, likelihood_ratio_p
from ivig_core.estimate.likelihood import maximise
from ivig_core.estimate.result import RatioRow
from ivig_core.estimate.rows import filled


@dataclass(frozen=True, eq=False)
class Part:
    """What one hospital brings to one ratio: its profile, and its infections in the level and in the reference level,
    of patients with days both in the level and outside it, counted to 5 (`FEW`) and no further."""

    profile: Profile
    own: int = 0
    reference: int = 0


NOTHING = Part(FLAT)


def fixed(parts: Sequence[Part], model: str, term: str, ci_method: str) -> RatioRow:
    """The row of one ratio common to all hospitals, where the sum of their log-likelihoods is largest.

    Wald interval with the information of the sum at its maximum, or profile limits of the sum, as `ci_method` ("auto",
    "wald", "profile") and the number of infections ask for, as in `estimate.fit`. Without infections on one side the
    bound of the exact conditional distribution: each profile is then the logarithm of the probability that its
    hospital's infections all lie on the other side. Counts of the row are left at 0. Never raises: a ratio beyond the
    grid has a status and no number.
    """
    total = added([part.profile for part in parts])
    own, reference = sum(part.own for part in parts), sum(part.reference for part in parts)
    row = RatioRow(model=model, term=term, status="ok")
    if not total.information.any():
        return filled(row, status=NO_CONTRAST, note="no hospital has anything to compare")
    if not own and not reference:
        return filled(row, status=NO_CONTRAST, note=ON_NEITHER_SIDE)
    if not own or not reference:
        return _bounded(total, row, none_inside=not own)
    if not total.score[0] > 0 > total.score[-1]:
        low, high = np.exp(-REACH), np.exp(REACH)
        note = f"the ratio is outside the grid of the files, {low:.2g} to {high:.2g}: no number"
        return filled(row, status=NO_CONVERGENCE, note=note)
    return _estimated(total, row, ci_method, min(own, reference) < FEW)


def _estimated(total: Profile, row: RatioRow, ci_method: str, few: bool) -> RatioRow:
    start = GRID[int(np.argmin(np.abs(total.score)))]
    try:
        top = maximise([total], np.array([start]))
    except EstimationError as error:
        return filled(row, status=NO_CONVERGENCE, note=str(error))
    log_irr, se = float(top.beta[0]), float(top.information[0, 0]) ** -0.5

    def limits() -> tuple[float, float, float]:
        level = top.value - CHI2 / 2
        drop = 2 * (top.value - total.at(np.zeros(1)).value)
        return crossing(total, level, log_irr, -1), crossing(total, level, log_irr, 1), likelihood_ratio_p(drop)

    return with_interval(row, log_irr, se, kind_of_interval(ci_method, few), lambda: np.nan, limits)


def _bounded(total: Profile, row: RatioRow, *, none_inside: bool) -> RatioRow:
    """IRR 0 or ∞ with the one-sided 97.5 % bound: where the probability of what was seen is 0.025."""
    status, side = (NO_EXPOSED, "in") if none_inside else (NO_REFERENCE, "outside")
    row = filled(row, status=status)
    far, toward = (GRID[0], 1) if none_inside else (GRID[-1], -1)
    try:
        bound = np.exp(crossing(total, float(np.log(ALPHA / 2)), float(far), toward))
    except EstimationError as error:
        return filled(row, note=f"no infection {side} this level: {error}")
    note = f"no infection {side} this level among patients with days in it and outside it: one-sided 97.5 % bound"
    p = min(1.0, 2 * float(np.exp(total.at(np.zeros(1)).value)))
    values = {"irr": 0.0, "ci_low": 0.0, "ci_high": bound} if none_inside else {"ci_low": bound}
    return filled(row, **values, p_value=p, ci_method="exact", note=note)
