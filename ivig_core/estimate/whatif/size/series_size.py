"""How many infections a self-controlled case series needs, by formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

NOTHING = 1e-14
"""Information per infection that is none: a ratio of 1, or nobody with days both on and off IVIG."""


@dataclass(frozen=True, eq=False)
class Exposed:
    """Patients by how much of their time is on IVIG.

    `weight` (kinds): infections that such patients would have if IVIG did nothing, up to a factor. `share` (kinds):
    the part of these infections that would fall on days on IVIG, 0 to 1: with a constant rate the share of their days.
    """

    weight: np.ndarray
    share: np.ndarray

    def infections(self, ratio: float) -> float:
        """Infections of all at this rate ratio, as a part of those without an effect."""
        return float(self.weight @ (1 + self.share * (ratio - 1)) / self.weight.sum())


class PerInfection(NamedTuple):
    """What one infection tells: `signal`, the expected squared signed root, and `spread`, the variance of the signed
    root at the ratio (A and B of Musonda et al.)."""

    signal: float
    spread: float


def per_infection(exposed: Exposed, ratio: float) -> PerInfection:
    """A and B of Musonda, Farrington & Whitaker (Stat Med 2006;25:2618–31), averaged over patients.

    Of the infections a part q_k falls to patients of kind k, of these a part π_k to days on IVIG; with r_k the share,
    ρ the ratio and m_k = 1 + r_k (ρ − 1), q_k ∝ w_k m_k and π_k = r_k ρ / m_k. Then
    A = 2 Σ q_k (π_k log ρ − log m_k), B = (log ρ)² / A × Σ q_k π_k (1 − π_k).
    Theirs (eq. 9; with age groups eq. 12) is one kind for each time at which the window can lie, and one without IVIG:
    r = 0 tells nothing but takes infections.
    """
    mean = 1 + exposed.share * (ratio - 1)
    part = exposed.weight * mean / (exposed.weight @ mean)
    inside = exposed.share * ratio / mean
    log_ratio = float(np.log(ratio))
    signal = 2 * float(part @ (inside * log_ratio - np.log(mean)))
    if signal <= NOTHING:
        return PerInfection(0.0, 1.0)
    return PerInfection(signal, log_ratio**2 * float(part @ (inside * (1 - inside))) / signal)


def infections_needed(exposed: Exposed, ratio: float, power: float, alpha: float = 0.05) -> float:
    """Infections (not rounded) of exposed and other patients together; ∞ where no number is enough.

    `power` and the two-sided level `alpha` are between 0 and 1.
    """
    one = per_infection(exposed, ratio)
    if not one.signal:
        return np.inf
    return float((-ndtri(alpha / 2) + ndtri(power) * np.sqrt(one.spread)) ** 2 / one.signal)


def power_with(infections: np.ndarray, exposed: Exposed, ratio: float, alpha: float = 0.05) -> np.ndarray:
    """Power with so many infections (any shape): `infections_needed` solved for the power; `alpha` / 2 at ratio 1."""
    one = per_infection(exposed, ratio)
    return ndtr((np.sqrt(np.asarray(infections) * one.signal) + ndtri(alpha / 2)) / np.sqrt(one.spread))
