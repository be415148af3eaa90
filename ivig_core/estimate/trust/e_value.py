"""How strongly a cause that nobody recorded would have to go with IVIG and with infections to explain a ratio away."""

from __future__ import annotations

import math
from dataclasses import dataclass

RISK, HAZARD, ODDS = "risk", "hazard", "odds"
"""What a ratio is of. A rate ratio of repeated infections is read as a ratio of risks, as the authors do."""


@dataclass(frozen=True)
class EValue:
    """E-values of an estimate and of the limit of its interval that is nearer to 1.

    Each is the least strength, as a ratio of risks, that a hidden cause would need with *both* IVIG and infections,
    beyond everything the comparison already accounts for, to move the number to 1. Infinite where the ratio is 0 or
    ∞; 1 for the limit of an interval that holds 1.
    """

    estimate: float
    limit: float


def e_value(ratio: float, low: float, high: float, scale: str = RISK, *, common: bool = False) -> EValue:
    """E-values of a ratio with its 95 % limits.

    Parameters
    ----------
    ratio, low, high
        estimate and limits; 0 and infinity are allowed.
    scale
        "risk" (also rates), "hazard" or "odds".
    common
        whether more than 15 % have the event by the end: a ratio of hazards or odds is then far from one of risks and
        is converted first.

    Raises
    ------
    ValueError
        for a negative ratio, or one outside its interval.

    VanderWeele & Ding, Ann Intern Med 2017;167:268, with the conversions of their Table 2.
    """
    if not 0 <= low <= ratio <= high:
        raise ValueError(f"{ratio} ({low}–{high}) is no ratio with its interval")
    ratio, low, high = (as_risk_ratio(value, scale, common=common) for value in (ratio, low, high))
    nearer = high if ratio < 1 else low
    holds_one = low <= 1 <= high
    return EValue(_least_strength(ratio), 1.0 if holds_one else _least_strength(nearer))


def as_risk_ratio(value: float, scale: str, *, common: bool) -> float:
    """About which ratio of risks a ratio of hazards or of odds of a common event stands for; others as they are."""
    if scale == RISK or not common or value in (0.0, math.inf):
        return value
    if scale == ODDS:
        return math.sqrt(value)
    return float((1 - 0.5 ** math.sqrt(value)) / (1 - 0.5 ** math.sqrt(1 / value)))


def _least_strength(ratio: float) -> float:
    """RR + √(RR (RR − 1)), of 1/RR below 1."""
    if ratio in (0.0, math.inf):
        return math.inf
    away = max(ratio, 1 / ratio)
    return away + math.sqrt(away * (away - 1))
